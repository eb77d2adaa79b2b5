package lazuli.array.attention;

import java.util.List;
import lazuli.array.op.Aval;
import lazuli.array.type.ArrayException;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The sizes of one attention, checked.
 *
 * @param batch B
 * @param heads Hq, a multiple of Hkv
 * @param keyHeads Hkv
 * @param queries Tq
 * @param keys Tk
 * @param dim D
 * @param valueDim Dv
 */
public record AttentionShape(
    long batch, long heads, long keyHeads, long queries, long keys, long dim, long valueDim) {

  /**
   * {@return the sizes of operands that were checked}
   *
   * @param inputs q, k, v and perhaps more
   * @param extras what there is besides q, k and v
   */
  public static AttentionShape of(List<Aval> inputs, Extras extras) {
    return check("sdpa", inputs.get(0), extras.meant(inputs, 1), extras.meant(inputs, 2));
  }

  /**
   * {@return the sizes}
   *
   * @param op the operation, for errors
   * @param q [B, Hq, Tq, D]
   * @param k [B, Hkv, Tk, D]
   * @param v [B, Hkv, Tk, Dv]; null when there are no values
   * @throws ArrayException if the shapes do not fit each other
   */
  static AttentionShape check(String op, Aval q, Aval k, @Nullable Aval v) {
    rank(op, "q", q, "[B, Hq, Tq, D]");
    rank(op, "k", k, "[B, Hkv, Tk, D]");
    if (v != null) {
      rank(op, "v", v, "[B, Hkv, Tk, Dv]");
    }
    Shape qs = q.shape();
    Shape ks = k.shape();
    if (qs.dim(3) != ks.dim(3)) {
      throw new ArrayException(
          op
              + " was given q "
              + q
              + " and k "
              + k
              + ": head dimensions "
              + qs.dim(3)
              + " and "
              + ks.dim(3),
          "q [B, Hq, Tq, D] and k [B, Hkv, Tk, D] with the same D",
          qs.dim(3) == ks.dim(2)
              ? "transpose k's last two dimensions: k.transpose(0, 1, 3, 2)"
              : "project or slice one of them to the other's size");
    }
    if (v != null) {
      pair(op, k, v);
    }
    groups(op, q, k);
    long batch =
        batch(
            op,
            batch(op, qs.dim(0), ks.dim(0), q, k, v),
            v == null ? 1 : v.shape().dim(0),
            q,
            k,
            v);
    return new AttentionShape(
        batch,
        qs.dim(1),
        ks.dim(1),
        qs.dim(2),
        ks.dim(2),
        qs.dim(3),
        v == null ? 0 : v.shape().dim(3));
  }

  private static void rank(String op, String name, Aval x, String accepted) {
    Shape shape = x.shape();
    if (shape.rank() == 4) {
      return;
    }
    String dims = shape.toString().substring(1, shape.toString().length() - 1).replace(",", ", ");
    throw new ArrayException(
        op + " was given " + name + " " + x + " with " + count(shape.rank(), "dimension"),
        name + " " + accepted,
        switch (shape.rank()) {
          case 0, 1 -> "a single query is reshape(1, 1, 1, D)";
          case 2 -> "add batch and heads: " + name + ".reshape(1, 1, " + dims + ")";
          case 3 -> "add the batch: " + name + ".reshape(1, " + dims + ")";
          default -> "merge the leading dimensions by reshape";
        });
  }

  private static String count(int n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }

  private static void pair(String op, Aval k, Aval v) {
    boolean heads = k.shape().dim(1) != v.shape().dim(1);
    if (heads || k.shape().dim(2) != v.shape().dim(2)) {
      int axis = heads ? 1 : 2;
      throw new ArrayException(
          op
              + " was given k "
              + k
              + " and v "
              + v
              + ": "
              + k.shape().dim(axis)
              + " and "
              + v.shape().dim(axis)
              + (heads ? " heads" : " keys"),
          "k [B, Hkv, Tk, D] and v [B, Hkv, Tk, Dv] with the same Hkv and Tk",
          "slice both from the same cache or sequence");
    }
  }

  private static void groups(String op, Aval q, Aval k) {
    long heads = q.shape().dim(1);
    long keyHeads = k.shape().dim(1);
    if (keyHeads == 0 ? heads != 0 : heads % keyHeads != 0) {
      throw new ArrayException(
          op + " was given q " + q + " with " + heads + " heads and k " + k + " with " + keyHeads,
          "query heads that are a multiple of the key heads",
          keyHeads > heads && heads > 0 && keyHeads % heads == 0
              ? "swap q and k, or slice k to " + heads + " heads"
              : "reshape q or k so that Hq is a multiple of Hkv");
    }
  }

  private static long batch(String op, long a, long b, Aval q, Aval k, @Nullable Aval v) {
    if (a == b || b == 1) {
      return a;
    }
    if (a == 1) {
      return b;
    }
    throw new ArrayException(
        op
            + " was given q "
            + q
            + ", k "
            + k
            + (v == null ? "" : ", v " + v)
            + ": batches of "
            + a
            + " and "
            + b,
        "the same batch everywhere, or 1 where it repeats",
        "slice or broadcast the smaller one");
  }
}
