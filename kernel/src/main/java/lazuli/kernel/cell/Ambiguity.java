package lazuli.kernel.cell;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;

/**
 * Names that a package of Lazuli, imported in every notebook, has together with one that the user
 * means: {@code Stream}, or {@code Shape} after {@code import java.awt.*}. The other package's
 * class is imported by itself then, which javac prefers to whole packages.
 *
 * <p>Used under the compiler's lock.
 */
final class Ambiguity {
  private static final String CODE = "compiler.err.ref.ambiguous";
  private static final String OURS = "lazuli.";
  private static final Pattern QUALIFIED = Pattern.compile("\\b(?:[\\w$]+\\.)+([\\w$]+)");

  private final Set<String> imported = new HashSet<>();

  /**
   * {@return whether a class was imported that the errors may be due to: then compile again}
   *
   * @param shell imports it
   * @param source what was compiled; the errors' places are in it
   * @param errors of javac
   */
  boolean decide(JShell shell, String source, List<Diag> errors) {
    boolean any = false;
    for (Diag error : errors) {
      if (CODE.equals(error.getCode())) {
        String other = other(name(source, error), error.getMessage(null));
        if (!other.isEmpty() && imported.add(other)) {
          any |= shell.eval("import " + other + ";").getFirst().status() == Snippet.Status.VALID;
        }
      }
    }
    return any;
  }

  private static String name(String source, Diag error) {
    int from = (int) Math.max(0, error.getStartPosition());
    int to = (int) Math.min(source.length(), error.getEndPosition());
    return from < to ? source.substring(from, to) : "";
  }

  /** {@return the class that is not ours of the two that are named; empty if that is not one} */
  static String other(String name, String message) {
    Set<String> ours = new HashSet<>();
    Set<String> others = new HashSet<>();
    Matcher matcher = QUALIFIED.matcher(message);
    while (matcher.find()) {
      if (matcher.group(1).equals(name)) {
        (matcher.group().startsWith(OURS) ? ours : others).add(matcher.group());
      }
    }
    return ours.size() == 1 && others.size() == 1 ? others.iterator().next() : "";
  }
}
