package lazuli.array.io;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** gguf files that lie: see {@link HostileFiles}. */
class HostileGgufTest extends HostileFiles {
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
}
