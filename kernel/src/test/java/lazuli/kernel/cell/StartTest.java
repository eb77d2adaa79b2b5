package lazuli.kernel.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Field;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jdk.jshell.JShell;
import jdk.jshell.SourceCodeAnalysis;
import org.junit.jupiter.api.Test;

/** What makes a start short. */
class StartTest {
  private static Object get(Object owner, String name) throws ReflectiveOperationException {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(owner);
  }

  private static JShell shell() {
    return JShell.builder()
        .executionEngine("local")
        .compilerOptions(CompilerContexts.OPTIONS.toArray(String[]::new))
        .build();
  }

  private static int compilers(JShell shell) throws ReflectiveOperationException {
    shell.eval("int x = 1;");
    shell.eval("record Pair(int first, int second) {}");
    Object pool = get(get(shell, "taskFactory"), "javacTaskPool");
    int count = 0;
    for (Object some : ((Map<?, ?>) get(pool, "options2Contexts")).values()) {
      count += ((Collection<?>) some).size();
    }
    return count;
  }

  @Test
  void oneCompilerAnalysesAndCompiles() throws Exception {
    try (JShell alone = shell();
        JShell shared = shell()) {
      assumeTrue(
          CompilerContexts.share(shared),
          "needs --add-opens of jdk.jshell/jdk.jshell and jdk.compiler/com.sun.tools.javac.api");
      assertEquals(compilers(alone) - 1, compilers(shared));
    }
  }

  @Test
  void aNewClassPathDoesNotBringTheSecondCompilerBack() throws Exception {
    try (JShell shell = shell()) {
      assumeTrue(
          CompilerContexts.share(shell),
          "needs --add-opens of jdk.jshell/jdk.jshell and jdk.compiler/com.sun.tools.javac.api");
      int before = compilers(shell);
      shell.addToClasspath(System.getProperty("java.io.tmpdir"));
      assertTrue(CompilerContexts.share(shell));
      assertEquals(before, compilers(shell));
    }
  }

  /** javac's table of classes in the compiler that knows the most. */
  private static Map<?, ?> classes(JShell shell) throws ReflectiveOperationException {
    Map<?, ?> largest = Map.of();
    Object pool = get(get(shell, "taskFactory"), "javacTaskPool");
    for (Object some : ((Map<?, ?>) get(pool, "options2Contexts")).values()) {
      for (Object context : (Collection<?>) some) {
        Field parts = Class.forName("com.sun.tools.javac.util.Context").getDeclaredField("ht");
        parts.setAccessible(true);
        for (Object part : ((Map<?, ?>) parts.get(context)).values()) {
          if (part != null && part.getClass().getSimpleName().equals("Symtab")) {
            Map<?, ?> one = (Map<?, ?>) get(part, "classes");
            largest = one.size() > largest.size() ? one : largest;
          }
        }
      }
    }
    return largest;
  }

  @Test
  void goingThroughTheCompilersClassesGivesThoseOfCells() throws Exception {
    try (JShell alone = shell();
        JShell shared = shell()) {
      assumeTrue(
          CompilerContexts.share(shared),
          "needs --add-opens of jdk.jshell/jdk.jshell and of jdk.compiler's packages api, code and"
              + " util under com.sun.tools.javac");
      for (int i = 0; i < 3; i++) {
        for (JShell one : List.of(alone, shared)) {
          one.eval(
              "class Kept { class Inner { Runnable r = new Thread() {}; } int n() { return "
                  + i
                  + "; } }");
          assertEquals("" + i, one.eval("new Kept().n()").getFirst().value());
        }
      }
      assertTrue(classes(alone).values().size() > 200, "JShell goes through few by itself now");
      Map<?, ?> table = classes(shared);
      assertTrue(table.size() > 200, () -> "" + table.size());
      assertTrue(table.values().size() < 20, () -> "" + table.values());
      assertTrue(
          table.entrySet().stream()
              .filter(one -> one.getKey().toString().startsWith("java."))
              .noneMatch(one -> table.values().contains(one.getValue())));
    }
  }

  @Test
  void namesOfParametersAreKept() {
    try (var session = new SessionFixture()) {
      assertEquals(
          "first",
          session.value(
              "class Named { void call(int first) {} }",
              "Named.class.getDeclaredMethods()[0].getParameters()[0].getName()"));
    }
  }

  @Test
  void theIndexOfAllClassesWaitsUntilSomethingAsks() throws Exception {
    ExecutorService queue;
    try (JShell shell = shell()) {
      SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
      Field field = analysis.getClass().getDeclaredField("INDEXER");
      assumeTrue(field.trySetAccessible(), "needs --add-opens jdk.jshell/jdk.jshell=ALL-UNNAMED");
      queue = (ExecutorService) field.get(null);
    }
    Indexing.hold();
    try (var session = new SessionFixture()) {
      Future<?> indexed = queue.submit(() -> {});
      assertThrows(TimeoutException.class, () -> indexed.get(50, TimeUnit.MILLISECONDS));
      session.java.complete("Strin", 5);
      indexed.get(60, TimeUnit.SECONDS);
      assertEquals(List.of("java.util.zip.CRC32"), names(session, "CRC32"));
    }
  }

  private static List<String> names(SessionFixture session, String simple) throws Exception {
    SourceCodeAnalysis analysis = ((JShell) get(session.java, "shell")).sourceCodeAnalysis();
    while (!analysis.listQualifiedNames(simple, simple.length()).isUpToDate()) {
      Thread.onSpinWait();
    }
    return analysis.listQualifiedNames(simple, simple.length()).getNames();
  }
}
