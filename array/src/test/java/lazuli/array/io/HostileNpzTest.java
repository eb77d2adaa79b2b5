package lazuli.array.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** npz archives that lie: see {@link HostileFiles}. */
class HostileNpzTest extends HostileFiles {
  /** The archive with a field of its only member's central record replaced. */
  private static byte[] central(byte[] zip, int offset, int value) {
    byte[] out = zip.clone();
    ByteBuffer buffer = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = out.length - 4; i >= 0; i--) {
      if (buffer.getInt(i) == 0x02014b50) {
        buffer.putInt(i + offset, value);
        return out;
      }
    }
    throw new IllegalStateException("no central record");
  }

  private static Case npz(String name, byte[] bytes, String what) {
    return new Case(name, "x.npz", bytes, "load was given \"FILE\": " + what + NPZ);
  }

  private static Case trick(String name) {
    return new Case(
        "the member " + name,
        "x.npz",
        zip(true, Map.of(name, npy(dictionary("'<f4'", "(2,)"), 8))),
        "load was given \"FILE\": it holds \""
            + name
            + "\", a name that leaves the archive"
            + "\n  accepted: names without \"..\", a leading \"/\" or a backslash"
            + "\n  fix: do not trust this file; if it is yours, save it again under plain names");
  }

  @TestFactory
  Stream<DynamicTest> npz() {
    byte[] good = npy(dictionary("'<f4'", "(2,)"), 8);
    int header = good.length - 8;
    byte[] stored = zip(true, Map.of("a.npy", good));
    byte[] flipped = stored.clone();
    // The local header is 30 bytes and the name; the last element byte is flipped.
    flipped[30 + 5 + good.length - 1] ^= 1;
    byte[] deflated = zip(false, Map.of("a.npy", npy(dictionary("'<f4'", "(5000,)"), 20000)));
    byte[] twice = zip(true, ordered("a.npy", good, "b.npy", good));
    for (int i = 0; i < twice.length - 5; i++) {
      if (twice[i] == 'b' && twice[i + 1] == '.' && twice[i + 2] == 'n') {
        twice[i] = 'a';
      }
    }
    return tests(
        List.of(
            trick("../a.npy"),
            trick("x/../../a.npy"),
            trick("/etc/a.npy"),
            trick("a\\b.npy"),
            npz("a name twice", twice, "it holds \"a.npy\" twice"),
            npz("a flipped bit", flipped, "the checksum of \"a.npy\" does not fit its bytes"),
            npz(
                "a bomb",
                central(deflated, 24, 2_000_000_000),
                "\"a.npy\" claims 2000000000 bytes in "
                    + packed(deflated)
                    + " packed ones, tighter than deflate can pack"),
            npz(
                "a stored member whose sizes differ",
                central(stored, 24, 2_000_000_000),
                "\"a.npy\" claims 2000000000 bytes, packed " + good.length),
            npz(
                "a shape that lies",
                zip(true, Map.of("a.npy", npy(dictionary("'<f8'", "(1000000000000,)"), 8))),
                "\"a.npy\" has 8 bytes of elements, and its header claims f64[1000000000000], which"
                    + " is 8000000000000"),
            npz(
                "bytes after the array",
                zip(false, Map.of("a.npy", npy(dictionary("'<f4'", "(2,)"), 12))),
                "\"a.npy\" has 12 bytes of elements, and its header claims f32[2], which is 8"),
            npz(
                "a member that is no npy",
                zip(true, Map.of("a.npy", bytes("hello"))),
                "in \"a.npy\", it does not begin with an npy header"),
            npz(
                "a member with a damaged header",
                zip(true, Map.of("a.npy", npy("{", 4))),
                "in \"a.npy\", its npy header is no dictionary: no string at character 1"),
            npz(
                "cut off",
                java.util.Arrays.copyOf(stored, stored.length - 30),
                "it is a damaged archive: zip END header not found"),
            new Case(
                "objects",
                "x.npz",
                zip(true, Map.of("a.npy", npy(dictionary("'|O'", "(2,)"), 8))),
                "load was given \"FILE\": the elements of \"a.npy\" are '|O': pickled Python objects,"
                    + " which can run any code"
                    + "\n  accepted: bool, i1 to i8, u1 to u8, f2, f4 and f8, in either byte order"
                    + "\n  fix: convert in NumPy, such as x.astype('f4'), or save as safetensors"),
            new Case(
                "a PyTorch checkpoint",
                "x.pt",
                zip(true, Map.of("archive/data.pkl", bytes("x"))),
                "load was given \"FILE\": it is a PyTorch checkpoint, which holds pickled Python"
                    + " objects that can run any code"
                    + "\n  accepted: an archive of npy files, as numpy.savez writes it"
                    + "\n  fix: save it from Python with safetensors.torch.save_file"),
            new Case(
                "another archive",
                "x.zip",
                zip(true, Map.of("readme.txt", bytes("x"))),
                "load was given \"FILE\": it is an archive without npy files"
                    + "\n  accepted: an archive of npy files, as numpy.savez writes it"
                    + "\n  fix: check the path, or unpack it first")));
  }

  private static Map<String, byte[]> ordered(String a, byte[] x, String b, byte[] y) {
    Map<String, byte[]> members = new java.util.LinkedHashMap<>();
    members.put(a, x);
    members.put(b, y);
    return members;
  }

  private static int packed(byte[] zip) {
    ByteBuffer buffer = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = zip.length - 4; ; i--) {
      if (buffer.getInt(i) == 0x02014b50) {
        return buffer.getInt(i + 20);
      }
    }
  }

  @Test
  void aMemberThatUnpacksToMoreThanItClaimsIsStopped() throws IOException {
    byte[] array = npy(dictionary("'<f4'", "(2,)"), 8);
    byte[] zip = zip(false, Map.of("a.npy", bytes(array, new byte[1_000_000])));
    Path path = folder.resolve("x.npz");
    Files.write(path, central(zip, 24, array.length));
    check(
        path,
        "load was given \"FILE\": \"a.npy\" unpacks to 65536 bytes or more, not "
            + array.length
            + NPZ);
  }
}
