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
            JAVA, "-cp", System.getProperty("java.class.path"), "lazuli.kernel.Main");
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
