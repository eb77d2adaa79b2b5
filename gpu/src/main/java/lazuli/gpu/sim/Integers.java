package lazuli.gpu.sim;

import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Integer and logic instructions (PTX ISA, sections 9.7.1, 9.7.6 and 9.7.8). */
final class Integers {
  private Integers() {}

  static @Nullable Exec decode(Line line, Program p) {
    String op = line.opcode();
    String name = op.substring(0, op.indexOf('.') < 0 ? op.length() : op.indexOf('.'));
    switch (name) {
      case "ld",
          "st",
          "atom",
          "red",
          "cvt",
          "cvta",
          "cp",
          "shfl",
          "ldmatrix",
          "mma",
          "mov",
          "selp",
          "vote" -> {
        return null;
      }
      default -> {}
    }
    if (name.equals("setp")) {
      return compare(line, p);
    }
    return switch (line.last()) {
      case "pred" -> truth(line, name, p);
      case "s32", "u32", "b32" -> narrow(line, name, p);
      case "s64", "u64", "b64" -> wide(line, name, p);
      default -> null;
    };
  }

  private static Exec truth(Line line, String name, Program p) {
    int d = p.pred(line, line.operand(0));
    int a = p.pred(line, line.operand(1));
    if (name.equals("not")) {
      return (w, m) -> w.preds[d] = w.preds[d] & ~m | ~w.preds[a] & m;
    }
    int b = p.pred(line, line.operand(2));
    return switch (name) {
      case "and" -> (w, m) -> w.preds[d] = w.preds[d] & ~m | w.preds[a] & w.preds[b] & m;
      case "or" -> (w, m) -> w.preds[d] = w.preds[d] & ~m | (w.preds[a] | w.preds[b]) & m;
      case "xor" -> (w, m) -> w.preds[d] = w.preds[d] & ~m | (w.preds[a] ^ w.preds[b]) & m;
      default -> throw line.fault("no such operation on truth values");
    };
  }

  private static @Nullable Exec narrow(Line line, String name, Program p) {
    boolean signed = line.last().equals("s32");
    if (name.equals("mul") && line.has("wide") || name.equals("mad") && line.has("wide")) {
      return widening(line, name, signed, p);
    }
    int d = p.b32(line, line.operand(0));
    int a = p.b32(line, line.operand(1));
    if (line.operands().size() == 2) {
      IntUnaryOperator f =
          switch (name) {
            case "neg" -> x -> -x;
            case "abs" -> Math::abs;
            case "not" -> x -> ~x;
            case "popc" -> Integer::bitCount;
            case "clz" -> Integer::numberOfLeadingZeros;
            default -> throw line.fault("the simulator does not know this function");
          };
      return (w, m) -> Lanes.map(m, w.b32[d], w.b32[a], f);
    }
    int b = p.b32(line, line.operand(2));
    if (name.equals("mad")) {
      if (!line.has("lo")) {
        throw line.fault("only mad.lo and mad.wide");
      }
      int c = p.b32(line, line.operand(3));
      return (w, m) -> mad(m, w.b32[d], w.b32[a], w.b32[b], w.b32[c]);
    }
    if (name.equals("bfe")) {
      int c = p.b32(line, line.operand(3));
      return (w, m) -> {
        for (int x = m; x != 0; x &= x - 1) {
          int l = Integer.numberOfTrailingZeros(x);
          w.b32[d][l] = extract(w.b32[a][l], w.b32[b][l], w.b32[c][l], signed);
        }
      };
    }
    if (name.equals("lop3") || name.equals("prmt") || name.equals("shf")) {
      throw line.fault("the simulator does not know this function");
    }
    if (name.equals("add") && line.operands().size() == 3) {
      return (w, m) -> add(m, w.b32[d], w.b32[a], w.b32[b]);
    }
    IntBinaryOperator f = binary(line, name, signed);
    return (w, m) -> Lanes.map(m, w.b32[d], w.b32[a], w.b32[b], f);
  }

