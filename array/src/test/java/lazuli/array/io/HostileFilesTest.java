package lazuli.array.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import lazuli.array.ArrayFile;
import lazuli.array.Lazuli;
import lazuli.array.type.ArrayException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Other files that lie: see {@link HostileFiles}. */
class HostileFilesTest extends HostileFiles {
  @TestFactory
  Stream<DynamicTest> otherFiles() {
    String fix = "\n  fix: convert it first, such as with numpy.save";
    return tests(
        List.of(
            new Case(
                "empty", "x", new byte[0], "load was given \"FILE\": it is empty" + ANY + AGAIN),
            new Case(
                "HDF5",
                "x.h5",
                bytes("\u0089HDF\r\n\u001a\n"),
                "load was given \"FILE\": it is an HDF5 file" + ANY + fix),
            new Case(
                "a pickle",
                "x.pkl",
                bytes("\u0080\4\u0095"),
                "load was given \"FILE\": it is a Python pickle, which can run any code"
                    + ANY
                    + fix),
            new Case(
                "anything",
                "x.bin",
                bytes("ABC\n"),
                "load was given \"FILE\": its first bytes, 41 42 43 0a, are of no known format"
                    + ANY
                    + fix)));
  }

  @Test
  void pathsThatAreNotThere() throws IOException {
    Path absent = folder.resolve("absent.npy");
    assertEquals(
        "load was given \"FILE\": there is no such file"
            + "\n  accepted: an absolute path, or one from the working directory, "
            + Path.of("").toAbsolutePath()
            + "\n  fix: check the path",
        assertThrows(ArrayException.class, () -> Lazuli.load(absent))
            .getMessage()
            .replace(absent.toString(), "FILE"));
    assertEquals(
        "load was given \"FILE\", which is a directory"
            + "\n  accepted: a file"
            + "\n  fix: name one file in it; for a sharded model, its .safetensors.index.json",
        assertThrows(ArrayException.class, () -> Lazuli.load(folder))
            .getMessage()
            .replace(folder.toString(), "FILE"));
  }

  @Test
  void oneArrayIsAskedOfSeveral() throws Exception {
    Path two = Fixtures.file("positional.npz");
    assertEquals(
        "load was given \"FILE\", which holds 2 arrays"
            + "\n  accepted: a file of one array"
            + "\n  fix: use loadAll(path), and array(name) on what it returns",
        assertThrows(ArrayException.class, () -> Lazuli.load(two))
            .getMessage()
            .replace(two.toString(), "FILE"));
    Path all = Fixtures.file("all.safetensors");
    assertEquals(
        "\"FILE\" was asked for \"bf61\", which it does not hold"
            + "\n  accepted: one of its 16 names: bf16, i1, u1, bool, u8, ..."
            + "\n  fix: print the file to see every name",
        assertThrows(ArrayException.class, () -> Lazuli.loadAll(all).array("bf61"))
            .getMessage()
            .replace(all.toString(), "FILE"));
  }

  @Test
  void aFileThatMovesIsNoticed() throws Exception {
    Path path = folder.resolve("x.npz");
    Files.write(path, zip(true, Map.of("a.npy", npy(dictionary("'<f4'", "(2,)"), 8))));
    ArrayFile file = Lazuli.loadAll(path);
    Files.write(path, zip(true, Map.of("a.npy", npy(dictionary("'<f4'", "(3,)"), 12))));
    assertEquals(
        "load was given \"FILE\": it changed after it was opened" + NPZ,
        assertThrows(ArrayException.class, () -> file.array("a"))
            .getMessage()
            .replace(path.toString(), "FILE"));
    Files.delete(path);
    String text = assertThrows(ArrayException.class, () -> file.array("a")).getMessage();
    assertEquals(
        "\"FILE\" cannot be read: FILE"
            + "\n  accepted: a file that stays where it is while its arrays are in use"
            + "\n  fix: open it again",
        text.replace(path.toString(), "FILE"));
  }
}
