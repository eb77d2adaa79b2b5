package lazuli.array.oracle;

import static lazuli.array.Lazuli.*;
import static lazuli.array.oracle.Nd.dims;
import static lazuli.array.oracle.Row.ALL;
import static lazuli.array.oracle.Row.ANY;
import static lazuli.array.oracle.Row.LINES;
import static lazuli.array.oracle.Row.MATRICES;
import static lazuli.array.oracle.Row.exact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Operations that move elements. */
final class ShapeRows {
  private ShapeRows() {}

  private static final long[][][] TWO = {
    {{2, 3}, {2, 3}}, {{5, 17}, {5, 17}}, {{0, 3}, {0, 3}}, {{1, 7, 1}, {1, 7, 1}}
  };

  private static int[] reversed(int[] index) {
    return IntStream.range(0, index.length).map(d -> index[index.length - 1 - d]).toArray();
  }

  private static long[] longs(int[] dims) {
    return Arrays.stream(dims).asLongStream().toArray();
  }

  private static Nd swapped(Nd x, int a, int b) {
    int one = a < 0 ? a + x.rank() : a;
    int two = b < 0 ? b + x.rank() : b;
    int[] dims = x.dims().clone();
    dims[one] = x.dims()[two];
    dims[two] = x.dims()[one];
    return Nd.of(dims, i -> x.at(Nd.set(Nd.set(i, one, i[two]), two, i[one])));
  }

  /** Elements of a shape with margins, by where each comes from; -1 for none. */
  private static Nd padded(Nd x, int before, int after, java.util.function.IntBinaryOperator from) {
    int[] dims = Arrays.stream(x.dims()).map(d -> d + before + after).toArray();
    return Nd.of(
        dims,
        i -> {
          int[] at = i.clone();
          for (int d = 0; d < at.length; d++) {
            at[d] = from.applyAsInt(i[d] - before, x.dims()[d]);
            if (at[d] < 0) {
              return 0;
            }
          }
          return x.at(at);
        });
  }

  private static int[] unwrapped(Nd x, int k) {
    int[] at = new int[x.rank()];
    int rest = k;
    for (int d = at.length - 1; d >= 0; d--) {
      at[d] = rest % x.dims()[d];
      rest /= x.dims()[d];
    }
    return at;
  }

  static List<Row> rows() {
    List<Row> all = new ArrayList<>();
    all.add(
        exact(
            "reshape",
            ALL,
            ANY,
            in -> in[0].reshape(longs(reversed(ints(in[0].shape().dims())))),
            in -> in[0].as(reversed(in[0].dims()))));
    all.add(exact("flatten", ALL, ANY, in -> in[0].flatten(), in -> in[0].as(in[0].v().length)));
    all.add(
        exact(
            "unflatten",
            ALL,
            new long[][][] {{{6}}, {{6, 5}}, {{6, 0}}},
            in -> in[0].unflatten(0, 2, 3),
            in -> in[0].as(in[0].rank() == 1 ? dims(2, 3) : dims(2, 3, in[0].dim(1)))));
    Row.Oracle turned = in -> Nd.of(reversed(in[0].dims()), i -> in[0].at(reversed(i)));
    all.add(exact("transpose", ALL, ANY, in -> in[0].transpose(), turned));
    all.add(
        exact(
            "permuteDims",
            ALL,
            new long[][][] {{{2, 3, 5}}, {{3, 0, 2}}, {{7, 1, 16}}},
            in -> in[0].permuteDims(2, 0, 1),
            in ->
                Nd.of(
                    dims(in[0].dim(2), in[0].dim(0), in[0].dim(1)),
                    i -> in[0].at(i[1], i[2], i[0]))));
    all.add(exact("t", ALL, MATRICES, in -> in[0].t(), in -> swapped(in[0], -1, -2)));
    all.add(
        exact(
            "moveaxis",
            ALL,
            LINES,
            in -> in[0].moveaxis(0, -1),
            in -> {
              int r = in[0].rank();
              int[] to = IntStream.range(0, r).map(d -> in[0].dims()[(d + 1) % r]).toArray();
              return Nd.of(
                  to, i -> in[0].at(IntStream.range(0, r).map(d -> i[(d + r - 1) % r]).toArray()));
            }));
    all.add(
        exact("swapaxes", ALL, MATRICES, in -> in[0].swapaxes(0, -1), in -> swapped(in[0], 0, -1)));
    all.add(
        exact(
            "expandDims",
            ALL,
            ANY,
            in -> in[0].expandDims(0).expandDims(-1),
            in -> in[0].as(Nd.with(Nd.with(in[0].dims(), 0, 1), in[0].rank() + 1, 1))));
    all.add(
        exact(
            "squeeze",
            ALL,
            ANY,
            in -> in[0].squeeze(),
            in -> in[0].as(Arrays.stream(in[0].dims()).filter(d -> d != 1).toArray())));
    all.add(
        exact(
            "broadcastTo",
            ALL,
            ANY,
            in ->
                in[0].broadcastTo(
                    longs(
                        Nd.with(
                            Arrays.stream(ints(in[0].shape().dims()))
                                .map(d -> d == 1 ? 3 : d)
                                .toArray(),
                            0,
                            2))),
            in ->
                Nd.of(
                    Nd.with(Arrays.stream(in[0].dims()).map(d -> d == 1 ? 3 : d).toArray(), 0, 2),
                    in[0]::spread)));
    all.add(
        exact(
            "broadcastArrays",
            ALL,
            new long[][][] {{{3, 1}, {1, 5}}, {{7}, {}}, {{1}, {0}}},
            in -> broadcastArrays(in[0], in[1])[0],
            in -> {
              int[] to = in[1].dims().length == 0 ? in[0].dims() : in[1].dims().clone();
              for (int d = 0; d < in[0].rank(); d++) {
                to[d] = Math.max(to[d], in[0].dims()[d]) * (to[d] == 0 ? 0 : 1);
              }
              return Nd.of(to, in[0]::spread);
            }));
    long[][][] few = {{{}}, {{7}}, {{2, 3}}, {{0}}};
    all.add(
        exact(
            "atLeast1d",
            ALL,
            few,
            in -> in[0].atLeast1d(),
            in -> in[0].rank() == 0 ? in[0].as(1) : in[0]));
    all.add(
        exact(
            "atLeast2d",
            ALL,
            few,
            in -> in[0].atLeast2d(),
            in -> in[0].rank() > 1 ? in[0] : in[0].as(1, in[0].v().length)));
    all.add(
        exact(
            "atLeast3d",
            ALL,
            few,
            in -> in[0].atLeast3d(),
            in ->
                in[0].rank() > 1
                    ? in[0].as(in[0].dim(0), in[0].dim(1), 1)
                    : in[0].as(1, in[0].v().length, 1)));
    all.add(exact("contiguous", ALL, ANY, in -> in[0].contiguous(), in -> in[0]));
    all.add(
        exact(
            "asStrided",
            ALL,
            new long[][][] {{{6}}, {{2, 3}}, {{7, 9}}},
            in -> in[0].asStrided(new long[] {3, 2}, new long[] {2, -1}, 1),
            in -> Nd.of(dims(3, 2), i -> in[0].v()[1 + 2 * i[0] - i[1]])));
    all.addAll(joining());
    all.addAll(moving());
    return all;
  }

