package lazuli.install;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The known word that a mistyped one probably means. */
final class Nearest {
  private Nearest() {}

  /** {@return the known word within a third of its length in edits, if any} */
  static Optional<String> to(String word, Collection<String> known) {
    return known.stream()
        .filter(
            name -> edits(word, name) <= Math.max(1, Math.max(name.length(), word.length()) / 3))
        .min(Comparator.comparingInt(name -> edits(word, name)));
  }

  /** Damerau's distance (optimal string alignment): insert, delete, replace, swap neighbours. */
  private static int edits(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
