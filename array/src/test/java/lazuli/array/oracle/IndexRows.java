package lazuli.array.oracle;

import static lazuli.array.Lazuli.*;
import static lazuli.array.oracle.Nd.dims;
import static lazuli.array.oracle.Row.ALL;
import static lazuli.array.oracle.Row.FULL;
import static lazuli.array.oracle.Row.LINES;
import static lazuli.array.oracle.Row.MATRICES;
import static lazuli.array.oracle.Row.exact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lazuli.array.Array;
import lazuli.array.type.DType;

/** Parts of arrays. */
final class IndexRows {
  private IndexRows() {}

  private static final int[] PICKED = {1, 0, -1, 1};

  private static Array picked() {
    return array(PICKED);
  }

  private static int place(int index, int size) {
    return index < 0 ? index + size : index;
  }

  private static final long[][][] TWO = {{{2, 3}}, {{7, 9}}, {{16, 17}}, {{15, 8}}, {{2, 3, 5}}};

  /** Arithmetic in the wrapped type is exact only where nothing leaves it. */
  private static final DType[] ROOMY = {F32, F64, I32, I64};

  static List<Row> rows() {
    List<Row> all = new ArrayList<>();
    all.add(
        exact(
            "get",
            ALL,
            MATRICES,
            in -> in[0].get("::-1, 1:"),
            in -> {
              int[] to = in[0].dims().clone();
              to[1] = Math.max(0, to[1] - 1);
              return Nd.of(
                  to, i -> in[0].at(Nd.set(Nd.set(i, 0, in[0].dim(0) - 1 - i[0]), 1, i[1] + 1)));
            }));
    all.add(
        exact(
            "get",
            ALL,
            TWO,
            in -> in[0].get(all(), picked()),
            in ->
                Nd.of(
                    Nd.set(in[0].dims(), 1, 4),
                    i -> in[0].at(Nd.set(i, 1, place(PICKED[i[1]], in[0].dim(1)))))));
    all.add(
        exact(
            "get",
            ALL,
            LINES,
            in -> in[0].get(in[0].gt(1)),
            in -> Nd.vector(Arrays.stream(in[0].v()).filter(a -> a > 1).toArray())));
    all.add(
        exact(
                "at",
                ROOMY,
                TWO,
                in -> in[0].at(all(), picked()).add(in[0].get(":, 0:1")),
                in -> {
                  Nd out = in[0].map(a -> a);
                  Nd first = Nd.of(Nd.set(in[0].dims(), 1, 1), in[0]::at);
                  Nd.of(
                      Nd.set(in[0].dims(), 1, 4),
                      i -> {
                        int[] to = Nd.set(i, 1, place(PICKED[i[1]], in[0].dim(1)));
                        out.put(out.at(to) + first.spread(i), to);
                        return 0;
                      });
                  return out;
                })
            .in(-4, 4)
            .giving(null)
            .rounded());
    all.add(
        exact(
            "at",
            ALL,
            TWO,
            in -> in[0].at("1:, ::2").set(1L),
            in -> Nd.of(in[0].dims(), i -> i[0] >= 1 && i[1] % 2 == 0 ? 1 : in[0].at(i))));
    all.add(
        exact(
            "at",
            ALL,
            TWO,
            in -> in[0].at(":, 0").max(in[0].get(":, 1")),
            in ->
                Nd.of(
                    in[0].dims(),
                    i ->
                        i[1] == 0
                            ? Math.max(in[0].at(i), in[0].at(Nd.set(i, 1, 1)))
                            : in[0].at(i))));
    all.add(
        exact(
            "with",
            ALL,
            FULL,
            in -> in[0].with("0", in[0].get("-1")),
            in ->
                Nd.of(
                    in[0].dims(),
                    i -> i[0] == 0 ? in[0].at(Nd.set(i, 0, in[0].dim(0) - 1)) : in[0].at(i))));
    all.add(
        exact(
            "take",
            ALL,
            TWO,
            in -> in[0].take(picked().reshape(2, 2), 0),
            in ->
                Nd.of(
                    Nd.with(Nd.set(in[0].dims(), 0, 2), 1, 2),
                    i ->
                        in[0].at(
                            Nd.set(
                                Nd.without(i, 0),
                                0,
                                place(PICKED[2 * i[0] + i[1]], in[0].dim(0)))))));
    all.add(
        exact(
            "takeAlongAxis",
            ALL,
            LINES,
            in -> in[0].takeAlongAxis(in[0].argsort(), -1),
            in ->
                in[0].lines(
                    -1,
                    v -> {
                      double[] out = v.clone();
                      Arrays.sort(out);
                      return out;
                    })));
    all.add(
        exact(
            "putAlongAxis",
            ALL,
            FULL,
            in -> in[0].putAlongAxis(in[0].argmax(true, -1), in[0].min(true, -1), -1),
            in ->
                in[0].lines(
                    -1,
                    v -> {
                      double[] out = v.clone();
                      int at = 0;
                      for (int i = 1; i < v.length; i++) {
                        at = v[i] > v[at] ? i : at;
                      }
                      out[at] = Arrays.stream(v).min().orElseThrow();
                      return out;
                    })));
    all.add(
        exact(
            "nonzero",
            ALL,
            LINES,
            in -> in[0].gt(1).nonzero()[0],
            in -> {
              List<Double> at = new ArrayList<>();
              Nd.of(
                  in[0].dims(),
                  i -> {
                    if (in[0].at(i) > 1) {
                      at.add((double) i[0]);
                    }
                    return 0;
                  });
              return new Nd(dims(at.size()), at.stream().mapToDouble(d -> d).toArray());
            }));
    return all;
  }
}
