package lazuli.kernel.cell;

import java.util.List;
import java.util.Set;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import org.jspecify.annotations.Nullable;

/**
 * The jars that cells are compiled against.
 *
 * <p>The compiler reads the directory of every jar on its class path for its first look-up, and
 * most of our jars are never named in a cell: reading them all costs a quarter of the time to the
 * first result and 30 MB. So a session begins with the jars that the system property {@value
 * #PROPERTY} names, and takes the others on when a cell first needs a package or a class of them.
 * Classes load from all jars at any time.
 *
 * <p>Used under the compiler's lock.
 */
final class CellPath {
  /** The jars to begin with, as a class path; without it, all. */
  static final String PROPERTY = "lazuli.cells.path";

  private static final String WHOLE = "java.class.path";
  private static final Set<String> MISSING =
      Set.of("compiler.err.cant.access", "compiler.err.doesnt.exist");

  private @Nullable String rest;

  /** Makes the path of a session whose JShell is made next: JShell asks for it once. */
  CellPath() {
    String first = System.getProperty(PROPERTY);
    String whole = System.getProperty(WHOLE);
    if (first != null && whole != null && !first.equals(whole)) {
      rest = whole;
      System.setProperty(WHOLE, first);
    }
  }

  /** {@return whether jars were added that the errors may be due to: then compile again} */
  boolean widen(JShell shell, List<Diag> errors) {
    String more = rest;
    if (more == null || errors.stream().noneMatch(error -> MISSING.contains(error.getCode()))) {
      return false;
    }
    rest = null;
    shell.addToClasspath(more);
    CompilerContexts.share(shell);
    System.setProperty(WHOLE, more);
    return true;
  }
}
