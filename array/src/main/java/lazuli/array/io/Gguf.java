package lazuli.array.io;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/** Model files of llama.cpp and its kin, versions 2 and 3: read only. */
final class Gguf {
  static final String MAGIC = "GGUF";
  private static final String ACCEPTED = "a whole gguf file of version 2 or 3, little-endian";
  private static final int DEEPEST = 4;
  private static final int MOST_DIMENSIONS = 4;
  private static final String ALIGNMENT = "general.alignment";

  private final Input file;
  private long at;

  private Gguf(Input file) {
    this.file = file;
  }

  /** What the header says of a tensor. */
  private record Tensor(String name, long[] dims, int type, long offset) {}

  static Contents read(Input file) {
    return new Gguf(file).contents();
  }

  private Contents contents() {
    at = MAGIC.length();
    long version = u32();
    if (version != 2 && version != 3) {
      boolean big = Integer.reverseBytes((int) version) == 3;
      throw file.refused(
          big ? "it is a gguf file in big-endian order" : "its gguf version is " + version,
          ACCEPTED,
          "convert it again with a current llama.cpp");
    }
    // A tensor takes at least 24 bytes of header, a value at least 13: no count can make us
    // allocate.
    long tensors = count(24, "tensors");
    long values = count(13, "values of metadata");
    Map<String, Object> metadata = new LinkedHashMap<>();
    for (long i = 0; i < values; i++) {
      String key = string();
      if (metadata.put(key, value((int) u32(), 0)) != null) {
        throw damaged("it holds the metadata \"" + key + "\" twice");
      }
    }
    List<Tensor> lines = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (long i = 0; i < tensors; i++) {
      Tensor tensor = tensor();
      if (!seen.add(tensor.name)) {
        throw damaged("it holds the tensor \"" + tensor.name + "\" twice");
      }
      lines.add(tensor);
    }
    long data = dataStart(metadata, tensors);
    List<Member> entries = new ArrayList<>();
    checkRanges(lines, data);
    for (Tensor tensor : lines) {
      entries.add(entry(tensor, data));
    }
    return new Contents(
        file.path(),
        "gguf",
        List.copyOf(entries),
        Collections.unmodifiableMap(metadata),
        List.of());
  }

  private ArrayException damaged(String what) {
    return file.damaged(what, ACCEPTED);
  }

  private long take(long bytes) {
    if (bytes < 0 || bytes > file.size() - at) {
      throw damaged("it ends inside the header, at byte " + at);
    }
    long start = at;
    at += bytes;
    return start;
  }

  private long u32() {
    return file.i32(take(4)) & 0xffff_ffffL;
  }

  private long i64() {
    return file.i64(take(8));
  }

  private long count(long least, String what) {
    long count = i64();
    if (count < 0 || count > (file.size() - at) / least) {
      throw damaged(
          "it claims "
              + Long.toUnsignedString(count)
              + " "
              + what
              + ", more than "
              + file.size()
              + " bytes hold");
    }
    return count;
  }

