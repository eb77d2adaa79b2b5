package lazuli.kernel.cell;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The known names most similar to a mistyped one. */
final class NearestNames {
  private NearestNames() {}

  /** {@return at most three names, the nearest first; empty when none is similar} */
  static List<String> of(String typed, Collection<String> known) {
    String low = typed.toLowerCase(Locale.ROOT);
    record Scored(String name, int distance) {}
    List<Scored> near =
        known.stream()
            .map(name -> new Scored(name, distance(low, name.toLowerCase(Locale.ROOT))))
            .filter(s -> s.distance <= Math.max(1, low.length() / 3))
            .sorted(Comparator.comparingInt(Scored::distance).thenComparing(Scored::name))
            .toList();
    return near.stream()
        .filter(s -> s.distance == near.getFirst().distance)
        .limit(3)
        .map(Scored::name)
        .toList();
  }

  /**
   * Optimal string alignment: insert, delete, replace, swap neighbours; a completed prefix is 1.
   */
  private static int distance(String a, String b) {
    if (a.length() > 1 && b.startsWith(a) && !a.equals(b)) {
      return 1;
    }
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
