package lazuli.magics.show;

import java.util.stream.LongStream;
import lazuli.array.Array;
import lazuli.array.AttentionResult;
import lazuli.array.type.ArrayException;
import lazuli.array.type.Shape;

/**
 * The weights of some heads of the first batch, in float64 from the attention's own log-sum-exp.
 *
 * @param heads which
 * @param queries Tq
 * @param keys Tk
 * @param values [heads, Tq, Tk], row after row
 * @param entropy [heads, Tq], in nats
 */
record Weights(long[] heads, int queries, int keys, double[] values, double[] entropy) {
  private static final long MOST = 1 << 22;

  static Weights of(String view, AttentionResult result, long... asked) {
    Shape shape = result.out().shape();
    long keys = result.columnMass().shape().dim(2);
    long[] heads = asked.length > 0 ? asked : LongStream.range(0, shape.dim(1)).toArray();
    long numbers = heads.length * shape.dim(2) * keys;
    if (numbers > MOST || numbers == 0) {
      throw new ArrayException(
          view
              + " was given "
              + heads.length
              + (heads.length == 1 ? " head" : " heads")
              + " of "
              + shape.dim(2)
              + " queries and "
              + keys
              + " keys: "
              + numbers
              + " weights",
          "1 to " + MOST,
          numbers == 0
              ? "give it queries and keys"
              : "attend with fewer queries, or look at result.weights(head, query)");
    }
    Array weights = result.weights(heads, LongStream.range(0, shape.dim(2)).toArray());
    double[] entropies = result.entropy().get("0").toDoubleArray();
    int tq = (int) shape.dim(2);
    double[] own = new double[heads.length * tq];
    for (int n = 0; n < heads.length; n++) {
      System.arraycopy(entropies, (int) heads[n] * tq, own, n * tq, tq);
    }
    return new Weights(heads, tq, (int) keys, weights.get("0").toDoubleArray(), own);
  }

  double at(int n, int query, int key) {
    return values[(n * queries + query) * keys + key];
  }

  double[][] map(int n) {
    double[][] map = new double[queries][keys];
    for (int i = 0; i < queries; i++) {
      System.arraycopy(values, (n * queries + i) * keys, map[i], 0, keys);
    }
    return map;
  }

  double sum(int n, int query) {
    double sum = 0;
    for (int j = 0; j < keys; j++) {
      sum += at(n, query, j);
    }
    return sum;
  }

  int top(int n, int query) {
    int top = 0;
    for (int j = 1; j < keys; j++) {
      top = at(n, query, j) > at(n, query, top) ? j : top;
    }
    return top;
  }

  /** The mean distance of a query's own place to what it looks at; 0 for rows without keys. */
  double distance(int n, int query) {
    double sum = 0;
    for (int j = 0; j < keys; j++) {
      sum += at(n, query, j) * Math.abs(query + keys - queries - j);
    }
    return sum;
  }

  /** The mean over queries that see a key. */
  double mean(int n, java.util.function.IntToDoubleFunction ofQuery) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < queries; i++) {
      if (sum(n, i) > 0) {
        sum += ofQuery.applyAsDouble(i);
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }
}