  private static int[] ints(long[] dims) {
    return Arrays.stream(dims).mapToInt(d -> (int) d).toArray();
  }

  private static List<Row> joining() {
    List<Row> all = new ArrayList<>();
    all.add(
        exact(
            "concatenate",
            ALL,
            TWO,
            in -> concatenate(1, in[0], in[1], in[0]),
            in -> {
              int n = in[0].dim(1);
              return Nd.of(
                  Nd.set(in[0].dims(), 1, 3 * n), i -> in[i[1] / n % 2].at(Nd.set(i, 1, i[1] % n)));
            }));
    all.add(
        exact(
            "stack",
            ALL,
            TWO,
            in -> stack(1, in[0], in[1]),
            in -> Nd.of(Nd.with(in[0].dims(), 1, 2), i -> in[i[1]].at(Nd.without(i, 1)))));
    all.add(
        exact(
            "unstack",
            ALL,
            MATRICES,
            in -> in[0].unstack(1).length == 0 ? in[0].get(":, 0:0") : in[0].unstack(1)[0],
            in ->
                in[0].dim(1) == 0
                    ? in[0]
                    : Nd.of(Nd.without(in[0].dims(), 1), i -> in[0].at(Nd.with(i, 1, 0)))));
    all.add(
        exact(
            "split",
            ALL,
            new long[][][] {{{6}}, {{9, 2}}, {{0, 2}}, {{3, 0}}},
            in -> in[0].split(3, 0)[1],
            in -> {
              int n = in[0].dim(0) / 3;
              return Nd.of(Nd.set(in[0].dims(), 0, n), i -> in[0].at(Nd.set(i, 0, i[0] + n)));
            }));
    all.add(
        exact(
            "splitAt",
            ALL,
            new long[][][] {{{6}}, {{9, 2}}, {{17, 0}}},
            in -> in[0].splitAt(0, 2, 3)[2],
            in ->
                Nd.of(
                    Nd.set(in[0].dims(), 0, in[0].dim(0) - 3),
                    i -> in[0].at(Nd.set(i, 0, i[0] + 3)))));
    all.add(
        exact(
            "repeat",
            ALL,
            LINES,
            in -> in[0].repeat(3, -1),
            in ->
                Nd.of(
                    Nd.set(in[0].dims(), -1, 3 * in[0].dim(-1)),
                    i -> in[0].at(Nd.set(i, -1, i[i.length - 1] / 3)))));
    all.add(
        exact(
            "tile",
            ALL,
            LINES,
            in -> in[0].tile(2, 1, 2),
            in -> {
              Nd x = in[0];
              int r = Math.max(3, x.rank());
              int[] times = {2, 1, 2};
              int[] base = new int[r];
              int[] to = new int[r];
              for (int d = 0; d < r; d++) {
                int own = d - (r - x.rank());
                base[d] = own < 0 ? 1 : x.dims()[own];
                to[d] = base[d] * (d < r - 3 ? 1 : times[d - r + 3]);
              }
              return Nd.of(
                  to,
                  i -> x.at(IntStream.range(r - x.rank(), r).map(d -> i[d] % base[d]).toArray()));
            }));
    return all;
  }

