package lazuli.array.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Files that lie get one error, whose whole text is here, before anything is allocated. */
class HostileFilesTest {
  private static final String AGAIN =
      "\n  fix: copy or download the file again: it is damaged or cut short";
  private static final String NPY =
      "\n  accepted: an npy file of version 1, 2 or 3, as numpy.save writes it" + AGAIN;
  private static final String NPZ =
      "\n  accepted: an archive of npy files, as numpy.savez writes it" + AGAIN;
  private static final String SAFE =
      "\n  accepted: a whole safetensors file: 8 bytes of length, a JSON header, the tensors without"
          + " gaps"
          + AGAIN;
  private static final String GGUF =
      "\n  accepted: a whole gguf file of version 2 or 3, little-endian" + AGAIN;
  private static final String ANY =
      "\n  accepted: npy, npz, safetensors, the .safetensors.index.json of a sharded model, or gguf";

  /** What opening and reading every array may allocate on the heap, however large the claims. */
  private static final long MOST = 2L << 20;

  @TempDir Path folder;

  private record Case(String name, String file, byte[] bytes, String text) {}

  private Stream<DynamicTest> tests(List<Case> cases) {
    return cases.stream().map(c -> DynamicTest.dynamicTest(c.name, () -> check(c)));
  }

  private void check(Case c) throws IOException {
    Path path = folder.resolve(c.file);
    Files.write(path, c.bytes);
    check(path, c.text);
  }

