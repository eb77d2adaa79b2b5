package lazuli.array.io;

import static lazuli.array.Lazuli.*;
import static lazuli.array.io.Fixtures.file;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import lazuli.array.Array;
import lazuli.array.ArrayFile;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is saved is what the reference implementations save, and a failed save changes nothing. */
class WriteTest {
  @TempDir Path folder;

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private static void assertSame(Path a, Path b) throws IOException {
    assertArrayEquals(Files.readAllBytes(a), Files.readAllBytes(b), a + " and " + b);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c-bool", "c-u1", "c-u2", "c-u4", "c-u8", "c-i1", "c-i2", "c-i4", "c-i8", "c-f2", "c-f4",
        "c-f8", "scalar", "empty", "special"
      })
  void npyIsByteForByteNumPys(String name) throws Exception {
    save(at("x.npy"), load(file(name + ".npy")));
    assertSame(file(name + ".npy"), folder.resolve("x.npy"));
  }

  @Test
  void viewsAreWrittenInRowMajorOrder() throws Exception {
    save(at("x.npy"), load(file("fortran.npy")));
    Fixtures.assertValues(DType.F32, "[2,3,4]", load(at("x.npy")));
    save(at("y.npy"), arange(12).reshape(3, 4).get("1:, ::2"));
    assertArrayEquals(new int[] {4, 6, 8, 10}, load(at("y.npy")).toIntArray());
  }

  @Test
  void safetensorsIsByteForByteTheReferences() throws Exception {
    ArrayFile all = loadAll(file("all.safetensors"));
    saveSafetensors(at("x.safetensors"), all, Map.of("format", "np"));
    assertSame(file("all.safetensors"), folder.resolve("x.safetensors"));
    saveSafetensors(at("y.safetensors"), loadAll(file("mixed.safetensors")));
    assertSame(file("mixed.safetensors"), folder.resolve("y.safetensors"));
  }

  @ParameterizedTest
  @EnumSource
  void everyTypeRoundTripsThroughSafetensors(DType dtype) {
    Array x = arange(-4, 20, 3).astype(dtype);
    saveSafetensors(at("x.safetensors"), Map.of("x", x), Map.of("a \"b\"\n", "\u0001\u00e9"));
    ArrayFile file = loadAll(at("x.safetensors"));
    assertEquals(dtype, file.array("x").dtype());
    assertArrayEquals(x.toDoubleArray(), file.array("x").toDoubleArray());
    assertEquals(Map.of("a \"b\"\n", "\u0001\u00e9"), file.metadata());
  }

  @Test
  void npzRoundTripsStoredAndDeflated() throws Exception {
    Map<String, Array> arrays = new LinkedHashMap<>();
    arrays.put("w", normal(key(1), 300, 40));
    arrays.put("deep/n", arange(5));
    arrays.put("z", zeros(1000));
    savez(at("s.npz"), arrays);
    savezCompressed(at("d.npz"), arrays);
    for (String name : new String[] {"s.npz", "d.npz"}) {
      ArrayFile file = loadAll(at(name));
      assertEquals(List.copyOf(arrays.keySet()), List.copyOf(file.keySet()));
      arrays.forEach(
          (key, array) ->
              assertArrayEquals(array.toDoubleArray(), file.array(key).toDoubleArray(), key));
    }
    assertTrue(Files.size(folder.resolve("d.npz")) < Files.size(folder.resolve("s.npz")) - 3000);
    savez(at("p.npz"), arange(2), arange(3));
    assertEquals(List.of("arr_0", "arr_1"), List.copyOf(loadAll(at("p.npz")).keySet()));
    savez(at("t.npz"), arrays);
    assertSame(folder.resolve("s.npz"), folder.resolve("t.npz"));
  }

  @Test
  void aFailedSaveLeavesTheOldFileAndNothingBesideIt() throws Exception {
    Path path = folder.resolve("x.npy");
    save(path.toString(), arange(3));
    byte[] old = Files.readAllBytes(path);
    IOException full = new IOException("no space left");
    ArrayException error =
        assertThrows(
            ArrayException.class,
            () ->
                AtomicFile.write(
                    "save",
                    path,
                    channel -> {
                      channel.write(java.nio.ByteBuffer.allocate(10));
                      throw full;
                    }));
    assertEquals(
        """
        save could not write "FILE": java.io.IOException: no space left
          accepted: a folder that this process may write, with room for the file
          fix: check permissions and free space; what was at the path before is unchanged""",
        error.getMessage().replace(path.toString(), "FILE"));
    assertThrows(
        IllegalStateException.class,
        () ->
            AtomicFile.write(
                "save",
                path,
                channel -> {
                  throw new IllegalStateException("an evaluation that fails");
                }));
    assertArrayEquals(old, Files.readAllBytes(path));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(path), files.toList());
    }
  }

  @Test
  void aLinkStaysALink() throws Exception {
    Path real = folder.resolve("real.npy");
    Path link = folder.resolve("link.npy");
    save(real.toString(), arange(2));
    Files.createSymbolicLink(link, real);
    save(link.toString(), arange(5));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals(5, load(real).size());
  }

  private static String text(Runnable body) {
    return assertThrows(ArrayException.class, body::run).getMessage();
  }

  @Test
  void errorsSayWhatToDo() {
    String missing = folder.resolve("no").toString();
    assertEquals(
        """
        save to "x.npy" was given bf16[2], a type that NumPy lacks
          accepted: bool, u8 to u64, i8 to i64, f16, f32, f64
          fix: use saveSafetensors, or astype(F32) first""",
        text(() -> save("x.npy", zeros(BF16, 2))));
    assertEquals(
        """
        savez to "x.npz" was given the name "../a", which leaves the archive
          accepted: names without "..", a leading "/" or a backslash
          fix: rename the array""",
        text(() -> savez("x.npz", Map.of("../a", zeros(1)))));
    assertEquals(
        """
        saveSafetensors was given an array of the name "__metadata__"
          accepted: any other name: the format uses this one for text
          fix: rename it""",
        text(() -> saveSafetensors("x.safetensors", Map.of("__metadata__", zeros(1)))));
    assertEquals(
        """
        saveSafetensors to "x.safetensors" was given a name or metadata with half a character
          accepted: text that UTF-8 can hold
          fix: check how the text was cut""",
        text(() -> saveSafetensors("x.safetensors", Map.of("\ud800", zeros(1)))));
    assertEquals(
        """
        save was given "FOLDER", which is a directory
          accepted: a file
          fix: name a file in it""",
        text(() -> save(folder.toString(), zeros(1))).replace(folder.toString(), "FOLDER"));
    assertEquals(
        """
        save was given "NO/x.npy": there is no folder NO
          accepted: a path in a folder that exists
          fix: make it first: Files.createDirectories(Path.of("NO"))""",
        text(() -> save(missing + "/x.npy", zeros(1))).replace(missing, "NO"));
  }
}
