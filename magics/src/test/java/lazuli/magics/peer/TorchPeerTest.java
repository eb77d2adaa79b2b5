package lazuli.magics.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchPeerTest {
  private static TorchPeer peer() {
    try {
      return TorchPeer.start(null, 1);
    } catch (PeerException missing) {
      return abort("not on this machine: " + missing.getMessage());
    }
  }

  private static PeerTask.Operand floats(Shape shape, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new PeerTask.Operand(DType.F32, shape, bytes.array());
  }

  @Test
  void aPythonThatIsNotThereIsNamedWithTheFix() {
    var missing = assertThrows(PeerException.class, () -> TorchPeer.start("no-such-python", 1));
    assertTrue(
        missing.getMessage().startsWith("cannot start 'no-such-python': "), missing.getMessage());
    assertTrue(
        missing
            .getMessage()
            .endsWith(
                "; install it (pip install torch), or name a Python that has it with --python PATH or"
                    + " the variable LAZULI_PYTHON"),
        missing.getMessage());
  }

  @Test
  void aPythonWithoutTorchSaysSo(@TempDir Path folder) throws IOException {
    Path fake = folder.resolve("python");
    Files.writeString(
        fake, "#!/bin/sh\necho '{\"ok\": false, \"error\": \"No module named torch\"}'\nexit 3\n");
    assertTrue(fake.toFile().setExecutable(true));
    var missing = assertThrows(PeerException.class, () -> TorchPeer.start(fake.toString(), 1));
    assertEquals(
        "'"
            + fake
            + "' cannot run PyTorch: No module named torch; install it (pip install torch), or name a"
            + " Python that has it with --python PATH or the variable LAZULI_PYTHON",
        missing.getMessage());
  }

  @Test
  void aProcessThatDiesLeavesItsLastWords(@TempDir Path folder) throws IOException {
    Path fake = folder.resolve("python");
    Files.writeString(
        fake, "#!/bin/sh\necho 'first' >&2\necho 'Illegal instruction' >&2\nexit 1\n");
    assertTrue(fake.toFile().setExecutable(true));
    var missing = assertThrows(PeerException.class, () -> TorchPeer.start(fake.toString(), 1));
    assertEquals(
        "'"
            + fake
            + "' cannot run PyTorch: its process ended: Illegal instruction; install it (pip"
            + " install torch), or name a Python that has it with --python PATH or the variable"
            + " LAZULI_PYTHON",
        missing.getMessage());
  }

  @Test
  void computesAndTimesATask() throws Exception {
    try (TorchPeer peer = peer()) {
      var operands =
          List.of(floats(Shape.of(2, 2), 1, 2, 3, 4), floats(Shape.of(2, 2), 1, 0, 0, 2));
      var matmul = peer.prepare("torch", new PeerTask("matmul", operands, Map.of()));
      assertArrayEquals(new double[] {1, 4, 3, 8}, matmul.values());
      assertEquals("f32", matmul.dtype());
      assertTrue(matmul.first() > 0);
      assertTrue(matmul.subject().nanos(3) > 0);
      assertEquals("torch", matmul.subject().name());
    }
  }

  @Test
  void causalAttentionIsAlignedToTheLastKey() throws Exception {
    try (TorchPeer peer = peer()) {
      // Equal keys: each query averages the values that it sees; here the last query sees all.
      var q = floats(Shape.of(1, 1, 2, 1), 1, 1);
      var k = floats(Shape.of(1, 1, 3, 1), 1, 1, 1);
      var v = floats(Shape.of(1, 1, 3, 1), 3, 6, 12);
      for (String op : List.of("sdpa", "naive")) {
        var task = new PeerTask(op, List.of(q, k, v), Map.of("causal", true));
        assertArrayEquals(new double[] {4.5, 7}, peer.prepare(op, task).values(), 1e-5, op);
      }
    }
  }

  @Test
  void everyOperationOfTheBenchComputesWhatItsNameSays() throws Exception {
    var x = floats(Shape.of(2, 2), 1, -2, 3, 5);
    Map<String, double[]> expected = new LinkedHashMap<>();
    expected.put("sum", new double[] {7});
    expected.put("max", new double[] {5});
    expected.put("copy", new double[] {1, -2, 3, 5});
    expected.put("cast", new double[] {1, -2, 3, 5});
    expected.put("transpose", new double[] {1, 3, -2, 5});
    expected.put("layerNorm", new double[] {1, -1, -1, 1});
    expected.put("rmsNorm", new double[] {0.6325, -1.2649, 0.7276, 1.2127});
    expected.put("softmax", new double[] {0.9526, 0.0474, 0.1192, 0.8808});
    expected.put("chain8", new double[] {2.6458, -6.6332, 13.0767, 27.8388});
    try (TorchPeer peer = peer()) {
      for (var entry : expected.entrySet()) {
        Map<String, Object> options = Map.of("eps", 1e-5, "to", "bf16", "form", "in place");
        var got = peer.prepare("t", new PeerTask(entry.getKey(), List.of(x), options));
        assertArrayEquals(entry.getValue(), got.values(), 1e-4, entry.getKey());
        assertEquals(entry.getKey().equals("cast") ? "bf16" : "f32", got.dtype(), entry.getKey());
      }
    }
  }

  @Test
  void copiesOfTheOperandsTakeTurnsAndADroppedTaskIsGone() throws Exception {
    try (TorchPeer peer = peer()) {
      var x = floats(Shape.of(2), 1, 2);
      var task = new PeerTask("sum", List.of(x), Map.of("rotate", 3));
      var rotating = peer.prepare("t", task);
      assertArrayEquals(new double[] {3}, rotating.values());
      assertTrue(rotating.subject().nanos(7) > 0);
      peer.threads(2);
      assertTrue(rotating.subject().nanos(1) > 0);
      peer.drop(rotating);
      var gone = assertThrows(PeerException.class, () -> rotating.subject().nanos(1));
      assertEquals("0", gone.getMessage());
      try (var files = Files.list(peer.folder())) {
        assertEquals(
            List.of("stderr.txt", "torch_peer.py"),
            files.map(file -> file.getFileName().toString()).sorted().toList());
      }
    }
  }

  @Test
  void aRefusalIsPyTorchsOwnSentenceAndThePeerGoesOn() throws Exception {
    try (TorchPeer peer = peer()) {
      var f32 = floats(Shape.of(1, 1, 1, 1), 1);
      var bf16 =
          new PeerTask.Operand(DType.BF16, Shape.of(1, 1, 1, 1), new byte[] {(byte) 0x80, 0x3f});
      var mixed = new PeerTask("sdpa", List.of(f32, bf16, bf16), Map.of());
      var refused = assertThrows(PeerException.class, () -> peer.prepare("mixed", mixed));
      assertTrue(refused.getMessage().contains("dtype"), refused.getMessage());
      assertFalse(refused.getMessage().contains("\n"));
      var plain = new PeerTask("sdpa", List.of(bf16, bf16, bf16), Map.of());
      assertArrayEquals(new double[] {1}, peer.prepare("plain", plain).values());
    }
  }

  @Test
  void closingRemovesTheFilesAndEndsTheProcess() throws Exception {
    TorchPeer peer = peer();
    peer.prepare("t", new PeerTask("sum", List.of(floats(Shape.of(1), 1)), Map.of()));
    assertTrue(Files.exists(peer.folder()));
    List<ProcessHandle> children = ProcessHandle.current().children().toList();
    peer.close();
    assertTrue(children.stream().noneMatch(ProcessHandle::isAlive));
    assertFalse(Files.exists(peer.folder()));
  }
}
