package lazuli.array.io;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * The header of an npy file: magic, version, and a Python dictionary (NumPy enhancement proposal
 * 1).
 *
 * @param descr the element type in NumPy's words, such as {@code <f4}
 * @param dtype what it becomes; null when {@code why} says that it is refused
 * @param why what else the elements are, or null
 * @param bigEndian whether bytes lie most significant first
 * @param columnMajor whether the first index is fastest
 * @param dims the shape
 * @param elements the number of elements
 * @param length of the header in bytes: where the elements begin
 */
record NpyHeader(
    String descr,
    @Nullable DType dtype,
    @Nullable String why,
    boolean bigEndian,
    boolean columnMajor,
    long[] dims,
    long elements,
    long length) {
  static final String MAGIC = "\u0093NUMPY";

  /** Where the text begins, at most. */
  static final int PREFIX = 12;

  /** Longer ones describe structures, which are refused anyway. */
  private static final int LONGEST = 1 << 16;

  static final String ACCEPTED = "an npy file of version 1, 2 or 3, as numpy.save writes it";

  /** Reads bytes of the start of a file. */
  interface Start {
    /** The bytes of a range, or fewer when the file ends before. */
    byte[] read(long at, int length);
  }

  /** Makes an error of what is wrong. */
  interface Damage extends Function<String, ArrayException> {}

  static NpyHeader read(Start file, Damage damage) {
    byte[] prefix = file.read(0, PREFIX);
    if (prefix.length < 10
        || !new String(prefix, 0, 6, StandardCharsets.ISO_8859_1).equals(MAGIC)) {
      throw damage.apply("it does not begin with an npy header");
    }
    int version = prefix[6];
    if (version < 1 || version > 3 || prefix[7] != 0) {
      throw damage.apply("its npy version is " + version + "." + prefix[7]);
    }
    int begin = version == 1 ? 10 : 12;
    if (prefix.length < begin) {
      throw damage.apply("it ends inside the npy header");
    }
    long length = (prefix[8] & 0xffL) | (prefix[9] & 0xffL) << 8;
    if (version > 1) {
      length |= (prefix[10] & 0xffL) << 16 | (prefix[11] & 0xffL) << 24;
    }
    if (length > LONGEST) {
      throw damage.apply(
          "its npy header claims " + length + " bytes, more than the " + LONGEST + " allowed");
    }
    byte[] text = file.read(begin, (int) length);
    if (text.length < length) {
      throw damage.apply(
          "its npy header claims " + length + " bytes, and " + text.length + " are left");
    }
    var charset = version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    Map<String, Object> fields;
    try {
      fields = new PythonDictionary(new String(text, charset)).read();
    } catch (PythonDictionary.Malformed bad) {
      throw damage.apply("its npy header is no dictionary: " + bad.getMessage());
    }
    if (fields.size() != 3
        || !(fields.get("fortran_order") instanceof Boolean fortran)
        || !(fields.get("shape") instanceof long[] dims)
        || fields.get("descr") == null) {
      throw damage.apply(
          "its npy header has the keys " + fields.keySet() + ", not descr, fortran_order, shape");
    }
    long elements = Layout.elements(dims);
    if (elements < 0) {
      throw damage.apply(
          "its npy header claims the shape "
              + Layout.text(dims)
              + (Arrays.stream(dims).anyMatch(d -> d < 0)
                  ? ", with a negative size"
                  : ", beyond what any memory holds"));
    }
    if (!(fields.get("descr") instanceof String descr)) {
      return new NpyHeader(
          "structured",
          null,
          "records of several fields",
          false,
          fortran,
          dims,
          elements,
          begin + length);
    }
    boolean big =
        descr.startsWith(">")
            || (descr.startsWith("=") && ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN);
    String code =
        !descr.isEmpty() && "<>=|".indexOf(descr.charAt(0)) >= 0 ? descr.substring(1) : descr;
    DType dtype = dtype(code);
    String why = dtype == null ? other(code) : null;
    return new NpyHeader(descr, dtype, why, big, fortran, dims, elements, begin + length);
  }

  private static @Nullable DType dtype(String code) {
    return switch (code) {
      case "b1", "?" -> DType.BOOL;
      case "u1" -> DType.U8;
      case "u2" -> DType.U16;
      case "u4" -> DType.U32;
      case "u8" -> DType.U64;
      case "i1" -> DType.I8;
      case "i2" -> DType.I16;
      case "i4" -> DType.I32;
      case "i8" -> DType.I64;
      case "f2" -> DType.F16;
      case "f4" -> DType.F32;
      case "f8" -> DType.F64;
      default -> null;
    };
  }

  private static String other(String code) {
    return switch (code.isEmpty() ? ' ' : code.charAt(0)) {
      case 'O' -> "pickled Python objects, which can run any code";
      case 'S', 'a', 'U', 'T' -> "text";
      case 'c' -> "complex numbers";
      case 'f' -> "floating-point numbers of a width that only some machines have";
      case 'M', 'm' -> "dates or times";
      case 'V' -> "raw bytes, perhaps bfloat16 or fp8 of the package ml_dtypes";
      default -> "of a type that is not known";
    };
  }

  /** NumPy's words for a type, or null when NumPy has none. */
  static @Nullable String descr(DType dtype) {
    return switch (dtype) {
      case BOOL -> "|b1";
      case U8 -> "|u1";
      case I8 -> "|i1";
      case U16 -> "<u2";
      case U32 -> "<u4";
      case U64 -> "<u8";
      case I16 -> "<i2";
      case I32 -> "<i4";
      case I64 -> "<i8";
      case F16 -> "<f2";
      case F32 -> "<f4";
      case F64 -> "<f8";
      default -> null;
    };
  }

  /** The header that NumPy writes for a row-major array. */
  static byte[] write(String descr, long[] dims) {
    StringBuilder shape = new StringBuilder("(");
    for (int i = 0; i < dims.length; i++) {
      shape.append(i == 0 ? "" : ", ").append(dims[i]);
    }
    shape.append(dims.length == 1 ? ",)" : ")");
    String text = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
    // NumPy leaves room for a first size of 21 digits, so that a file can grow in place.
    int room = dims.length == 0 ? 0 : 21 - Long.toString(dims[0]).length();
    int used = 10 + text.length() + room + 1;
    int padded = (used / 64 + 1) * 64;
    StringBuilder whole = new StringBuilder(MAGIC).append((char) 1).append((char) 0);
    int length = padded - 10;
    whole.append((char) (length & 0xff)).append((char) (length >> 8));
    whole.append(text).append(" ".repeat(padded - 10 - text.length() - 1)).append('\n');
    return whole.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
