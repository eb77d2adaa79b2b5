package lazuli.array.io;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import lazuli.array.Array;
import lazuli.array.peer.Python;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files go to NumPy and come from it, in both directions and bit for bit. */
class LiveNumPyTest {
  @TempDir Path folder;

  private static Python start() throws IOException {
    String missing = Python.missing("numpy");
    assumeTrue(
        missing == null,
        () -> "needs a Python with NumPy; name one with LAZULI_PYTHON: " + missing);
    return Python.start(LiveNumPyTest.class, "live.py");
  }

  /** What Python says of a file: for each name, type, shape and digest. */
  private static Map<String, String> ask(Python python, String request) throws IOException {
    python.say(request);
    python.flush();
    Map<String, String> said = new TreeMap<>();
    for (String line = python.line(); !line.equals("."); line = python.line()) {
      int space = line.indexOf(' ');
      said.put(line.substring(0, space), line.substring(space + 1));
    }
    return said;
  }

  private static Map<String, String> tell(Map<String, Array> arrays) throws Exception {
    Map<String, String> told = new TreeMap<>();
    for (var entry : arrays.entrySet()) {
      Array x = entry.getValue();
      String descr = NpyHeader.descr(x.dtype());
      byte[] bytes = toMemorySegment(x).toArray(ValueLayout.JAVA_BYTE);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      told.put(
          entry.getKey().isEmpty() ? "-" : entry.getKey(),
          descr.substring(1)
              + " "
              + x.shape().toString().replace(',', 'x')
              + " "
              + HexFormat.of().formatHex(digest));
    }
    return told;
  }

  @Test
  void whatNumPyWritesIsRead() throws Exception {
    try (Python python = start()) {
      for (int seed = 0; seed < 40; seed++) {
        Path path = folder.resolve(seed + (seed < 16 ? ".npz" : ".npy"));
        Map<String, String> theirs = ask(python, "write " + path + " " + seed);
        assertEquals(theirs, tell(loadAll(path)), "seed " + seed);
      }
    }
  }

  @Test
  void whatIsWrittenNumPyReads() throws Exception {
    try (Python python = start()) {
      Map<String, Array> arrays = new LinkedHashMap<>();
      for (DType dtype : DType.values()) {
        if (NpyHeader.descr(dtype) != null) {
          arrays.put("x/" + dtype.label(), normal(key(1), 3, 5, 2).mul(3).astype(dtype));
          arrays.put("t." + dtype.label(), arange(12).astype(dtype).reshape(3, 4).t());
          arrays.put("e_" + dtype.label(), zeros(dtype, 0, 3));
          arrays.put("s-" + dtype.label(), ones(dtype));
        }
      }
      String stored = folder.resolve("a.npz").toString();
      savez(stored, arrays);
      assertEquals(tell(arrays), ask(python, "read " + stored));
      String deflated = folder.resolve("b.npz").toString();
      savezCompressed(deflated, arrays);
      assertEquals(tell(arrays), ask(python, "read " + deflated));
      for (var entry : arrays.entrySet()) {
        String path = folder.resolve("c.npy").toString();
        save(path, entry.getValue());
        Map<String, Array> one = Map.of("-", entry.getValue());
        assertEquals(tell(one), ask(python, "read " + path), entry.getKey());
      }
      if (Python.missing("safetensors") == null) {
        String path = folder.resolve("d.safetensors").toString();
        saveSafetensors(path, arrays);
        assertEquals(tell(arrays), ask(python, "read " + path));
      }
    }
  }
}
