package lazuli.kernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import lazuli.kernel.conformance.Language.Snippet;
import lazuli.kernel.wire.ConnectionFile;
import lazuli.kernel.wire.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kernels one after the other: each answers. */
@Tag("slow")
class SpawnTest {
  /** 500 take about ten minutes of a quiet machine; {@code -Dlazuli.spawns=500} does them. */
  private static final int SPAWNS = Integer.getInteger("lazuli.spawns", 30);

  private static final int RESTARTS = 24;

  @TempDir private Path folder;

  @Test
  void everySpawnAnswers() throws Exception {
    for (int i = 1; i <= SPAWNS; i++) {
      try (Peer peer = Peer.start(Language.lazuli(folder), folder)) {
        Json.Obj info = peer.ask("kernel_info_request").reply();
        assertEquals("ok", info.at("status").text(""), "spawn " + i);
      }
    }
  }

  @Test
  void restartsInARowOnTheSamePorts() throws Exception {
    ConnectionFile connection = ConnectionFile.onFreePorts();
    for (int i = 1; i <= RESTARTS; i++) {
      try (Peer peer = Peer.start(Language.lazuli(folder), folder, connection)) {
        assertEquals("42", peer.run(Snippet.EXPRESSION).result(), "restart " + i);
        peer.client.control("shutdown_request", Json.object("restart", true)).await(Peer.LIMIT);
        assertTrue(peer.endsWithin(Peer.LIMIT), "restart " + i);
        assertEquals(0, peer.process.exitValue(), "restart " + i);
      }
    }
  }

  @Test
  void theConnectionFileIsTheOwnersAlone() throws Exception {
    Path file = folder.resolve("connection.json");
    ConnectionFile.onFreePorts().write(file);
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(java.nio.file.Files.getPosixFilePermissions(file)));
  }
}
