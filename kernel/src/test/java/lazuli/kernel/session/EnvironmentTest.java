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
