package lazuli.magics.option;

import java.util.Collection;
import java.util.Locale;

/** Suggestions for misspelt words. */
public final class Nearest {
  private Nearest() {}

  /**
   * {@return {@code " (did you mean 'X'?)"} for the nearest accepted word, or an empty string when
   * none is near}
   *
   * @param given what was typed
   * @param accepted what exists
   */
  public static String hint(String given, Collection<String> accepted) {
    int letters = given.replace("-", "").length();
    if (letters < 2) {
      return "";
    }
    String best = "";
    int least = Integer.MAX_VALUE;
    for (String word : accepted) {
      int distance =
          word.startsWith(given)
              ? 0
              : distance(given.toLowerCase(Locale.ROOT), word.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        best = word;
      }
    }
    return least <= Math.max(1, letters / 3) ? " (did you mean '" + best + "'?)" : "";
  }

  /** Edits and swaps of neighbours that lead from one word to the other (Damerau, 1964). */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(d[i - 1][j - 1] + change, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
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