  private static IntBinaryOperator binary(Line line, String name, boolean signed) {
    return switch (name) {
      case "sub" -> (x, y) -> x - y;
      case "mul" -> {
        if (line.has("hi")) {
          yield signed
              ? (x, y) -> (int) ((long) x * y >> 32)
              : (x, y) -> (int) ((x & 0xffff_ffffL) * (y & 0xffff_ffffL) >>> 32);
        }
        yield (x, y) -> x * y;
      }
      // Division by zero gives all ones on a card; the simulator wants it to be seen.
      case "div" -> signed ? (x, y) -> x / y : Integer::divideUnsigned;
      case "rem" -> signed ? (x, y) -> x % y : Integer::remainderUnsigned;
      case "min" -> signed ? Math::min : (x, y) -> Integer.compareUnsigned(x, y) <= 0 ? x : y;
      case "max" -> signed ? Math::max : (x, y) -> Integer.compareUnsigned(x, y) >= 0 ? x : y;
      case "and" -> (x, y) -> x & y;
      case "or" -> (x, y) -> x | y;
      case "xor" -> (x, y) -> x ^ y;
      // Shifts of 32 and more give 0, or the sign.
      case "shl" -> (x, y) -> Integer.compareUnsigned(y, 31) > 0 ? 0 : x << y;
      case "shr" ->
          signed
              ? (x, y) -> x >> (Integer.compareUnsigned(y, 31) > 0 ? 31 : y)
              : (x, y) -> Integer.compareUnsigned(y, 31) > 0 ? 0 : x >>> y;
      default -> throw line.fault("the simulator does not know this function");
    };
  }

  private static int extract(int x, int from, int length, boolean signed) {
    if (length == 0) {
      return 0;
    }
    int up = 32 - from - length;
    return signed ? x << up >> 32 - length : x << up >>> 32 - length;
  }

  private static void mad(int m, int[] d, int[] a, int[] b, int[] c) {
    for (int x = m; x != 0; x &= x - 1) {
      int l = Integer.numberOfTrailingZeros(x);
      d[l] = a[l] * b[l] + c[l];
    }
  }

  private static void add(int m, int[] d, int[] a, int[] b) {
    if (m == -1) {
      for (int l = 0; l < Warp.LANES; l++) {
        d[l] = a[l] + b[l];
      }
      return;
    }
    Lanes.map(m, d, a, b, Integer::sum);
  }

  private static Exec widening(Line line, String name, boolean signed, Program p) {
    int d = p.b64(line, line.operand(0));
    int a = p.b32(line, line.operand(1));
    int b = p.b32(line, line.operand(2));
    int c = name.equals("mad") ? p.b64(line, line.operand(3)) : -1;
    return (w, m) -> {
      long[] out = w.b64[d];
      int[] u = w.b32[a];
      int[] v = w.b32[b];
      for (int x = m; x != 0; x &= x - 1) {
        int l = Integer.numberOfTrailingZeros(x);
        long product = signed ? (long) u[l] * v[l] : (u[l] & 0xffff_ffffL) * (v[l] & 0xffff_ffffL);
        out[l] = c < 0 ? product : product + w.b64[c][l];
      }
    };
  }

