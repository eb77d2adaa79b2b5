package lazuli.array.transform;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lazuli.array.op.Aval;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The lengths in the shapes of some arrays. Equal lengths of the first call are one symbol; lengths
 * of 0 and 1 and those that a function needs as they are stay fixed.
 *
 * @param avals the arrays of the first call
 * @param symbols for each array and axis the symbol, or -1 for a fixed length
 * @param values for each symbol its length in the first call
 */
@SuppressWarnings("ArrayRecordComponent")
record Lengths(List<Aval> avals, int[][] symbols, long[] values) {
  /** {@return the lengths of some arrays, of which those in {@code fixed} are no symbols} */
  static Lengths of(List<Aval> avals, List<Long> fixed) {
    List<Long> values = new ArrayList<>();
    int[][] symbols = new int[avals.size()][];
    for (int i = 0; i < symbols.length; i++) {
      long[] dims = avals.get(i).shape().dims();
      symbols[i] = new int[dims.length];
      for (int axis = 0; axis < dims.length; axis++) {
        long length = dims[axis];
        boolean symbol = length > 1 && !fixed.contains(length);
        if (symbol && !values.contains(length)) {
          values.add(length);
        }
        symbols[i][axis] = symbol ? values.indexOf(length) : -1;
      }
    }
    return new Lengths(avals, symbols, values.stream().mapToLong(v -> v).toArray());
  }

  /** {@return how many symbols there are} */
  int count() {
    return values.length;
  }

  /** {@return the arrays with other lengths} */
  List<Aval> with(long... lengths) {
    List<Aval> out = new ArrayList<>();
    for (int i = 0; i < symbols.length; i++) {
      long[] dims = avals.get(i).shape().dims();
      for (int axis = 0; axis < dims.length; axis++) {
        dims[axis] = symbols[i][axis] < 0 ? dims[axis] : lengths[symbols[i][axis]];
      }
      out.add(avals.get(i).withShape(Shape.of(dims)));
    }
    return out;
  }

  /** {@return the symbols' lengths in other arrays, or null when these do not fit} */
  long @Nullable [] match(List<Aval> others) {
    if (others.size() != avals.size()) {
      return null;
    }
    long[] lengths = new long[values.length];
    for (int i = 0; i < symbols.length; i++) {
      Shape shape = others.get(i).shape();
      if (shape.rank() != symbols[i].length) {
        return null;
      }
      for (int axis = 0; axis < symbols[i].length; axis++) {
        int symbol = symbols[i][axis];
        long length = shape.dim(axis);
        if (symbol >= 0 && lengths[symbol] == 0 && length > 1) {
          lengths[symbol] = length;
        }
        if (symbol >= 0 && lengths[symbol] != length) {
          return null;
        }
      }
    }
    return with(lengths).equals(others) ? lengths : null;
  }

  /** {@return lengths that no array has, multiples of the first call's: a fixed divisor fits} */
  long[] others(int round) {
    long[] primes = {3, 5, 7, 11, 13, 17, 19, 23};
    List<Long> taken = new ArrayList<>();
    for (Aval aval : avals) {
      Arrays.stream(aval.shape().dims()).forEach(taken::add);
    }
    long[] out = new long[values.length];
    for (int i = 0; i < out.length; i++) {
      int at = round;
      do {
        out[i] = values[i] * primes[Math.min(at, primes.length - 1)] + Math.max(0, at - 7);
        at++;
      } while (taken.contains(out[i]));
      taken.add(out[i]);
    }
    return out;
  }

  /** {@return the axes that are symbols, such as {@code x axis 0}} */
  List<String> names(List<String> paths) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < symbols.length; i++) {
      for (int axis = 0; axis < symbols[i].length; axis++) {
        if (symbols[i][axis] >= 0) {
          names.add(paths.get(i) + " axis " + axis);
        }
      }
    }
    return names;
  }
}