  private static List<Row> moving() {
    List<Row> all = new ArrayList<>();
    all.add(
        exact(
            "pad",
            ALL,
            LINES,
            in -> in[0].pad(2),
            in -> padded(in[0], 2, 2, (i, n) -> i < 0 || i >= n ? -1 : i)));
    all.add(
        exact(
            "pad",
            ALL,
            new long[][][] {{{7}}, {{2, 3}}, {{5, 17}}},
            in -> in[0].pad("edge", 2),
            in -> padded(in[0], 2, 2, (i, n) -> Math.clamp(i, 0, n - 1))));
    all.add(
        exact(
            "pad",
            ALL,
            new long[][][] {{{7}}, {{2, 3}}, {{5, 17}}},
            in -> in[0].pad("reflect", 1),
            in -> padded(in[0], 1, 1, (i, n) -> i < 0 ? -i : i >= n ? 2 * n - 2 - i : i)));
    all.add(
        exact(
            "pad",
            ALL,
            new long[][][] {{{7}}, {{2, 3}}, {{5, 17}}},
            in -> in[0].pad("symmetric", 2),
            in -> padded(in[0], 2, 2, (i, n) -> i < 0 ? -i - 1 : i >= n ? 2 * n - 1 - i : i)));
    all.add(
        exact(
            "roll",
            ALL,
            LINES,
            in -> in[0].roll(5, -1),
            in ->
                in[0].lines(
                    -1,
                    line -> {
                      double[] out = new double[line.length];
                      for (int i = 0; i < line.length; i++) {
                        out[(i + 5) % line.length] = line[i];
                      }
                      return out;
                    })));
    all.add(
        exact(
            "flip",
            ALL,
            ANY,
            in -> in[0].flip(),
            in ->
                Nd.of(
                    in[0].dims(),
                    i ->
                        in[0].at(
                            IntStream.range(0, i.length)
                                .map(d -> in[0].dims()[d] - 1 - i[d])
                                .toArray()))));
    all.add(
        exact(
            "diagonal",
            ALL,
            MATRICES,
            in -> in[0].diagonal(1, -2, -1),
            in -> {
              int n = Math.max(0, Math.min(in[0].dim(-2), in[0].dim(-1) - 1));
              int[] to = Arrays.copyOf(in[0].dims(), in[0].rank() - 1);
              to[to.length - 1] = n;
              return Nd.of(to, i -> in[0].at(Nd.with(i, i.length, i[i.length - 1] + 1)));
            }));
    all.add(
        exact(
            "diag",
            ALL,
            new long[][][] {{{7}}, {{0}}, {{16}}},
            in -> in[0].diag(-1),
            in -> {
              int n = in[0].dim(0) + 1;
              return Nd.of(dims(n, n), i -> i[0] - 1 == i[1] ? in[0].at(i[1]) : 0);
            }));
    all.add(
        exact(
            "diag",
            ALL,
            new long[][][] {{{7, 9}}, {{3, 0}}, {{16, 17}}},
            in -> in[0].diag(),
            in -> Nd.of(dims(Math.min(in[0].dim(0), in[0].dim(1))), i -> in[0].at(i[0], i[0]))));
    all.add(
        Row.near(
                "trace",
                new lazuli.array.type.DType[] {F32, F64, F16, BF16, I32, I64},
                new long[][][] {{{2, 3}}, {{7, 9}}, {{0, 3}}, {{16, 17}}},
                in -> in[0].trace(),
                in -> {
                  double sum = 0;
                  for (int i = 0; i < Math.min(in[0].dim(0), in[0].dim(1)); i++) {
                    sum += in[0].at(i, i);
                  }
                  return Nd.number(sum);
                })
            .in(-9, 9));
    for (boolean upper : new boolean[] {false, true}) {
      all.add(
          exact(
              upper ? "triu" : "tril",
              ALL,
              MATRICES,
              in -> upper ? in[0].triu(1) : in[0].tril(1),
              in ->
                  Nd.of(
                      in[0].dims(),
                      i -> {
                        int away = i[i.length - 1] - i[i.length - 2];
                        return (upper ? away >= 1 : away <= 1) ? in[0].at(i) : 0;
                      })));
    }
    all.add(
        exact(
            "meshgrid",
            ALL,
            new long[][][] {{{3}, {4}}, {{1}, {17}}, {{0}, {3}}},
            in -> meshgrid(in[0], in[1])[1],
            in -> Nd.of(dims(in[1].dim(0), in[0].dim(0)), i -> in[1].at(i[0]))));
    return all;
  }

  static int[] at(Nd x, int k) {
    return unwrapped(x, k);
  }
}
