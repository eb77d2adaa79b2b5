package lazuli.array.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.type.DType;
import lazuli.array.type.Tolerance;

/**
 * One computation of the other library.
 *
 * @param library numpy or torch
 * @param operation what it computed
 * @param arguments axes and the like
 * @param terms how many terms a result sums
 * @param inputs the operands
 * @param outputs the results
 */
record Case(
    String library,
    String operation,
    List<String> arguments,
    long terms,
    List<Array> inputs,
    List<Output> outputs) {

  /** A result, and for each element the size of what was added up for it. */
  record Output(String shape, double[] values, double[] scales) {}

  static Case read(Python python, String line) throws IOException {
    String[] words = line.split("\t", -1);
    List<Array> inputs = new ArrayList<>();
    for (String text : words[5].split(";")) {
      inputs.add(input(python, text));
    }
    List<Output> outputs = new ArrayList<>();
    for (String text : words[6].split(";")) {
      long[] dims = dims(text);
      int n = (int) size(dims);
      double[] values = doubles(python, n);
      outputs.add(new Output(text(dims), values, doubles(python, n)));
    }
    List<String> arguments = words[3].isEmpty() ? List.of() : List.of(words[3].split(","));
    return new Case(words[1], words[2], arguments, Long.parseLong(words[4]), inputs, outputs);
  }

  String name() {
    StringBuilder out = new StringBuilder(library + " " + operation);
    if (!arguments.isEmpty()) {
      out.append(' ').append(arguments);
    }
    inputs.forEach(in -> out.append(' ').append(in.dtype()).append(in.shape()));
    return out.toString();
  }

  private static double[] doubles(Python python, int n) throws IOException {
    double[] out = new double[n];
    ByteBuffer.wrap(python.bytes(8 * n)).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(out);
    return out;
  }

  private static long[] dims(String text) {
    String sizes = text.substring(text.indexOf(':') + 1);
    if (sizes.isEmpty()) {
      return new long[0];
    }
    return java.util.Arrays.stream(sizes.split("x")).mapToLong(Long::parseLong).toArray();
  }

  private static String text(long[] dims) {
    return java.util.Arrays.toString(dims).replace(" ", "");
  }

  private static long size(long[] dims) {
    long n = 1;
    for (long dim : dims) {
      n *= dim;
    }
    return n;
  }

  private static Array input(Python python, String text) throws IOException {
    DType dtype =
        DType.valueOf(text.substring(0, text.indexOf(':')).toUpperCase(java.util.Locale.ROOT));
    long[] dims = dims(text);
    int n = (int) size(dims);
    ByteBuffer bytes =
        ByteBuffer.wrap(python.bytes(n * dtype.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    if (dtype.isFloat()) {
      double[] values = new double[n];
      for (int i = 0; i < n; i++) {
        values[i] =
            switch (dtype) {
              case F64 -> bytes.getDouble();
              case F32 -> bytes.getFloat();
              case F16 -> Float.float16ToFloat(bytes.getShort());
              default -> Float.intBitsToFloat(bytes.getShort() << 16);
            };
      }
      return Lazuli.array(values, dtype).reshape(dims).eval();
    }
    long[] values = new long[n];
    for (int i = 0; i < n; i++) {
      values[i] =
          switch (dtype.bytes()) {
            case 8 -> bytes.getLong();
            case 4 -> bytes.getInt();
            case 2 -> bytes.getShort();
            default -> bytes.get();
          };
    }
    return Lazuli.array(values).astype(dtype).reshape(dims).eval();
  }

  /** Checks shapes, and each element against the tolerance of our result's type, for each side. */
  void check(List<Array> results) {
    assertEquals(outputs.size(), results.size());
    for (int o = 0; o < outputs.size(); o++) {
      Output wanted = outputs.get(o);
      Array result = results.get(o);
      assertEquals(wanted.shape, result.shape().toString());
      double[] got = result.toDoubleArray();
      DType type = result.dtype();
      for (int i = 0; i < got.length; i++) {
        double expected = wanted.values[i];
        if (Double.isNaN(expected) || Double.isInfinite(expected)) {
          assertEquals(expected, got[i], "element " + i);
          continue;
        }
        double allowed =
            type.isFloat()
                ? 2 * Tolerance.of(type, terms, Math.max(wanted.scales[i], Math.abs(expected)))
                : 0;
        int at = i;
        assertTrue(
            Math.abs(expected - got[i]) <= allowed,
            () ->
                "element "
                    + at
                    + ": they have "
                    + expected
                    + ", we "
                    + got[at]
                    + ", allowed difference "
                    + allowed);
      }
    }
  }
}
