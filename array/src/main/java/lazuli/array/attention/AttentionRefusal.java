package lazuli.array.attention;

import lazuli.array.profile.Refusal;
import lazuli.array.type.DType;

/** Why an attention kernel cannot run. */
public sealed interface AttentionRefusal extends Refusal.Reason {
  /**
   * The kernel serves few queries.
   *
   * @param queries Tq
   * @param limit the most that it serves
   */
  record ManyQueries(long queries, long limit) implements AttentionRefusal {
    @Override
    public String code() {
      return "TQ_TOO_LARGE";
    }

    @Override
    public String text() {
      return "Tq=" + queries + " > " + limit + ": it reads the keys once for a few queries";
    }
  }

  /**
   * The kernel computes in f32, which would lose what the result's type promises.
   *
   * @param dtype the result's type
   */
  record Wide(DType dtype) implements AttentionRefusal {
    @Override
    public String code() {
      return "DTYPE_WIDE";
    }

    @Override
    public String text() {
      return "dtype " + dtype + ": it computes in f32";
    }
  }

  /**
   * A size does not fit the kernel's 32-bit counters.
   *
   * @param name the shape letter
   * @param size its value
   */
  record Large(String name, long size) implements AttentionRefusal {
    @Override
    public String code() {
      return "SIZE_TOO_LARGE";
    }

    @Override
    public String text() {
      return name + "=" + size + " > " + Integer.MAX_VALUE + ": it counts in 32 bits";
    }
  }

  /**
   * The kernel computes results and no gradients.
   *
   * @param kernel its name
   */
  record NoGradient(String kernel) implements AttentionRefusal {
    @Override
    public String code() {
      return "NO_GRADIENT";
    }

    @Override
    public String text() {
      return kernel + " computes results, not gradients";
    }
  }

  /**
   * The kernel cannot use the tile that was asked for.
   *
   * @param tile what was asked for
   * @param why what its tiles are
   */
  record OtherTiles(Tile tile, String why) implements AttentionRefusal {
    @Override
    public String code() {
      return "OTHER_TILES";
    }

    @Override
    public String text() {
      return "tile " + tile + ": " + why;
    }
  }

  /**
   * The kernel has no form for what the attention does besides scale, causal limit and mask array.
   *
   * @param what masks, score changes and operands in words
   */
  record NoForm(String what) implements AttentionRefusal {
    @Override
    public String code() {
      return "NO_FORM";
    }

    @Override
    public String text() {
      return "it has no form for " + what;
    }
  }
}
