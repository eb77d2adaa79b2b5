package lazuli.kernel.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the environment asks of a kernel, seen from its cells. */
class EnvironmentTest {
  @TempDir private Path folder;

  private static void compile(Path classes, String name, String java) throws Exception {
    Files.createDirectories(classes);
    Path source = classes.resolve(name + ".java");
    Files.writeString(source, java);
    int status =
        javax.tools.ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                source.toString());
    assertEquals(0, status);
  }

  @Test
  void startupCodeRunsWithMagicsAndTheClassPathBeforeTheFirstCell() throws Exception {
    compile(folder.resolve("lib"), "Six", "package p; public class Six { public int n = 6; }");
    Path script = folder.resolve("start.jsh");
    Files.writeString(script, "%time 1\nint six = new p.Six().n;");
    try (var kernel =
        TestKernel.startIn(
            Map.of(
                "IJAVA_CLASSPATH",
                folder.resolve("lib").toString(),
                "JJAVA_STARTUP_SCRIPTS_PATH",
                script.toString(),
                "LAZULI_STARTUP_SCRIPT",
                "int twice = 2 * six;",
                "IJAVA_COMPILER_OPTS",
                "-Xlint:none"))) {
      assertEquals("12", kernel.run("twice").result());
    }
  }

  @Test
  void startupCodeThatFailsIsAWarningAndTheKernelStarts() throws Exception {
    try (var kernel = TestKernel.startIn(Map.of("JJAVA_STARTUP_SCRIPT", "int x = ;"))) {
      assertEquals("2", kernel.run("1 + 1").result());
    }
  }

  @Test
  void aStatementThatRunsLongerThanTheTimeoutFailsWithTheLimitAndItsVariable() throws Exception {
    String[] codes = {
      "int kept = 41;\nwhile (true) {}\nkept = 0;",
      "Thread.sleep(1_000_000);",
      "new ServerSocket(0).accept();",
      "%time while (true) {}",
      "new Object() { public String toString() { while (true) {} } }",
      "eval(\"while (true) {}\")",
    };
    try (var kernel =
        TestKernel.startIn(Map.of("JJAVA_TIMEOUT", "1 SECONDS", "IJAVA_TIMEOUT", "1 HOURS"))) {
      for (String code : codes) {
        var run = kernel.run(code);
        assertEquals(
            "EvaluationTimeoutException: it ran longer than 1 SECONDS, which JJAVA_TIMEOUT allows"
                + " each statement; variables keep their values. For more time, change or unset"
                + " JJAVA_TIMEOUT and restart the kernel.",
            run.reply().at("ename").text("") + ": " + run.reply().at("evalue").text(""),
            code);
        assertEquals(1, run.contents("error").size(), code);
        assertEquals("42", kernel.run("kept + 1").result(), code);
      }
    }
  }

  @Test
  void aTimeoutInsideALibraryThatCannotBeStoppedSaysSo() throws Exception {
    try (var kernel = TestKernel.startIn(Map.of("LAZULI_TIMEOUT", "1000"))) {
      var run = kernel.run("lazuli.kernel.session.Stuck.inLibrary();");
      assertEquals("EvaluationTimeoutException", run.reply().at("ename").text(""));
      assertTrue(
          run.reply()
              .at("evalue")
              .text("")
              .startsWith("it ran longer than 1000 MILLISECONDS, which LAZULI_TIMEOUT allows"));
      assertTrue(
          run.reply()
              .at("evalue")
              .text("")
              .endsWith(
                  " It was inside a library that cannot be stopped; its thread was left behind."));
      assertEquals("2", kernel.run("1 + 1").result());
    } finally {
      Stuck.release();
    }
  }

  @Test
  void aUsersInterruptUnderATimeoutIsAnInterrupt() throws Exception {
    try (var kernel = TestKernel.startIn(Map.of("LAZULI_TIMEOUT", "1 HOURS"))) {
      var cell = kernel.client.execute("System.out.println(1); while (true) {}", false);
      while (!cell.next(TestKernel.LIMIT).message().type().equals("stream")) {
        // Until it runs.
      }
      kernel.session.interrupt();
      assertEquals("Interrupted", TestKernel.collect(cell).reply().at("ename").text(""));
    }
  }

  @Test
  void extensionsInAddedJarsAreInstalled() throws Exception {
    Path classes = folder.resolve("ext");
    compile(
        classes,
        "Ext",
        """
        package q;
        import lazuli.kernel.ext.*;
        public class Ext implements Extension {
          public void install(Host host) {
            host.imports("import static q.Ext.*;");
            host.renderer(Thing.class, t -> MimeBundle.text("a thing"));
          }
          public static class Thing {}
          public static int seven() { return 7; }
        }
        """);
    Path services = Files.createDirectories(classes.resolve("META-INF/services"));
    Files.writeString(services.resolve("lazuli.kernel.ext.Extension"), "q.Ext");
    try (var kernel = TestKernel.startIn(Map.of())) {
      assertEquals("ok", kernel.run("%classpath " + classes).status());
      assertEquals("7", kernel.run("seven()").result());
      assertEquals("a thing", kernel.run("new q.Ext.Thing()").result());
    }
    try (var kernel = TestKernel.startIn(Map.of("JJAVA_LOAD_EXTENSIONS", "0"))) {
      kernel.run("%classpath " + classes);
      assertEquals("CompilationError", kernel.run("seven()").reply().at("ename").text(""));
      assertTrue(kernel.run("new q.Ext.Thing()").result().startsWith("q.Ext"));
    }
  }
}