  private static void check(Path path, String text) {
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

  private static void readAll(Path path) {
    ArrayFile file = Lazuli.loadAll(path);
    file.keySet().forEach(file::array);
  }

  private static byte[] bytes(Object... parts) {
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

  private static byte[] npy(String dictionary, int dataBytes) {
    return bytes(
        NpyHeader.MAGIC + "\1\0", (short) dictionary.length(), dictionary, new byte[dataBytes]);
  }

  private static String dictionary(String descr, String shape) {
    return "{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + ", }\n";
  }

  private static Case npy(String name, byte[] bytes, String what) {
    return new Case(name, "x.npy", bytes, "load was given \"FILE\": " + what + NPY);
  }

  private static Case refused(String name, String descr, String what) {
    return new Case(
        name,
        "x.npy",
        npy(dictionary(descr, "(2,)"), 99),
        "load was given \"FILE\": its elements are "
            + what
            + "\n  accepted: bool, i1 to i8, u1 to u8, f2, f4 and f8, in either byte order"
            + "\n  fix: convert in NumPy, such as x.astype('f4'), or save as safetensors");
  }

  @TestFactory
  Stream<DynamicTest> npy() {
    String f4 = "'<f4'";
    return tests(
        List.of(
            npy(
                "truncated",
                npy(dictionary(f4, "(2, 3)"), 20),
                "its header claims f32[2,3], which is 24 bytes, and 20 are left"),
            npy(
                "a lying shape",
                npy(dictionary(f4, "(1000000000000,)"), 24),
                "its header claims f32[1000000000000], which is 4000000000000 bytes, and 24 are"
                    + " left"),
            npy(
                "a negative size",
                npy(dictionary(f4, "(-1, 4)"), 24),
                "its npy header claims the shape [-1,4], with a negative size"),
            npy(
                "overflow",
                npy(dictionary(f4, "(4294967296, 4294967296)"), 24),
                "its npy header claims the shape [4294967296,4294967296], beyond what any memory"
                    + " holds"),
            npy(
                "overflow hidden behind a zero",
                npy(dictionary(f4, "(0, 4294967296, 4294967296)"), 24),
                "its npy header claims the shape [0,4294967296,4294967296], beyond what any memory"
                    + " holds"),
            npy(
                "a size that is no 64-bit number",
                npy(dictionary(f4, "(99999999999999999999,)"), 24),
                "its npy header is no dictionary: no whole number of 64 bits at character 51"),
            npy(
                "too many dimensions",
                npy(dictionary(f4, "(" + "1, ".repeat(65) + ")"), 24),
                "its npy header is no dictionary: more than 64 sizes at character 243"),
            npy(
                "a key twice",
                npy("{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", 24),
                "its npy header is no dictionary: the key 'descr' a second time at character 31"),
            npy(
                "a key too few",
                npy("{'descr': '<f4', 'shape': (2,)}", 24),
                "its npy header has the keys [descr, shape], not descr, fortran_order, shape"),
            npy(
                "a key too many",
                npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 'y'}", 24),
                "its npy header has the keys [descr, fortran_order, shape, x], not descr,"
                    + " fortran_order, shape"),
            npy(
                "code in the header",
                npy("__import__('os').system('true')", 24),
                "its npy header is no dictionary: no '{' at character 0"),
            npy(
                "text after the dictionary",
                npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} + 1", 24),
                "its npy header is no dictionary: something after the dictionary at character 56"),
            npy(
                "an endless list",
                npy("{'descr': [('a', '<f4'", 24),
                "its npy header is no dictionary: a list without an end at character 10"),
            npy(
                "an endless string",
                npy("{'descr", 24),
                "its npy header is no dictionary: a string without an end, or with an escape at"
                    + " character 1"),
            npy(
                "a header longer than the file",
                bytes(NpyHeader.MAGIC + "\1\0", (short) 500, "{}"),
                "its npy header claims 500 bytes, and 2 are left"),
            npy(
                "a header of 4 GB",
                bytes(NpyHeader.MAGIC + "\2\0", -1, "{}"),
                "its npy header claims 4294967295 bytes, more than the 65536 allowed"),
            npy("an unknown version", npy2("\7\0"), "its npy version is 7.0"),
            npy(
                "nothing after the magic",
                bytes(NpyHeader.MAGIC),
                "it does not begin with an npy header"),
            npy(
                "nothing after the version",
                bytes(NpyHeader.MAGIC + "\2\0", (short) 5),
                "it ends inside the npy header"),
            refused("objects", "'|O'", "'|O': pickled Python objects, which can run any code"),
            refused("text", "'<U2'", "'<U2': text"),
            refused("complex", "'<c8'", "'<c8': complex numbers"),
            refused("dates", "'<M8[D]'", "'<M8[D]': dates or times"),
            refused(
                "long double",
                "'<f16'",
                "'<f16': floating-point numbers of a width that only some machines have"),
            refused(
                "raw",
                "'<V2'",
                "'<V2': raw bytes, perhaps bfloat16 or fp8 of the package ml_dtypes"),
            refused("records", "[('a', '<f4')]", "'structured': records of several fields"),
            refused("nonsense", "'zz'", "'zz': of a type that is not known")));
  }

  private static byte[] npy2(String version) {
    return bytes(NpyHeader.MAGIC + version, (short) 2, "{}");
  }

  private static byte[] safe(String header, int dataBytes) {
    return bytes((long) header.length(), header, new byte[dataBytes]);
  }

  private static Case safe(String name, byte[] bytes, String what) {
    return new Case(name, "x.safetensors", bytes, "load was given \"FILE\": " + what + SAFE);
  }

  private static String tensor(String name, String type, String shape, String offsets) {
    return "\""
        + name
        + "\":{\"dtype\":\""
        + type
        + "\",\"shape\":"
        + shape
        + ",\"data_offsets\":"
        + offsets
        + "}";
  }

  private static Case header(String name, String header, int dataBytes, String what) {
    return safe(name, safe(header, dataBytes), what);
  }

  @TestFactory
  Stream<DynamicTest> safetensors() {
    String a = tensor("a", "F32", "[2]", "[0,8]");
    String shape = "its header is not as it should be: ";
    return tests(
        List.of(
            safe("too short", bytes("abc"), "it has 3 bytes, no room for a header"),
            safe(
                "a header of 100 MB that is not there",
                bytes(100_000_000L, "{}"),
                "its header claims 100000000 bytes, and 2 are left"),
            safe(
                "a header over 100 MB",
                bytes(100_000_001L, "{}"),
                "its header claims 100000001 bytes, more than the 100000000 allowed"),
            safe(
                "a negative header",
                bytes(-1L, "{}"),
                "its header claims 18446744073709551615 bytes, more than the 100000000 allowed"),
            header("no JSON", "[1,2]", 8, shape + "no '{' at byte 0"),
            header("cut off", "{" + a, 8, shape + "no ',' or '}' at byte 53"),
            header(
                "text after the header",
                "{" + a + "} x",
                8,
                shape + "something after the value at byte 55"),
            header(
                "a name twice",
                "{" + a + "," + a + "}",
                16,
                shape + "the name \"a\" a second time at byte 57"),
            header(
                "a field twice",
                "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F64\"}}",
                8,
                shape + "the name \"dtype\" a second time at byte 27"),
            header(
                "deep nesting",
                "{\"a\":{\"x\":" + "[".repeat(100) + "]".repeat(100) + "}}",
                8,
                shape + "nesting beyond 64 levels at byte 73"),
            header(
                "not UTF-8", "{\"\u00ff\":1}", 8, shape + "a string that is not UTF-8 at byte 3"),
            header("a bad escape", "{\"\\x\":1}", 8, shape + "the unknown escape \\x at byte 5"),
            header(
                "half an escape",
                "{\"\\u12\":1}",
                8,
                shape + "an escape that is not \\u and four digits at byte 7"),
            header(
                "a control character",
                "{\"\n\":1}",
                8,
                shape + "a control character inside a string at byte 2"),
            header(
                "an endless string",
                "{\"abc",
                8,
                shape + "the end of the text inside a string at byte 5"),
            header(
                "a fraction as a size",
                "{" + tensor("a", "F32", "[1.5]", "[0,8]") + "}",
                8,
                shape + "1.5, no whole number of 64 bits, at byte 32"),
            header(
                "a size beyond 64 bits",
                "{" + tensor("a", "F32", "[18446744073709551616]", "[0,8]") + "}",
                8,
                shape + "18446744073709551616, no whole number of 64 bits, at byte 49"),
            header(
                "three offsets",
                "{" + tensor("a", "F32", "[2]", "[0,8,9]") + "}",
                8,
                shape + "more than 2 numbers at byte 52"),
            header(
                "too many dimensions",
                "{" + tensor("a", "F32", "[1" + ",1".repeat(64) + "]", "[0,4]") + "}",
                4,
                shape + "more than 64 numbers at byte 157"),
            header(
                "no shape",
                "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}",
                8,
                "tensor \"a\" lacks dtype, shape or two data_offsets"),
            header(
                "metadata that is no text",
                "{\"__metadata__\":{\"a\":1}}",
                0,
                shape + "no '\"' at byte 21"),
            header(
                "a negative size",
                "{" + tensor("a", "F32", "[-2]", "[0,8]") + "}",
                8,
                "tensor \"a\" is F32[-2], with a negative size"),
            header(
                "overflow",
                "{" + tensor("a", "F32", "[4294967296,4294967296]", "[0,8]") + "}",
                8,
                "tensor \"a\" is F32[4294967296,4294967296] in 8 bytes, which do not fit"),
            header(
                "a shape that lies",
                "{" + tensor("a", "F32", "[3]", "[0,8]") + "}",
                8,
                "tensor \"a\" is F32[3] in 8 bytes, which do not fit"),
            header(
                "offsets beyond the file",
                "{" + tensor("a", "F32", "[2]", "[0,8]") + "}",
                7,
                "tensor \"a\" claims the bytes 0 to 8, and the file has 7 bytes of tensors"),
            header(
                "offsets that go back",
                "{" + tensor("a", "F32", "[2]", "[8,0]") + "}",
                8,
                "tensor \"a\" claims the bytes 8 to 0, and the file has 8 bytes of tensors"),
            header(
                "negative offsets",
                "{" + tensor("a", "F32", "[2]", "[-8,0]") + "}",
                8,
                "tensor \"a\" claims the bytes -8 to 0, and the file has 8 bytes of tensors"),
            header(
                "overlap",
                "{" + a + "," + tensor("b", "F32", "[2]", "[4,12]") + "}",
                12,
                "tensor \"b\" claims the bytes 4 to 12, which overlap the tensor before it"),
            header(
                "the same bytes twice",
                "{" + a + "," + tensor("b", "F32", "[2]", "[0,8]") + "}",
                8,
                "tensor \"b\" claims the bytes 0 to 8, which overlap the tensor before it"),
            header(
                "a gap",
                "{" + a + "," + tensor("b", "F32", "[1]", "[12,16]") + "}",
                16,
                "tensor \"b\" claims the bytes 12 to 16, which leave a gap of 4 bytes"),
            header(
                "bytes after the tensors",
                "{" + a + "}",
                9,
                "its tensors end at byte 8, and the file has 9 bytes of tensors"),
            new Case(
                "complex",
                "x.safetensors",
                safe("{" + tensor("a", "C64", "[1]", "[0,8]") + "}", 8),
                "load was given \"FILE\": tensor \"a\" is of type C64, which has no dtype here"
                    + "\n  accepted: BOOL, I8 to I64, U8 to U64, F8_E4M3, F8_E5M2, F16, BF16, F32, F64"
                    + "\n  fix: convert it before saving, such as x.to(torch.float32)"),
            new Case(
                "an unknown type with any shape",
                "x.safetensors",
                safe("{" + tensor("a", "X9", "[-1]", "[0,8]") + "}", 8),
                "load was given \"FILE\": tensor \"a\" is of type X9, which has no dtype here"
                    + "\n  accepted: BOOL, I8 to I64, U8 to U64, F8_E4M3, F8_E5M2, F16, BF16, F32, F64"
                    + "\n  fix: convert it before saving, such as x.to(torch.float32)")));
  }

  @Test
  void aRealHeaderOf90MegabytesOfSpacesIsReadWithoutCopyingIt() throws IOException {
    Path path = folder.resolve("x.safetensors");
    long length = 90_000_000;
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(bytes(length, "{")));
      ByteBuffer spaces = ByteBuffer.wrap(" ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8));
      for (long left = length - 1; left > 0; left -= spaces.limit()) {
        file.write(spaces.rewind().limit((int) Math.min(left, spaces.capacity())));
      }
    }
    check(
        path,
        "load was given \"FILE\": its header is not as it should be: no '\"' at byte 90000000"
            + SAFE);
  }

  private static Case index(String name, String json, String what) {
    return new Case(
        name,
        "x.index.json",
        json.getBytes(StandardCharsets.UTF_8),
        "load was given \"FILE\": "
            + what
            + "\n  accepted: a JSON object with a weight_map from tensor names to files in the same"
            + " folder"
            + AGAIN);
  }

  private static Case climbing(String name) {
    return new Case(
        "the shard " + name,
        "x.index.json",
        ("{\"weight_map\":{\"a\":" + Json.quote(name) + "}}").getBytes(StandardCharsets.UTF_8),
        "load was given \"FILE\": it names the file \""
            + name
            + "\", which is not a plain name"
            + "\n  accepted: names of files in the same folder"
            + "\n  fix: do not trust this index; if it is yours, put the files beside it");
  }

  @TestFactory
  Stream<DynamicTest> indexes() throws IOException {
    Files.write(
        folder.resolve("shard.safetensors"),
        safe("{" + tensor("a", "F32", "[2]", "[0,8]") + "}", 8));
    return tests(
        List.of(
            index("no map", "{\"metadata\":{}}", "it has no weight_map"),
            index("no JSON", "hello", "it is not as it should be: no '{' at byte 0"),
            index(
                "a value that is none",
                "{\"x\":nope}",
                "it is not as it should be: no value at byte 5"),
            index(
                "a number that is none",
                "{\"x\":01}",
                "it is not as it should be: no value at byte 7"),
            climbing("../shard.safetensors"),
            climbing("/etc/passwd"),
            climbing("a\\b"),
            climbing("C:x"),
            climbing(".."),
            climbing(""),
            new Case(
                "a tensor that is not there",
                "x.index.json",
                "{\"weight_map\":{\"b\":\"shard.safetensors\"}}".getBytes(StandardCharsets.UTF_8),
                "load was given \"FILE\": it says that \"shard.safetensors\" holds \"b\", which it"
                    + " does not\n  accepted: tensors where the index says"
                    + AGAIN)));
  }

  private static byte[] zip(boolean stored, Map<String, byte[]> members) {
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

  private static byte[] gguf(int version, long tensors, long values, Object... rest) {
    return bytes("GGUF", version, tensors, values, bytes(rest));
  }

  private static byte[] text(String value) {
    return bytes((long) value.length(), value);
  }

  private static Case gguf(String name, byte[] bytes, String what) {
    return new Case(name, "x.gguf", bytes, "load was given \"FILE\": " + what + GGUF);
  }

  /**
   * A file of one f32 tensor, from its dimensions, type, offset and the bytes behind the header.
   */
  private static byte[] tensor(int type, long offset, int data, Long... dims) {
    byte[] head = gguf(3, 1, 0, text("t"), dims.length, bytes((Object[]) dims), type, offset);
    int padded = (head.length + 31) / 32 * 32;
    return bytes(head, new byte[padded - head.length + data]);
  }

  @TestFactory
  Stream<DynamicTest> gguf() {
    return tests(
        List.of(
            gguf("nothing after the magic", bytes("GGUF"), "it ends inside the header, at byte 4"),
            new Case(
                "version 1",
                "x.gguf",
                gguf(1, 0, 0),
                "load was given \"FILE\": its gguf version is 1"
                    + "\n  accepted: a whole gguf file of version 2 or 3, little-endian"
                    + "\n  fix: convert it again with a current llama.cpp"),
            new Case(
                "big-endian",
                "x.gguf",
                gguf(3 << 24, 0, 0),
                "load was given \"FILE\": it is a gguf file in big-endian order"
                    + "\n  accepted: a whole gguf file of version 2 or 3, little-endian"
                    + "\n  fix: convert it again with a current llama.cpp"),
            gguf(
                "a count of tensors that lies",
                gguf(3, 1L << 40, 0),
                "it claims 1099511627776 tensors, more than 24 bytes hold"),
            gguf(
                "a negative count",
                gguf(3, 0, -1),
                "it claims 18446744073709551615 values of metadata, more than 24 bytes hold"),
            gguf(
                "a string that lies",
                gguf(3, 0, 1, 1L << 50, new byte[8]),
                "it claims a string of 1125899906842624 bytes, and 8 are left"),
            gguf(
                "a list that lies",
                gguf(3, 0, 1, text("k"), 9, 0, 1L << 40),
                "it claims 1099511627776 values in a list, more than 49 bytes hold"),
            gguf(
                "nested lists",
                gguf(3, 0, 1, text("k"), 9, bytes(9, 1L, 9, 1L, 9, 1L, 9, 1L, 9, 1L, 0, 0L)),
                "it holds metadata nested beyond 4 levels"),
            gguf(
                "an unknown kind of metadata",
                gguf(3, 0, 1, text("k"), 77, 0L),
                "it holds metadata of the unknown type 77"),
            gguf(
                "metadata twice",
                gguf(3, 0, 2, text("k"), 10, 0L, text("k"), 10, 0L),
                "it holds the metadata \"k\" twice"),
            gguf(
                "a tensor twice",
                gguf(3, 2, 0, text("t"), 0, 0, 0L, text("t"), 0, 0, 0L, new byte[64]),
                "it holds the tensor \"t\" twice"),
            gguf(
                "alignment that is no power of two",
                gguf(3, 0, 1, text("general.alignment"), 4, 24),
                "its general.alignment is 24, no power of two from 8 to 1048576"),
            gguf(
                "too many dimensions",
                tensor(0, 0, 4, 1L, 1L, 1L, 1L, 1L),
                "tensor \"t\" claims 5 dimensions; gguf has up to 4"),
            gguf(
                "a shape that lies",
                tensor(0, 0, 16, 1L << 40),
                "tensor \"t\", F32[1099511627776], claims 4398046511104 bytes from 0, and the file"
                    + " has 16 bytes of tensors"),
            gguf(
                "a negative size",
                tensor(0, 0, 16, -4L),
                "tensor \"t\", F32[-4], has a shape that its type or any memory cannot hold"),
            gguf(
                "overflow",
                tensor(0, 0, 16, 1L << 40, 1L << 40),
                "tensor \"t\", F32[1099511627776,1099511627776], has a shape that its type or any"
                    + " memory cannot hold"),
            gguf(
                "half a block",
                tensor(8, 0, 34, 16L),
                "tensor \"t\", Q8_0[16], has a shape that its type or any memory cannot hold"),
            gguf(
                "an offset beyond the file",
                tensor(0, 32, 16, 4L),
                "tensor \"t\", F32[4], claims 16 bytes from 32, and the file has 16 bytes of tensors"),
            gguf(
                "an offset that wraps",
                tensor(0, -32, 16, 4L),
                "tensor \"t\", F32[4], claims 16 bytes from 18446744073709551584, and the file has 16"
                    + " bytes of tensors"),
            gguf(
                "overlap",
                gguf(3, 2, 0, text("t"), 1, 4L, 0, 0L, text("u"), 1, 4L, 0, 8L, new byte[64]),
                "tensor \"u\", F32[4], overlaps the tensor before it"),
            new Case(
                "quantised otherwise",
                "x.gguf",
                tensor(12, 0, 144, 256L),
                "load was given \"FILE\": tensor \"t\" is quantised as Q4_K"
                    + "\n  accepted: F32, F16, BF16, F64, I8 to I64, Q8_0 and Q4_0"
                    + "\n  fix: convert it with llama-quantize, such as to Q8_0"),
            new Case(
                "a type of the future",
                "x.gguf",
                tensor(99, 0, 144, 256L),
                "load was given \"FILE\": tensor \"t\" is quantised as type 99"
                    + "\n  accepted: F32, F16, BF16, F64, I8 to I64, Q8_0 and Q4_0"
                    + "\n  fix: convert it with llama-quantize, such as to Q8_0")));
  }

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
