package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.attention.AttentionOption;
import lazuli.array.type.Shape;

/** Rows that see no key. */
final class Blind {
  /** Above this many pairs of query and key nobody looks. */
  private static final double MOST = 1 << 26;

  private Blind() {}

  /**
   * {@return how many queries see no key, or -1 where looking would take long} Counted once for all
   * heads and batches, or over those of a mask array that has them.
   */
  static long rows(Setting setting) {
    Dims dims = setting.dims();
    if (dims.tk() == 0) {
      return dims.tq();
    }
    Array mask = setting.mask();
    if (mask == null && setting.form().visible() == null) {
      return 0;
    }
    long batch = 1;
    long heads = 1;
    if (mask != null) {
      Shape shape = mask.shape();
      heads = shape.rank() >= 3 ? shape.dim(-3) : 1;
      batch = shape.rank() == 4 ? shape.dim(0) : 1;
    }
    if ((double) batch * heads * dims.tq() * dims.tk() > MOST) {
      return -1;
    }
    // Equal scores: a log-sum-exp of -infinity is a row without keys.
    List<AttentionOption> options = new ArrayList<>();
    if (setting.form().visible() != null) {
      options.add(setting.form().visible());
    }
    if (mask != null) {
      options.add(Lazuli.mask(mask));
    }
    Array q = Lazuli.zeros(batch, heads, dims.tq(), 1);
    Array k = Lazuli.zeros(batch, heads, dims.tk(), 1);
    Array sums = Lazuli.attention(q, k, k, options.toArray(new AttentionOption[0])).logSumExp();
    return Math.round(sums.isInf().sum().item());
  }

  /** {@return a line about them, or nothing} */
  static List<String> lines(Setting setting) {
    long blind = rows(setting);
    return blind > 0
        ? List.of(blind + (blind == 1 ? " row sees" : " rows see") + " no key: exactly 0 there")
        : List.of();
  }
}
