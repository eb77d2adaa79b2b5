package lazuli.array.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import lazuli.array.ArrayFile;
import lazuli.array.Lazuli;
import lazuli.array.type.ArrayException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.io.TempDir;

/** Files that lie get one error, whose whole text is checked, before anything is allocated. */
abstract class HostileFiles {
  static final String AGAIN =
      "\n  fix: copy or download the file again: it is damaged or cut short";
  static final String NPY =
      "\n  accepted: an npy file of version 1, 2 or 3, as numpy.save writes it" + AGAIN;
  static final String NPZ =
      "\n  accepted: an archive of npy files, as numpy.savez writes it" + AGAIN;
  static final String SAFE =
      "\n  accepted: a whole safetensors file: 8 bytes of length, a JSON header, the tensors without"
          + " gaps"
          + AGAIN;
  static final String GGUF =
      "\n  accepted: a whole gguf file of version 2 or 3, little-endian" + AGAIN;
  static final String ANY =
      "\n  accepted: npy, npz, safetensors, the .safetensors.index.json of a sharded model, or gguf";

  /** What opening and reading every array may allocate on the heap, however large the claims. */
  static final long MOST = 2L << 20;

  @TempDir Path folder;

  record Case(String name, String file, byte[] bytes, String text) {}

  final Stream<DynamicTest> tests(List<Case> cases) {
    return cases.stream().map(c -> DynamicTest.dynamicTest(c.name, () -> check(c)));
  }

  final void check(Case c) throws IOException {
    Path path = folder.resolve(c.file);
    Files.write(path, c.bytes);
    check(path, c.text);
  }

  static void check(Path path, String text) {
    // Once before, so that class loading is not counted.
    assertThrows(ArrayException.class, () -> readAll(path));
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long pool = Lazuli.memory().active() + Lazuli.memory().cached();
    long heap = threads.getCurrentThreadAllocatedBytes();
    ArrayException error = assertThrows(ArrayException.class, () -> readAll(path));
    heap = threads.getCurrentThreadAllocatedBytes() - heap;
    assertEquals(text, error.getMessage().replace(path.toString(), "FILE"));
    assertTrue(heap < MOST, "allocated " + heap + " bytes on the heap");
    assertEquals(pool, Lazuli.memory().active() + Lazuli.memory().cached(), "took pool memory");
  }

  static void readAll(Path path) {
    ArrayFile file = Lazuli.loadAll(path);
    file.keySet().forEach(file::array);
  }

  static byte[] bytes(Object... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object part : parts) {
      ByteBuffer number = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      switch (part) {
        case String text -> out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        case byte[] raw -> out.writeBytes(raw);
        case Long value -> out.writeBytes(number.putLong(value).array());
        case Integer value -> out.write(number.putInt(value).array(), 0, 4);
        case Short value -> out.write(number.putShort(value).array(), 0, 2);
        default -> throw new IllegalArgumentException(part.toString());
      }
    }
    return out.toByteArray();
  }

  static byte[] npy(String dictionary, int dataBytes) {
    return bytes(
        NpyHeader.MAGIC + "\1\0", (short) dictionary.length(), dictionary, new byte[dataBytes]);
  }

  static String dictionary(String descr, String shape) {
    return "{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + ", }\n";
  }

  static byte[] zip(boolean stored, Map<String, byte[]> members) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (var member : members.entrySet()) {
        ZipEntry entry = new ZipEntry(member.getKey());
        if (stored) {
          CRC32 sum = new CRC32();
          sum.update(member.getValue());
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(member.getValue().length);
          entry.setCrc(sum.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(member.getValue());
      }
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    return out.toByteArray();
  }
}
