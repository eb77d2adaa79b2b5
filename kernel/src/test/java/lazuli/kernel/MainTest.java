package lazuli.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import lazuli.kernel.wire.Client;
import lazuli.kernel.wire.ConnectionFile;
import lazuli.kernel.wire.Exchange;
import lazuli.kernel.wire.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel as a process of its own. */
class MainTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  @TempDir private Path folder;
  private Process process;

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private ProcessBuilder kernel(String... arguments) {
    var builder =
        new ProcessBuilder(
            JAVA,
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "lazuli.kernel.Main");
    builder.command().addAll(java.util.List.of(arguments));
    builder.environment().put("LAZULI_HISTORY", folder.resolve("history.jsonl").toString());
    builder.redirectOutput(folder.resolve("out").toFile());
    builder.redirectError(folder.resolve("err").toFile());
    return builder;
  }

  private ConnectionFile connection(Path path) throws Exception {
    ConnectionFile connection = ConnectionFile.onFreePorts();
    connection.write(path);
    return connection;
  }

  private int exitStatus() throws Exception {
    assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), "the kernel did not end");
    return process.exitValue();
  }

  private String written(String name) throws Exception {
    return Files.readString(folder.resolve(name));
  }

  @Test
  void itRunsCellsAndEndsWhenAskedWithNothingOnItsOwnStreams() throws Exception {
    Path path = folder.resolve("c.json");
    ConnectionFile connection = connection(path);
    process = kernel(path.toString()).start();
    try (Client client = new Client(connection)) {
      client.awaitReady(LIMIT);
      Exchange cell = client.execute("System.out.println(1); System.err.println(2);", false);
      assertEquals("ok", cell.await(LIMIT).content().at("status").text(""));
      Exchange shutdown = client.control("shutdown_request", Json.object("restart", true));
      assertEquals(Json.object("status", "ok", "restart", true), shutdown.await(LIMIT).content());
      assertEquals(0, exitStatus());
    }
    assertEquals("", written("out"));
    assertEquals("", written("err"));
  }

  @Test
  void aKernelRemembersTheCellsOfTheOneBefore() throws Exception {
    for (int session = 1; session <= 2; session++) {
      Path path = folder.resolve("c.json");
      ConnectionFile connection = connection(path);
      process = kernel(path.toString()).start();
      try (Client client = new Client(connection)) {
        client.awaitReady(LIMIT);
        client.execute("int session = " + session + ";", false).await(LIMIT);
        Json.Obj tail =
            client
                .shell("history_request", Json.object("hist_access_type", "tail", "n", 2))
                .await(LIMIT)
                .content();
        assertEquals(
            session == 1
                ? "[[1,1,\"int session = 1;\"]]"
                : "[[1,1,\"int session = 1;\"],[2,1,\"int session = 2;\"]]",
            new String(tail.at("history").bytes(), java.nio.charset.StandardCharsets.UTF_8));
        client.control("shutdown_request", Json.object("restart", false)).await(LIMIT);
        assertEquals(0, exitStatus());
      }
    }
    assertEquals("", written("err"));
  }

  private static String text(Exchange cell, String stream) throws Exception {
    var text = new StringBuilder();
    while (!cell.done()) {
      var content = cell.next(LIMIT).message().content();
      if (content.at("name").text("").equals(stream)) {
        text.append(content.at("text").text(""));
      }
    }
    return text.toString();
  }

  /** A cell that runs a shell script as a child that shares the kernel's own streams. */
  private String child(String script) throws Exception {
    Path file = Files.writeString(Files.createTempFile(folder, "script", ".sh"), script);
    return "new ProcessBuilder(\"sh\", \"%s\").inheritIO().start().waitFor();".formatted(file);
  }

  @Test
  void whatChildrenAndNativeCodePrintIsShownInTheirCell() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "/bin/sh is missing here");
    Path path = folder.resolve("c.json");
    ConnectionFile connection = connection(path);
    process = kernel(path.toString()).start();
    try (Client client = new Client(connection)) {
      client.awaitReady(LIMIT);
      // Two halves of one character, by two processes.
      Exchange halves =
          client.execute(child("printf 'caf\\303'\nsh -c 'exec printf \"\\251\"'"), false);
      assertEquals("caf\u00e9", text(halves, "stdout"));
      assertEquals("no\n", text(client.execute(child("echo no >&2"), false), "stderr"));
      // More than any pipe holds.
      String many = "head -c 3000000 /dev/zero | tr '\\0' x";
      assertEquals(3_000_000, text(client.execute(child(many), false), "stdout").length());
      String puts =
          """
          import java.lang.foreign.*;
          var linker = Linker.nativeLinker();
          var printf = linker.downcallHandle(
              linker.defaultLookup().find("printf").get(),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
          var arena = Arena.global();
          int n = (int) printf.invokeExact(arena.allocateFrom("from C, "));
          display(n);
          n = (int) printf.invokeExact(arena.allocateFrom("no line break"));""";
      Exchange cell = client.execute(puts, false);
      var seen = new StringBuilder();
      while (!cell.done()) {
        var message = cell.next(LIMIT).message();
        seen.append(message.content().at("text").text(""));
        seen.append(message.type().equals("display_data") ? "|" : "");
      }
      assertEquals("from C, |no line break", seen.toString());
      client.control("shutdown_request", Json.object("restart", false)).await(LIMIT);
      assertEquals(0, exitStatus());
    }
    assertEquals("", written("out"));
    assertEquals("", written("err"));
  }

  @Test
  void aCellThatFillsTheHeapSaysSoAndTheNextOneCanFreeIt() throws Exception {
    Path path = folder.resolve("c.json");
    ConnectionFile connection = connection(path);
    ProcessBuilder builder = kernel(path.toString());
    builder.command().add(1, "-Xmx80m");
    process = builder.start();
    try (Client client = new Client(connection)) {
      client.awaitReady(LIMIT);
      Exchange hoard =
          client.execute(
              "var hoard = new ArrayList<byte[]>(); while (true) hoard.add(new byte[1 << 22]);",
              false);
      var failed = hoard.await(LIMIT).content();
      assertEquals("OutOfMemoryError", failed.at("ename").text(""), failed.toString());
      var lines = failed.at("traceback").items();
      assertTrue(
          lines
              .getLast()
              .text("")
              .endsWith(
                  " MiB is full, or too small for this. Set variables that hold much to null, or"
                      + " give the kernel more: %config heap=8g and a restart."));
      var freed = client.execute("hoard = null; 1", false).await(LIMIT).content();
      assertEquals("ok", freed.at("status").text(""), freed.toString());
      Exchange again = client.execute("System.out.println(new byte[1 << 24].length);", false);
      assertEquals("16777216\n", text(again, "stdout"));
    }
  }

  @Test
  void aCellThatTakesEveryFileDescriptorFailsAndTheNextOneRuns() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "/bin/sh is missing here");
    Path path = folder.resolve("c.json");
    ConnectionFile connection = connection(path);
    ProcessBuilder builder = kernel(path.toString());
    builder.command().addAll(0, java.util.List.of("sh", "-c", "ulimit -n 200; exec \"$@\"", "sh"));
    process = builder.start();
    try (Client client = new Client(connection)) {
      client.awaitReady(LIMIT);
      String open = "while (true) files.add(new FileInputStream(\"/dev/null\"));";
      client.execute("var files = new ArrayList<InputStream>();", false).await(LIMIT);
      var failed = client.execute(open, false).await(LIMIT).content();
      assertEquals("FileNotFoundException", failed.at("ename").text(""), failed.toString());
      assertTrue(failed.at("evalue").text("").contains("Too many open files"), failed.toString());
      var next = client.execute("for (var f : files) f.close(); files.size()", false);
      var reply = next.await(LIMIT).content();
      assertEquals("ok", reply.at("status").text(""), reply.toString());
    }
  }

  @Test
  void withoutNativeAccessCellsRunAndTheLogSaysWhatIsMissing() throws Exception {
    Path path = folder.resolve("c.json");
    ConnectionFile connection = connection(path);
    ProcessBuilder builder = kernel(path.toString());
    builder.command().remove("--enable-native-access=ALL-UNNAMED");
    process = builder.start();
    try (Client client = new Client(connection)) {
      client.awaitReady(LIMIT);
      assertEquals("1\n", text(client.execute("System.out.println(1);", false), "stdout"));
      var reply = client.execute(child("echo child"), false).await(LIMIT).content();
      assertEquals("ok", reply.at("status").text(""), reply.toString());
      client.control("shutdown_request", Json.object("restart", false)).await(LIMIT);
      assertEquals(0, exitStatus());
    }
    assertEquals("child\n", written("out"), written("err"));
    assertEquals(
        "lazuli: what native code and child processes print is not shown in cells: Java was started"
            + " without --enable-native-access=ALL-UNNAMED\n",
        written("err"));
  }

  @Test
  void theQuickEndRunsHooksAndDeletesFiles() throws Exception {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "the end is quick on Linux alone");
    Path path = folder.resolve("c.json");
    ConnectionFile connection = connection(path);
    ProcessBuilder builder = kernel(path.toString());
    builder.command().add(1, "--add-exports=java.base/jdk.internal.access=ALL-UNNAMED");
    builder.command().add(1, "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED");
    process = builder.start();
    Path hook = folder.resolve("hook");
    Path temporary = Files.createFile(folder.resolve("temporary"));
    try (Client client = new Client(connection)) {
      client.awaitReady(LIMIT);
      // Main itself prepares it when it ends; here it is asked whether it can.
      String cell =
          """
          System.out.print(lazuli.kernel.posix.QuickExit.prepare());
          Path hook = Path.of("%s");
          Thread write = new Thread(() -> {
            try { Files.writeString(hook, "ran"); } catch (IOException e) { e.printStackTrace(); }
          });
          Runtime.getRuntime().addShutdownHook(write);
          new File("%s").deleteOnExit();"""
              .formatted(hook, temporary);
      assertEquals("", text(client.execute(cell, false), "stdout"));
      client.control("shutdown_request", Json.object("restart", false)).await(LIMIT);
      assertEquals(0, exitStatus());
    }
    assertEquals("ran", Files.readString(hook));
    assertTrue(Files.notExists(temporary));
    Path counters =
        Path.of("/tmp", "hsperfdata_" + System.getProperty("user.name"), "" + process.pid());
    assertTrue(Files.notExists(counters));
    assertEquals("", written("err"));
  }

  @Test
  void aLibraryThatEndsTheProcessDoesNotEndItSilently() throws Exception {
    Path path = folder.resolve("c.json");
    ConnectionFile connection = connection(path);
    process = kernel(path.toString()).start();
    try (Client client = new Client(connection)) {
      client.awaitReady(LIMIT);
      Exchange cell =
          client.execute(
              "System.out.println(\"before\");\n"
                  + "System.class.getMethod(\"exit\", int.class).invoke(null, 3);",
              false);
      var seen = new StringBuilder();
      while (seen.indexOf("restart") < 0) {
        seen.append(cell.next(LIMIT).message().content().at("text").text(""));
      }
      assertEquals(
          "before\nWarning: the kernel's process ends: a library called System.exit, or the system"
              + " ended it. Its variables are gone; restart the kernel.\n",
          seen.toString());
      assertEquals(3, exitStatus());
    }
  }

  @Test
  void itEndsWhileACellRunsForEver() throws Exception {
    Path path = folder.resolve("c.json");
    ConnectionFile connection = connection(path);
    process = kernel(path.toString()).start();
    try (Client client = new Client(connection)) {
      client.awaitReady(LIMIT);
      Exchange cell = client.execute("System.out.println(1); while (true) {}", false);
      while (!cell.next(LIMIT).message().type().equals("stream")) {
        continue;
      }
      client.control("shutdown_request", Json.object("restart", false)).await(LIMIT);
      assertEquals(0, exitStatus());
    }
  }

  @Test
  void sigintStopsTheCellAndNotTheKernel() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "/bin/kill is missing here");
    Path path = folder.resolve("c.json");
    ConnectionFile connection = connection(path);
    process = kernel(path.toString()).start();
    try (Client client = new Client(connection)) {
      client.awaitReady(LIMIT);
      Exchange cell = client.execute("System.out.println(1); while (true) {}", false);
      while (!cell.next(LIMIT).message().type().equals("stream")) {
        continue;
      }
      new ProcessBuilder("/bin/kill", "-INT", "" + process.pid()).start().waitFor();
      assertEquals("Interrupted", cell.await(LIMIT).content().at("ename").text(""));
      assertEquals("ok", client.execute("1", false).await(LIMIT).content().at("status").text(""));
    }
  }

  @Test
  void itEndsWhenItsParentDies() throws Exception {
    Path path = folder.resolve("c.json");
    ConnectionFile connection = connection(path);
    Process parent = new ProcessBuilder("sleep", "1000").start();
    ProcessBuilder builder = kernel(path.toString());
    builder.environment().put("JPY_PARENT_PID", "" + parent.pid());
    process = builder.start();
    try (Client client = new Client(connection)) {
      client.awaitReady(LIMIT);
      parent.destroyForcibly();
      assertEquals(0, exitStatus());
    }
  }

  @Test
  void aConnectionFileThatIsNoneIsOneLineAndStatusTwo() throws Exception {
    Path path = folder.resolve("c.json");
    Files.writeString(path, "{}");
    process = kernel(path.toString()).start();
    assertEquals(2, exitStatus());
    assertEquals(
        "lazuli: connection file "
            + path
            + ": ip is missing; a Jupyter client writes this file and passes its path"
            + System.lineSeparator(),
        written("err"));
    assertEquals("", written("out"));
  }

  @Test
  void aPortInUseIsOneLineAndStatusTwo() throws Exception {
    Path path = folder.resolve("c.json");
    ConnectionFile connection = connection(path);
    try (var taken =
        new java.net.ServerSocket(
            connection.control(), 1, java.net.InetAddress.getLoopbackAddress())) {
      process = kernel(path.toString()).start();
      assertEquals(2, exitStatus());
      assertEquals(
          "lazuli: cannot bind tcp://127.0.0.1:"
              + taken.getLocalPort()
              + ": the port is in use; start again with a new connection file"
              + System.lineSeparator(),
          written("err"));
    }
  }

  @Test
  void wrongArgumentsAreOneLineAndStatusTwo() throws Exception {
    process = kernel().start();
    assertEquals(2, exitStatus());
    assertEquals(
        "lazuli: the kernel takes one argument, the path of a connection file; 0 were given"
            + System.lineSeparator(),
        written("err"));
  }
}