  private String string() {
    long length = i64();
    if (length < 0 || length > Math.min(file.size() - at, Integer.MAX_VALUE - 8)) {
      throw damaged(
          "it claims a string of "
              + Long.toUnsignedString(length)
              + " bytes, and "
              + (file.size() - at)
              + " are left");
    }
    ByteBuffer bytes = file.slice(take(length), length).asByteBuffer();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException bad) {
      // Vocabularies hold pieces of characters; their bytes are kept as Latin-1.
      return StandardCharsets.ISO_8859_1.decode(bytes.rewind()).toString();
    }
  }

  private Object value(int type, int depth) {
    return switch (type) {
      case 0 -> (long) file.u8(take(1));
      case 1 -> (long) (byte) file.u8(take(1));
      case 2 -> (long) (file.u8(take(1)) | file.u8(take(1)) << 8);
      case 3 -> (long) (short) (file.u8(take(1)) | file.u8(take(1)) << 8);
      case 4 -> u32();
      case 5 -> (long) (int) u32();
      case 6 -> (double) Float.intBitsToFloat((int) u32());
      case 7 -> file.u8(take(1)) != 0;
      case 8 -> string();
      case 9 -> list(depth);
      case 10, 11 -> i64();
      case 12 -> Double.longBitsToDouble(i64());
      default -> throw damaged("it holds metadata of the unknown type " + type);
    };
  }

  private List<Object> list(int depth) {
    if (depth == DEEPEST) {
      throw damaged("it holds metadata nested beyond " + DEEPEST + " levels");
    }
    int type = (int) u32();
    long count = count(1, "values in a list");
    List<Object> values = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      values.add(value(type, depth + 1));
    }
    return Collections.unmodifiableList(values);
  }

  private Tensor tensor() {
    String name = string();
    long rank = u32();
    if (rank > MOST_DIMENSIONS) {
      throw damaged("tensor \"" + name + "\" claims " + rank + " dimensions; gguf has up to 4");
    }
    long[] dims = new long[(int) rank];
    for (int i = 0; i < rank; i++) {
      dims[i] = i64();
    }
    return new Tensor(name, dims, (int) u32(), i64());
  }

  private long dataStart(Map<String, Object> metadata, long tensors) {
    Object given = metadata.getOrDefault(ALIGNMENT, 32L);
    if (!(given instanceof Long alignment)
        || alignment < 8
        || alignment > 1 << 20
        || Long.bitCount(alignment) != 1) {
      throw damaged("its " + ALIGNMENT + " is " + given + ", no power of two from 8 to 1048576");
    }
    long start = (at + alignment - 1) / alignment * alignment;
    return tensors == 0 ? Math.min(start, file.size()) : start;
  }

  private static long bytes(Tensor tensor) {
    long elements = Layout.elements(tensor.dims);
    GgufType type = GgufType.of(tensor.type);
    if (elements < 0 || type == null) {
      return elements < 0 ? -1 : 0;
    }
    long row = tensor.dims.length == 0 ? 1 : tensor.dims[0];
    return row % type.block() != 0 ? -1 : elements / type.block() * type.blockBytes();
  }

  private void checkRanges(List<Tensor> tensors, long data) {
    List<Tensor> sorted = new ArrayList<>(tensors);
    sorted.sort(Comparator.comparingLong(Tensor::offset));
    long next = 0;
    for (Tensor tensor : sorted) {
      long bytes = bytes(tensor);
      GgufType type = GgufType.of(tensor.type);
      String what =
          "tensor \""
              + tensor.name
              + "\", "
              + (type == null ? "of type " + tensor.type : type.name())
              + Layout.text(Layout.reversed(tensor.dims))
              + ",";
      if (bytes < 0) {
        throw damaged(what + " has a shape that its type or any memory cannot hold");
      }
      if (tensor.offset < 0 || tensor.offset > file.size() - data - bytes) {
        throw damaged(
            what
                + " claims "
                + bytes
                + " bytes from "
                + Long.toUnsignedString(tensor.offset)
                + ", and the file has "
                + Math.max(0, file.size() - data)
                + " bytes of tensors");
      }
      if (tensor.offset < next && bytes > 0) {
        throw damaged(what + " overlaps the tensor before it");
      }
      next = Math.max(next, tensor.offset + bytes);
    }
  }

  private Member entry(Tensor tensor, long data) {
    GgufType type = GgufType.of(tensor.type);
    Shape shape = Shape.of(Layout.reversed(tensor.dims));
    String stored = type == null ? "type " + tensor.type : type.name();
    if (type == null || type.dtype() == null) {
      return new Member(
          tensor.name,
          stored,
          null,
          shape,
          false,
          new Content.Refused(
              file.refused(
                  "tensor \"" + tensor.name + "\" is quantised as " + stored,
                  "F32, F16, BF16, F64, I8 to I64, Q8_0 and Q4_0",
                  "convert it with llama-quantize, such as to Q8_0")));
    }
    DType dtype = type.dtype();
    MemorySegment bytes = file.slice(data + tensor.offset, bytes(tensor));
    Content content = type.block() == 1 ? Layout.content(dtype, bytes, false) : type.packed(bytes);
    return new Member(tensor.name, stored, dtype, shape, false, content);
  }
}
