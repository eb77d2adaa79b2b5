package lazuli.array.oracle;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/** Numbers of any shape in float64, by plain loops; shares no code with the arrays under test. */
@SuppressWarnings("ArrayRecordComponent")
record Nd(int[] dims, double[] v) {
  /** What the function says of each index. */
  static Nd of(int[] dims, ToDoubleFunction<int[]> f) {
    int n = 1;
    for (int dim : dims) {
      n *= dim;
    }
    double[] v = new double[n];
    for (int i = 0; i < n; i++) {
      v[i] = f.applyAsDouble(index(dims, i));
    }
    return new Nd(dims, v);
  }

  static Nd vector(double... v) {
    return new Nd(new int[] {v.length}, v);
  }

  static Nd number(double v) {
    return new Nd(new int[0], new double[] {v});
  }

  static int[] dims(int... dims) {
    return dims;
  }

  private static int[] index(int[] dims, int place) {
    int[] at = new int[dims.length];
    int rest = place;
    for (int d = dims.length - 1; d >= 0; d--) {
      at[d] = rest % dims[d];
      rest /= dims[d];
    }
    return at;
  }

  int rank() {
    return dims.length;
  }

  int dim(int axis) {
    return dims[axis < 0 ? axis + dims.length : axis];
  }

  double at(int... index) {
    int place = 0;
    for (int d = 0; d < dims.length; d++) {
      place = place * dims[d] + index[d];
    }
    return v[place];
  }

  /** The element at an index of a shape that this one broadcasts to. */
  double spread(int... index) {
    int[] at = new int[dims.length];
    for (int d = 0; d < at.length; d++) {
      at[d] = dims[d] == 1 ? 0 : index[index.length - dims.length + d];
    }
    return at(at);
  }

  Nd map(DoubleUnaryOperator f) {
    return new Nd(dims, Arrays.stream(v).map(f).toArray());
  }

  Nd as(int... others) {
    return new Nd(others, v);
  }

  /** Each line along an axis replaced by what the function makes of it. */
  Nd lines(int axis, UnaryOperator<double[]> f) {
    int along = axis < 0 ? axis + dims.length : axis;
    int[] first = dims.clone();
    first[along] = 1;
    int length = f.apply(new double[dims[along]]).length;
    int[] out = dims.clone();
    out[along] = length;
    Nd result = of(out, i -> 0);
    if (dims[along] == 0) {
      return result;
    }
    Nd starts = of(first, i -> 0);
    for (int i = 0; i < starts.v.length; i++) {
      int[] at = index(first, i);
      double[] line = new double[dims[along]];
      for (int j = 0; j < line.length; j++) {
        at[along] = j;
        line[j] = at(at);
      }
      double[] made = f.apply(line);
      for (int j = 0; j < made.length; j++) {
        at[along] = j;
        result.put(made[j], at);
      }
    }
    return result;
  }

  void put(double value, int... index) {
    int place = 0;
    for (int d = 0; d < dims.length; d++) {
      place = place * dims[d] + index[d];
    }
    v[place] = value;
  }

  /** Each line along an axis as one number, without the axis. */
  Nd fold(int axis, ToDoubleFunction<double[]> f) {
    Nd kept = lines(axis, line -> new double[] {f.applyAsDouble(line)});
    return kept.as(without(dims, axis < 0 ? axis + dims.length : axis));
  }

  static int[] without(int[] dims, int axis) {
    int[] out = new int[dims.length - 1];
    for (int d = 0, to = 0; d < dims.length; d++) {
      if (d != axis) {
        out[to++] = dims[d];
      }
    }
    return out;
  }

  static int[] with(int[] index, int axis, int value) {
    int[] out = new int[index.length + 1];
    for (int d = 0; d < out.length; d++) {
      out[d] = d == axis ? value : index[d < axis ? d : d - 1];
    }
    return out;
  }

  static int[] set(int[] index, int axis, int value) {
    int[] out = index.clone();
    out[axis < 0 ? axis + out.length : axis] = value;
    return out;
  }

  /** Products of the matrices in the last two dimensions. */
  static Nd product(Nd a, Nd b) {
    int[] out = a.rank() >= b.rank() ? a.dims.clone() : b.dims.clone();
    for (int d = 1; d <= out.length - 2; d++) {
      int at = out.length - 2 - d;
      int one = a.rank() - 2 - d < 0 ? 1 : a.dims[a.rank() - 2 - d];
      int two = b.rank() - 2 - d < 0 ? 1 : b.dims[b.rank() - 2 - d];
      out[at] = one == 1 ? two : one;
    }
    out[out.length - 2] = a.dim(-2);
    out[out.length - 1] = b.dim(-1);
    return of(
        out,
        i -> {
          double sum = 0;
          for (int k = 0; k < a.dim(-1); k++) {
            sum += a.spread(set(i, -1, k)) * spreadColumn(b, i, k);
          }
          return sum;
        });
  }

  private static double spreadColumn(Nd b, int[] i, int k) {
    return b.spread(set(i, -2, k));
  }

  double largest() {
    return Arrays.stream(v).map(Math::abs).filter(Double::isFinite).max().orElse(0);
  }
}