  private static Exec wide(Line line, String name, Program p) {
    boolean signed = line.last().equals("s64");
    int d = p.b64(line, line.operand(0));
    int a = p.b64(line, line.operand(1));
    if (line.operands().size() == 2) {
      return switch (name) {
        case "neg" -> (w, m) -> Lanes.map(m, w.b64[d], w.b64[a], x -> -x);
        case "abs" -> (w, m) -> Lanes.map(m, w.b64[d], w.b64[a], Math::abs);
        case "not" -> (w, m) -> Lanes.map(m, w.b64[d], w.b64[a], x -> ~x);
        default -> throw line.fault("the simulator does not know this function");
      };
    }
    if (name.equals("shl") || name.equals("shr")) {
      int b = p.b32(line, line.operand(2));
      boolean left = name.equals("shl");
      return (w, m) -> {
        for (int x = m; x != 0; x &= x - 1) {
          int l = Integer.numberOfTrailingZeros(x);
          int by = w.b32[b][l];
          long v = w.b64[a][l];
          boolean all = Integer.compareUnsigned(by, 63) > 0;
          w.b64[d][l] =
              left ? (all ? 0 : v << by) : signed ? v >> (all ? 63 : by) : all ? 0 : v >>> by;
        }
      };
    }
    int b = p.b64(line, line.operand(2));
    if (name.equals("mad")) {
      int c = p.b64(line, line.operand(3));
      return (w, m) -> {
        for (int x = m; x != 0; x &= x - 1) {
          int l = Integer.numberOfTrailingZeros(x);
          w.b64[d][l] = w.b64[a][l] * w.b64[b][l] + w.b64[c][l];
        }
      };
    }
    LongBinaryOperator f =
        switch (name) {
          case "add" -> Long::sum;
          case "sub" -> (x, y) -> x - y;
          case "mul" -> (x, y) -> x * y;
          case "div" -> signed ? (x, y) -> x / y : Long::divideUnsigned;
          case "rem" -> signed ? (x, y) -> x % y : Long::remainderUnsigned;
          case "min" -> signed ? Math::min : (x, y) -> Long.compareUnsigned(x, y) <= 0 ? x : y;
          case "max" -> signed ? Math::max : (x, y) -> Long.compareUnsigned(x, y) >= 0 ? x : y;
          case "and" -> (x, y) -> x & y;
          case "or" -> (x, y) -> x | y;
          case "xor" -> (x, y) -> x ^ y;
          default -> throw line.fault("the simulator does not know this function");
        };
    return (w, m) -> Lanes.map(m, w.b64[d], w.b64[a], w.b64[b], f);
  }

  private static boolean holds(String name, int order) {
    return switch (name) {
      case "eq" -> order == 0;
      case "ne" -> order != 0;
      case "lt", "lo" -> order < 0;
      case "le", "ls" -> order <= 0;
      case "gt", "hi" -> order > 0;
      case "ge", "hs" -> order >= 0;
      default -> throw new SimFault("no comparison " + name);
    };
  }

  private static Exec compare(Line line, Program p) {
    int d = p.pred(line, line.operand(0));
    String name = line.opcode().split("\\.")[1];
    holds(name, 0);
    String type = line.last();
    if (type.endsWith("64")) {
      int a = p.b64(line, line.operand(1));
      int b = p.b64(line, line.operand(2));
      boolean signed = type.equals("s64");
      return (w, m) -> {
        int bits = 0;
        for (int x = m; x != 0; x &= x - 1) {
          int l = Integer.numberOfTrailingZeros(x);
          long u = w.b64[a][l];
          long v = w.b64[b][l];
          int order = signed ? Long.compare(u, v) : Long.compareUnsigned(u, v);
          bits |= holds(name, order) ? 1 << l : 0;
        }
        w.preds[d] = w.preds[d] & ~m | bits;
      };
    }
    int a = p.b32(line, line.operand(1));
    int b = p.b32(line, line.operand(2));
    boolean signed = type.equals("s32");
    return (w, m) -> {
      int bits = 0;
      int[] first = w.b32[a];
      int[] second = w.b32[b];
      for (int x = m; x != 0; x &= x - 1) {
        int l = Integer.numberOfTrailingZeros(x);
        int u = first[l];
        int v = second[l];
        int order = signed ? Integer.compare(u, v) : Integer.compareUnsigned(u, v);
        bits |= holds(name, order) ? 1 << l : 0;
      }
      w.preds[d] = w.preds[d] & ~m | bits;
    };
  }
}
