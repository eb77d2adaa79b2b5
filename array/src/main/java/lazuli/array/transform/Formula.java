package lazuli.array.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How a number of a graph follows from lengths, found from a few examples: a sum or a product of
 * the lengths that it changes with, or one over, or the root of, such a number.
 */
interface Formula {
  /** {@return the number for some lengths; null when it would not be whole} */
  @Nullable Number at(long... lengths);

  /** Numbers that functions of lengths commonly are, of a whole number. */
  List<LongToDoubleFunction> REAL =
      List.of(
          n -> n,
          n -> 1.0 / n,
          Math::sqrt,
          n -> 1 / Math.sqrt(n),
          n -> Math.sqrt(1.0 / n),
          n -> (float) (1.0 / n),
          n -> (float) Math.sqrt(n),
          n -> (float) (1 / Math.sqrt(n)));

  /**
   * What a number was in several traces.
   *
   * @param base in the first call
   * @param single with one length changed, for each
   * @param all with all lengths changed, in other ways
   */
  record Seen(Number base, List<Number> single, Number all) {
    private boolean constant() {
      return single.stream().allMatch(base::equals) && base.equals(all);
    }

    private @Nullable Seen whole(LongToDoubleFunction real) {
      List<Number> wholes = new ArrayList<>();
      for (Number n : single) {
        Long whole = whole(n, real);
        if (whole == null) {
          return null;
        }
        wholes.add(whole);
      }
      Long first = whole(base, real);
      Long last = whole(all, real);
      return first == null || last == null ? null : new Seen(first, wholes, last);
    }

    private static @Nullable Long whole(Number n, LongToDoubleFunction real) {
      double x = n.doubleValue();
      for (double guess : new double[] {x, 1 / x, x * x, 1 / (x * x)}) {
        long near = Math.abs(guess) < 1L << 52 ? Math.round(guess) : 0;
        if (near > 0 && real.applyAsDouble(near) == x) {
          return near;
        }
      }
      return null;
    }
  }

  /**
   * {@return the formula of a number, or null when there is none}
   *
   * @param seen what it was
   * @param first the lengths of the first call
   * @param single the changed length, for each
   * @param all all lengths changed
   */
  static @Nullable Formula of(Seen seen, long[] first, long[] single, long[] all) {
    if (seen.constant()) {
      return lengths -> seen.base();
    }
    if (seen.base() instanceof Double) {
      for (LongToDoubleFunction real : REAL) {
        Seen whole = seen.whole(real);
        Formula inner = whole == null ? null : of(whole, first, single, all);
        if (inner != null) {
          return lengths -> {
            Number n = inner.at(lengths);
            return n == null ? null : (Number) real.applyAsDouble(n.longValue());
          };
        }
      }
      return null;
    }
    if (seen.base() instanceof Float) {
      return null;
    }
    boolean narrow = seen.base() instanceof Integer;
    for (Formula wholes :
        new Formula[] {lengths -> sum(seen, first, single, lengths), product(seen, first)}) {
      Number check = wholes.at(all);
      boolean fits = check != null && check.longValue() == seen.all().longValue();
      for (int i = 0; fits && i < first.length; i++) {
        long[] one = first.clone();
        one[i] = single[i];
        Number again = wholes.at(one);
        fits = again != null && again.longValue() == seen.single().get(i).longValue();
      }
      if (fits) {
        return lengths -> {
          Number n = wholes.at(lengths);
          return n == null || !narrow ? n : (Number) Math.toIntExact(n.longValue());
        };
      }
    }
    return null;
  }

  private static @Nullable Number sum(Seen seen, long[] first, long[] single, long[] lengths) {
    long value = seen.base().longValue();
    for (int i = 0; i < first.length; i++) {
      long rise = seen.single().get(i).longValue() - seen.base().longValue();
      long run = single[i] - first[i];
      long by = Math.multiplyExact(rise, lengths[i] - first[i]);
      if (by % run != 0) {
        return null;
      }
      value += by / run;
    }
    return value;
  }

  private static Formula product(Seen seen, long[] first) {
    return lengths -> {
      long value = seen.base().longValue();
      for (int i = 0; i < first.length; i++) {
        if (!seen.single().get(i).equals(seen.base())) {
          long by = Math.multiplyExact(value, lengths[i]);
          if (by % first[i] != 0) {
            return null;
          }
          value = by / first[i];
        }
      }
      return value;
    };
  }
}
