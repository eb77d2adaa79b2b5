package lazuli.magics.sdpa;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.attention.AttentionOption;
import lazuli.kernel.ext.UsageException;

/** What {@code --mask} knows by name: a row each. */
enum MaskName {
  NONE("none", "") {
    @Override
    AttentionOption of(String value, Dims dims) {
      throw new IllegalStateException("none is no option");
    }
  },
  CAUSAL("causal", "") {
    @Override
    AttentionOption of(String value, Dims dims) {
      return Lazuli.causal();
    }
  },
  WINDOW("window", "W") {
    @Override
    AttentionOption of(String value, Dims dims) {
      return Lazuli.window(whole(value, 1));
    }
  },
  DOC("doc", "L1,L2,..") {
    @Override
    AttentionOption of(String value, Dims dims) {
      long[] lengths = Arrays.stream(value.split(",", -1)).mapToLong(l -> whole(l, 1)).toArray();
      long sum = Arrays.stream(lengths).sum();
      if (sum != dims.tk()) {
        throw new UsageException(
            "doc lengths "
                + value
                + " add up to "
                + sum
                + ", but there are "
                + dims.tk()
                + " keys");
      }
      int[] ids = new int[(int) sum];
      int at = 0;
      for (int n = 0; n < lengths.length; n++) {
        Arrays.fill(ids, at, at + (int) lengths[n], n);
        at += (int) lengths[n];
      }
      Array array = Lazuli.array(ids);
      return Lazuli.documents(array);
    }
  },
  PREFIX("prefix", "P") {
    @Override
    AttentionOption of(String value, Dims dims) {
      return Lazuli.prefix(whole(value, 0));
    }
  },
  ALIBI("alibi", "") {
    @Override
    AttentionOption of(String value, Dims dims) {
      return Lazuli.alibi(Lazuli.alibiSlopes((int) dims.hq()));
    }
  },
  SOFTCAP("softcap", "C") {
    @Override
    AttentionOption of(String value, Dims dims) {
      double limit;
      try {
        limit = Double.parseDouble(value);
      } catch (NumberFormatException words) {
        throw new UsageException("softcap needs a number; got '" + value + "'");
      }
      if (!(limit > 0) || Double.isInfinite(limit)) {
        throw new UsageException("softcap must be > 0");
      }
      return Lazuli.softCap(limit);
    }
  };

  private final String label;
  private final String parameter;

  MaskName(String label, String parameter) {
    this.label = label;
    this.parameter = parameter;
  }

  /**
   * {@return what it means}
   *
   * @param value what stands behind the colon
   * @param dims of the attention
   * @throws UsageException if the value does not fit
   */
  abstract AttentionOption of(String value, Dims dims);

  String label() {
    return label;
  }

  /** {@return how it is written, such as {@code window:W}} */
  String form() {
    return parameter.isEmpty() ? label : label + ":" + parameter;
  }

  /** {@return every name} */
  static List<String> labels() {
    return Arrays.stream(values()).map(MaskName::label).toList();
  }

  /** {@return how each is written} */
  static List<String> forms() {
    return Arrays.stream(values()).map(MaskName::form).toList();
  }

  /** Checks that a value is there exactly where one belongs. */
  void check(String text, boolean given) {
    if (given && parameter.isEmpty()) {
      throw new UsageException(label + " takes no number; got '" + text + "'");
    }
    if (!given && !parameter.isEmpty()) {
      String example =
          this == DOC ? "doc:100,156" : this == SOFTCAP ? "softcap:50" : label + ":256";
      throw new UsageException(label + " needs a number: " + form() + ", such as " + example);
    }
  }

  long whole(String value, long least) {
    if (!value.matches("-?\\d{1,9}")) {
      throw new UsageException(label + " needs a whole number; got '" + value + "'");
    }
    long number = Long.parseLong(value);
    if (number < least) {
      throw new UsageException(String.format(Locale.ROOT, "%s must be >= %d", label, least));
    }
    return number;
  }
}
