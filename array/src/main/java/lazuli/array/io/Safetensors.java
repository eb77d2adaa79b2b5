package lazuli.array.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Files of named tensors: eight bytes of length, a header in JSON, raw elements. Every rule of the
 * reference implementation is checked before a tensor is handed out.
 */
final class Safetensors {
  static final String ACCEPTED =
      "a whole safetensors file: 8 bytes of length, a JSON header, the tensors without gaps";
  private static final String METADATA = "__metadata__";

  /** The reference implementation's limit too. */
  static final long LONGEST_HEADER = 100_000_000;

  private Safetensors() {}

  /** One line of the header. */
  private record Tensor(String name, String type, long[] dims, long begin, long end) {}

  static Contents read(Input file) {
    if (file.size() < 8) {
      throw file.damaged("it has " + file.size() + " bytes, no room for a header", ACCEPTED);
    }
    long length = file.i64(0);
    if (length < 0 || length > LONGEST_HEADER) {
      throw file.damaged(
          "its header claims "
              + Long.toUnsignedString(length)
              + " bytes, more than the "
              + LONGEST_HEADER
              + " allowed",
          ACCEPTED);
    }
    if (length > file.size() - 8) {
      throw file.damaged(
          "its header claims " + length + " bytes, and " + (file.size() - 8) + " are left",
          ACCEPTED);
    }
    List<Tensor> tensors = new ArrayList<>();
    Map<String, Object> metadata = new LinkedHashMap<>();
    try {
      Json json = new Json(file.slice(8, length));
      json.object(
          name -> {
            if (name.equals(METADATA)) {
              json.object(key -> metadata.put(key, json.string()));
            } else {
              tensors.add(tensor(file, json, name));
            }
          });
      json.end();
    } catch (Json.Malformed bad) {
      throw file.damaged("its header is not as it should be: " + bad.getMessage(), ACCEPTED);
    }
    long data = 8 + length;
    checkRanges(file, tensors, file.size() - data);
    List<Member> entries = new ArrayList<>(tensors.size());
    for (Tensor tensor : tensors) {
      entries.add(entry(file, tensor, data));
    }
    return new Contents(
        file.path(), "safetensors", List.copyOf(entries), Map.copyOf(metadata), List.of());
  }

  private static Tensor tensor(Input file, Json json, String name) {
    @Nullable String[] type = new @Nullable String[1];
    List<Long> shape = new ArrayList<>();
    List<Long> range = new ArrayList<>();
    boolean[] shaped = new boolean[1];
    json.object(
        field -> {
          switch (field) {
            case "dtype" -> type[0] = json.string();
            case "shape" -> {
              shaped[0] = true;
              json.array(() -> add(json, shape, Layout.MOST_DIMENSIONS));
            }
            case "data_offsets" -> json.array(() -> add(json, range, 2));
            default -> json.skip();
          }
        });
    if (type[0] == null || !shaped[0] || range.size() != 2) {
      throw file.damaged(
          "tensor \"" + name + "\" lacks dtype, shape or two data_offsets", ACCEPTED);
    }
    long[] dims = shape.stream().mapToLong(Long::longValue).toArray();
    return new Tensor(name, type[0], dims, range.get(0), range.get(1));
  }

  private static void add(Json json, List<Long> to, int most) {
    if (to.size() == most) {
      throw json.malformed("more than " + most + " numbers");
    }
    to.add(json.integer());
  }

  /** Tensors lie one after the other, from the first byte to the last. */
  private static void checkRanges(Input file, List<Tensor> tensors, long size) {
    List<Tensor> sorted = new ArrayList<>(tensors);
    sorted.sort(Comparator.comparingLong(Tensor::begin).thenComparingLong(Tensor::end));
    long next = 0;
    for (Tensor tensor : sorted) {
      if (tensor.begin < 0 || tensor.end < tensor.begin || tensor.end > size) {
        throw file.damaged(
            place(tensor) + ", and the file has " + size + " bytes of tensors", ACCEPTED);
      }
      if (tensor.begin != next) {
        throw file.damaged(
            place(tensor)
                + (tensor.begin < next
                    ? ", which overlap the tensor before it"
                    : ", which leave a gap of " + (tensor.begin - next) + " bytes"),
            ACCEPTED);
      }
      next = tensor.end;
    }
    if (next != size) {
      throw file.damaged(
          "its tensors end at byte " + next + ", and the file has " + size + " bytes of tensors",
          ACCEPTED);
    }
  }

