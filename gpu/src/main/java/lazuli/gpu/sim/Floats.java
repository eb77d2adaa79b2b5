package lazuli.gpu.sim;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Floating-point instructions (PTX ISA, section 9.7.3). Sums, products, quotients and roots round
 * to nearest even as IEEE 754 says; the approximations (.approx) are computed in float64 and
 * rounded, so they are better here than on a card.
 */
final class Floats {
  private Floats() {}

  static @Nullable Exec decode(Line line, Program p) {
    String op = line.opcode();
    if (op.startsWith("setp.")) {
      return switch (line.last()) {
        case "f32" -> compareFloats(line, p);
        case "f64" -> compareDoubles(line, p);
        default -> null;
      };
    }
    if (op.startsWith("cvt.")) {
      return null;
    }
    return switch (line.last()) {
      case "f32" -> single(line, p);
      case "f64" -> wide(line, p);
      default -> null;
    };
  }

  private static @Nullable Exec single(Line line, Program p) {
    String name = line.opcode().substring(0, line.opcode().indexOf('.'));
    if (line.has("sat") || line.has("rz") || line.has("rm") || line.has("rp")) {
      throw line.fault("only .rn");
    }
    if (name.equals("ld") || name.equals("st") || name.equals("atom") || name.equals("mma")) {
      return null;
    }
    boolean flush = line.has("ftz");
    int d = p.f32(line, line.operand(0));
    int a = p.f32(line, line.operand(1));
    if (line.operands().size() == 2) {
      Lanes.FloatUnary f = unary(name, line, flush);
      return f == null ? null : (w, m) -> Lanes.map(m, w.f32[d], w.f32[a], f);
    }
    int b = p.f32(line, line.operand(2));
    if (name.equals("fma")) {
      int e = p.f32(line, line.operand(3));
      return (w, m) -> fma(m, w.f32[d], w.f32[a], w.f32[b], w.f32[e]);
    }
    boolean nan = line.has("NaN");
    return switch (name) {
      case "add" -> (w, m) -> add(m, w.f32[d], w.f32[a], w.f32[b]);
      case "mul" -> (w, m) -> mul(m, w.f32[d], w.f32[a], w.f32[b]);
      case "sub" -> (w, m) -> Lanes.map(m, w.f32[d], w.f32[a], w.f32[b], (x, y) -> x - y);
      case "div" -> (w, m) -> Lanes.map(m, w.f32[d], w.f32[a], w.f32[b], (x, y) -> x / y);
      case "max" ->
          nan
              ? (w, m) -> Lanes.map(m, w.f32[d], w.f32[a], w.f32[b], Math::max)
              : (w, m) -> max(m, w.f32[d], w.f32[a], w.f32[b]);
      case "min" ->
          nan
              ? (w, m) -> Lanes.map(m, w.f32[d], w.f32[a], w.f32[b], Math::min)
              : (w, m) ->
                  Lanes.map(
                      m,
                      w.f32[d],
                      w.f32[a],
                      w.f32[b],
                      (x, y) -> Float.isNaN(x) ? y : Float.isNaN(y) ? x : Math.min(x, y));
      case "copysign" ->
          (w, m) -> Lanes.map(m, w.f32[d], w.f32[a], w.f32[b], (x, y) -> Math.copySign(y, x));
      default -> null;
    };
  }

  private static Lanes.@Nullable FloatUnary unary(String name, Line line, boolean flush) {
    return switch (name) {
      case "neg" -> x -> -x;
      case "abs" -> Math::abs;
      case "sqrt" -> x -> (float) Math.sqrt(x);
      case "rsqrt" -> x -> (float) (1 / Math.sqrt(x));
      case "rcp" -> x -> 1 / x;
      case "ex2" -> flush ? x -> flushed((float) Math.pow(2, x)) : x -> (float) Math.pow(2, x);
      case "lg2" -> x -> (float) (Math.log(x) / Math.log(2));
      default -> throw line.fault("the simulator does not know this function");
    };
  }

  private static float flushed(float x) {
    return Math.abs(x) < Float.MIN_NORMAL ? 0 : x;
  }

  private static void fma(int m, float[] d, float[] a, float[] b, float[] c) {
    if (m == -1) {
      for (int l = 0; l < Warp.LANES; l++) {
        d[l] = Math.fma(a[l], b[l], c[l]);
      }
      return;
    }
    for (int x = m; x != 0; x &= x - 1) {
      int l = Integer.numberOfTrailingZeros(x);
      d[l] = Math.fma(a[l], b[l], c[l]);
    }
  }

  private static void add(int m, float[] d, float[] a, float[] b) {
    if (m == -1) {
      for (int l = 0; l < Warp.LANES; l++) {
        d[l] = a[l] + b[l];
      }
      return;
    }
    Lanes.map(m, d, a, b, Float::sum);
  }

