package lazuli.array.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Safetensors files and indexes of sharded ones that lie: see {@link HostileFiles}. */
class HostileSafetensorsTest extends HostileFiles {
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
}