  private static String place(Tensor tensor) {
    return "tensor \"" + tensor.name + "\" claims the bytes " + tensor.begin + " to " + tensor.end;
  }

  private static Member entry(Input file, Tensor tensor, long data) {
    int bits = bits(tensor.type);
    long elements = Layout.elements(tensor.dims);
    long length = tensor.end - tensor.begin;
    boolean fits =
        bits > 0
            && elements >= 0
            && elements <= Long.MAX_VALUE / bits
            && elements * bits == 8 * length;
    if (bits > 0 && !fits) {
      throw file.damaged(
          "tensor \""
              + tensor.name
              + "\" is "
              + tensor.type
              + Layout.text(tensor.dims)
              + (Arrays.stream(tensor.dims).anyMatch(d -> d < 0)
                  ? ", with a negative size"
                  : " in " + length + " bytes, which do not fit"),
          ACCEPTED);
    }
    DType dtype = dtype(tensor.type);
    Shape shape = elements < 0 ? Shape.SCALAR : Shape.of(tensor.dims);
    Content content =
        dtype == null
            ? new Content.Refused(refusal(file, tensor))
            : Layout.content(dtype, file.slice(data + tensor.begin, length), false);
    return new Member(tensor.name, tensor.type, dtype, shape, false, content);
  }

  private static ArrayException refusal(Input file, Tensor tensor) {
    return file.refused(
        "tensor \"" + tensor.name + "\" is of type " + tensor.type + ", which has no dtype here",
        "BOOL, I8 to I64, U8 to U64, F8_E4M3, F8_E5M2, F16, BF16, F32, F64",
        "convert it before saving, such as x.to(torch.float32)");
  }

  /** The bits of an element; 0 for a type that is not known. */
  private static int bits(String type) {
    return switch (type) {
      case "F4" -> 4;
      case "F6_E2M3", "F6_E3M2" -> 6;
      case "BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ" -> 8;
      case "U16", "I16", "F16", "BF16" -> 16;
      case "U32", "I32", "F32" -> 32;
      case "U64", "I64", "F64", "C64" -> 64;
      default -> 0;
    };
  }

  private static @Nullable DType dtype(String type) {
    for (DType dtype : DType.values()) {
      if (name(dtype).equals(type)) {
        return dtype;
      }
    }
    return null;
  }

  /** The place of a type in the order of the reference implementation, the widest last. */
  static int rank(DType dtype) {
    return switch (dtype) {
      case BOOL -> 0;
      case U8 -> 1;
      case I8 -> 2;
      case F8_E5M2 -> 3;
      case F8_E4M3 -> 4;
      case I16 -> 5;
      case U16 -> 6;
      case F16 -> 7;
      case BF16 -> 8;
      case I32 -> 9;
      case U32 -> 10;
      case F32 -> 11;
      case F64 -> 12;
      case I64 -> 13;
      case U64 -> 14;
    };
  }

  /** The format's word for a type. */
  static String name(DType dtype) {
    return switch (dtype) {
      case BOOL -> "BOOL";
      case U8 -> "U8";
      case U16 -> "U16";
      case U32 -> "U32";
      case U64 -> "U64";
      case I8 -> "I8";
      case I16 -> "I16";
      case I32 -> "I32";
      case I64 -> "I64";
      case F16 -> "F16";
      case BF16 -> "BF16";
      case F32 -> "F32";
      case F64 -> "F64";
      case F8_E4M3 -> "F8_E4M3";
      case F8_E5M2 -> "F8_E5M2";
    };
  }
}