  private static void mul(int m, float[] d, float[] a, float[] b) {
    if (m == -1) {
      for (int l = 0; l < Warp.LANES; l++) {
        d[l] = a[l] * b[l];
      }
      return;
    }
    Lanes.map(m, d, a, b, (x, y) -> x * y);
  }

  /** The larger; a NaN loses against a number. */
  private static void max(int m, float[] d, float[] a, float[] b) {
    for (int x = m; x != 0; x &= x - 1) {
      int l = Integer.numberOfTrailingZeros(x);
      float u = a[l];
      float v = b[l];
      d[l] = Float.isNaN(u) ? v : Float.isNaN(v) ? u : Math.max(u, v);
    }
  }

  private static @Nullable Exec wide(Line line, Program p) {
    String name = line.opcode().substring(0, line.opcode().indexOf('.'));
    if (name.equals("ld") || name.equals("st") || name.equals("atom")) {
      return null;
    }
    int d = p.f64(line, line.operand(0));
    int a = p.f64(line, line.operand(1));
    if (line.operands().size() == 2) {
      DoubleUnaryOperator f =
          switch (name) {
            case "neg" -> x -> -x;
            case "abs" -> Math::abs;
            case "sqrt" -> Math::sqrt;
            case "rcp" -> x -> 1 / x;
            default -> throw line.fault("the simulator does not know this function");
          };
      return (w, m) -> Lanes.map(m, w.f64[d], w.f64[a], f);
    }
    int b = p.f64(line, line.operand(2));
    if (name.equals("fma")) {
      int e = p.f64(line, line.operand(3));
      return (w, m) -> {
        for (int x = m; x != 0; x &= x - 1) {
          int l = Integer.numberOfTrailingZeros(x);
          w.f64[d][l] = Math.fma(w.f64[a][l], w.f64[b][l], w.f64[e][l]);
        }
      };
    }
    DoubleBinaryOperator f =
        switch (name) {
          case "add" -> Double::sum;
          case "sub" -> (x, y) -> x - y;
          case "mul" -> (x, y) -> x * y;
          case "div" -> (x, y) -> x / y;
          case "max" -> (x, y) -> Double.isNaN(x) ? y : Double.isNaN(y) ? x : Math.max(x, y);
          case "min" -> (x, y) -> Double.isNaN(x) ? y : Double.isNaN(y) ? x : Math.min(x, y);
          case "copysign" -> (x, y) -> Math.copySign(y, x);
          default -> throw line.fault("the simulator does not know this function");
        };
    return (w, m) -> Lanes.map(m, w.f64[d], w.f64[a], w.f64[b], f);
  }

  /** Comparisons by name (PTX ISA, section 9.3.1.2): those with u hold for NaN too. */
  private static boolean holds(String name, double a, double b) {
    return switch (name) {
      case "eq" -> a == b;
      case "ne" -> a < b || a > b;
      case "lt" -> a < b;
      case "le" -> a <= b;
      case "gt" -> a > b;
      case "ge" -> a >= b;
      case "equ" -> !(a < b || a > b);
      case "neu" -> a != b;
      case "ltu" -> !(a >= b);
      case "leu" -> !(a > b);
      case "gtu" -> !(a <= b);
      case "geu" -> !(a < b);
      case "num" -> !Double.isNaN(a) && !Double.isNaN(b);
      case "nan" -> Double.isNaN(a) || Double.isNaN(b);
      default -> throw new SimFault("no comparison " + name);
    };
  }

  private static Exec compareFloats(Line line, Program p) {
    int d = p.pred(line, line.operand(0));
    int a = p.f32(line, line.operand(1));
    int b = p.f32(line, line.operand(2));
    String name = line.opcode().split("\\.")[1];
    holds(name, 0, 0);
    return (w, m) -> {
      int bits = 0;
      float[] u = w.f32[a];
      float[] v = w.f32[b];
      for (int x = m; x != 0; x &= x - 1) {
        int l = Integer.numberOfTrailingZeros(x);
        bits |= holds(name, u[l], v[l]) ? 1 << l : 0;
      }
      w.preds[d] = w.preds[d] & ~m | bits;
    };
  }

  private static Exec compareDoubles(Line line, Program p) {
    int d = p.pred(line, line.operand(0));
    int a = p.f64(line, line.operand(1));
    int b = p.f64(line, line.operand(2));
    String name = line.opcode().split("\\.")[1];
    holds(name, 0, 0);
    return (w, m) -> {
      int bits = 0;
      for (int x = m; x != 0; x &= x - 1) {
        int l = Integer.numberOfTrailingZeros(x);
        bits |= holds(name, w.f64[a][l], w.f64[b][l]) ? 1 << l : 0;
      }
      w.preds[d] = w.preds[d] & ~m | bits;
    };
  }
}
