package lazuli.gpu.ptx;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lazuli.array.op.Aval;
import lazuli.array.op.Binary;
import lazuli.array.op.Cast;
import lazuli.array.op.Expand;
import lazuli.array.op.Fill;
import lazuli.array.op.Node;
import lazuli.array.op.Pointwise;
import lazuli.array.op.Reduction;
import lazuli.array.op.Source;
import lazuli.array.op.Ternary;
import lazuli.array.op.Unary;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * From the rows of operations to PTX. A row that is made of other rows needs nothing here; any
 * other row names a machine operator, or stands under its own name, and each of those is written in
 * one place below. A row of a kind that is not written below is refused, and a test names it.
 */
public final class Operators {
  private Operators() {}

  /** {@return whether an operation on operands of this type has a form here} */
  public static boolean has(Pointwise op, DType type) {
    if (!Element.has(type) || op instanceof Cast cast && !Element.has(cast.to())) {
      return false;
    }
    return switch (op) {
      case Unary row when row.parts() != null -> has(row.parts().apply(source(type)));
      case Unary row -> unary(new Code("probe", 1), name(row), type, dummy(type)) != null;
      case Binary row ->
          binary(new Code("probe", 1), name(row), type, dummy(type), dummy(type)) != null;
      case Ternary row -> true;
      case Cast cast -> true;
    };
  }

  /** {@return whether every row that another is made of has a form here} */
  private static boolean has(Node parts) {
    for (Node node : Node.order(parts, Set.of())) {
      if (node.op() instanceof Pointwise op && !has(op, node.inputs().getFirst().aval().dtype())) {
        return false;
      }
    }
    return true;
  }

  private static Reg dummy(DType type) {
    return new Reg(Element.kind(type), 0);
  }

  private static String name(Unary row) {
    return row.vector() != null ? row.vector() : row.label();
  }

  private static String name(Binary row) {
    return row.vector() != null ? row.vector() : row.label();
  }

  /** {@return the value of a row of one operand; its type is the row's result} */
  public static Reg apply(Code c, Unary row, DType type, Reg x) {
    var parts = row.parts();
    if (parts != null) {
      return expand(c, parts.apply(source(type)), x);
    }
    return given(unary(c, name(row), type, x), row.label(), type);
  }

  /** {@return the value of a row of two operands} */
  public static Reg apply(Code c, Binary row, DType type, Reg a, Reg b) {
    return given(binary(c, name(row), type, a, b), row.label(), type);
  }

  /** {@return two partial results joined} */
  public static Reg join(Code c, Reduction row, DType type, Reg a, Reg b) {
    String name = row.vector() != null ? row.vector() : row.label();
    return given(binary(c, name, type, a, b), row.label(), type);
  }

  private static Reg given(@Nullable Reg value, String label, DType type) {
    if (value == null) {
      throw new IllegalStateException(label + " on " + type + " has no PTX: ask has() first");
    }
    return value;
  }

  private static Node source(DType type) {
    return Node.of(new Source(new Aval(Shape.SCALAR, type, Device.CPU)));
  }

  /** Writes a row that is defined by other rows. */
  private static Reg expand(Code c, Node result, Reg x) {
    Map<Node, Reg> values = new IdentityHashMap<>();
    for (Node node : Node.order(result, Set.of())) {
      DType type =
          node.inputs().isEmpty() ? node.aval().dtype() : node.inputs().getFirst().aval().dtype();
      List<Reg> in = node.inputs().stream().map(values::get).toList();
      values.put(
          node,
          switch (node.op()) {
            case Source s -> x;
            case Fill f -> Element.constant(c, f.aval().dtype(), f.value());
            case Expand e -> in.getFirst();
            case Unary u -> apply(c, u, type, in.getFirst());
            case Binary b -> apply(c, b, type, in.getFirst(), in.getLast());
            case Cast cast -> Conversion.cast(c, type, cast.to(), in.getFirst());
            default ->
                throw new IllegalStateException("a row is made of rows, not of " + node.op());
          });
    }
    Reg value = values.get(result);
    if (value == null) {
      throw new IllegalStateException("no value");
    }
    return value;
  }

  private static @Nullable Reg unary(Code c, String name, DType type, Reg x) {
    String t = Element.suffix(type);
    Kind kind = Element.kind(type);
    boolean real = type.isFloat();
    Elementary e = new Elementary(c);
    return switch (name) {
      case "NEG" -> Element.wrap(c, type, real ? c.as(kind, "neg" + t, x) : negated(c, kind, x));
      case "ABS" ->
          real || t.startsWith(".s") ? Element.wrap(c, type, c.as(kind, "abs" + t, x)) : x;
      case "SQRT" -> real ? c.as(kind, "sqrt.rn" + t, x) : null;
      case "EXP" -> real ? e.exp(x) : null;
      case "TANH" -> real ? e.tanh(x) : null;
      case "LOG" -> real ? wide(c, x, e::log) : null;
      case "SIN" -> real ? wide(c, x, e::sin) : null;
      case "COS" -> real ? wide(c, x, e::cos) : null;
      case "erf" -> kind == Kind.F32 ? e.erf(x) : null;
      case "logicalNot" -> c.b32("xor.b32", x, 1);
      case "bitwiseNot" -> inverted(c, type, x);
      case "sign" -> real ? signOf(c, kind, x) : signOfInteger(c, kind, t, type, x);
      case "floor" -> real ? c.as(kind, "cvt.rmi" + t + t, x) : x;
      case "ceil" -> real ? c.as(kind, "cvt.rpi" + t + t, x) : x;
      case "trunc" -> real ? c.as(kind, "cvt.rzi" + t + t, x) : x;
      case "round" -> real ? c.as(kind, "cvt.rni" + t + t, x) : x;
      case "degrees" -> real ? c.as(kind, "mul.rn" + t, x, number(kind, 180 / Math.PI)) : null;
      case "radians" -> real ? c.as(kind, "mul.rn" + t, x, number(kind, Math.PI / 180)) : null;
      case "isNan", "isInf", "isFinite", "isPosInf", "isNegInf" ->
          real
              ? Element.truth(c, classified(c, name, kind, x))
              : c.b32("mov.u32", name.equals("isFinite") ? 1 : 0);
      default -> new Composed(c).apply(name, x);
    };
  }

  private static Object number(Kind kind, double value) {
    if (kind == Kind.F32) {
      return (float) value;
    }
    return value;
  }

  private static Reg classified(Code c, String name, Kind kind, Reg x) {
    String t = kind.directive;
    Object infinity = number(kind, Double.POSITIVE_INFINITY);
    return switch (name) {
      case "isNan" -> c.pred("setp.nan" + t, x, x);
      case "isInf" -> c.pred("setp.eq" + t, c.as(kind, "abs" + t, x), infinity);
      case "isFinite" -> c.pred("setp.lt" + t, c.as(kind, "abs" + t, x), infinity);
      case "isPosInf" -> c.pred("setp.eq" + t, x, infinity);
      default -> c.pred("setp.eq" + t, x, number(kind, Double.NEGATIVE_INFINITY));
    };
  }

  /** {@return 1 or -1, and NaN and both zeros as they are} */
  private static Reg signOf(Code c, Kind kind, Reg x) {
    String t = kind.directive;
    Reg positive = c.pred("setp.gt" + t, x, number(kind, 0));
    Reg y = c.as(kind, "selp" + t, number(kind, 1), x, positive);
    Reg negative = c.pred("setp.lt" + t, x, number(kind, 0));
    return c.as(kind, "selp" + t, number(kind, -1), y, negative);
  }

  private static Reg signOfInteger(Code c, Kind kind, String t, DType type, Reg x) {
    Reg most = c.as(kind, "min" + t, x, 1);
    return t.startsWith(".s") ? c.as(kind, "max" + t, most, -1) : Element.wrap(c, type, most);
  }

  private static @Nullable Reg inverted(Code c, DType type, Reg x) {
    if (type.isFloat()) {
      return null;
    }
    Kind kind = Element.kind(type);
    return type == DType.BOOL
        ? c.b32("xor.b32", x, 1)
        : Element.wrap(c, type, c.as(kind, kind == Kind.B64 ? "not.b64" : "not.b32", x));
  }

  private static Reg negated(Code c, Kind kind, Reg x) {
    return kind == Kind.B64 ? c.b64("neg.s64", x) : c.b32("neg.s32", x);
  }

  /** Computes in f64, so that an f32 result is rounded as good as once. */
  private static Reg wide(Code c, Reg x, java.util.function.UnaryOperator<Reg> function) {
    if (x.kind() == Kind.F64) {
      return function.apply(x);
    }
    return c.f32("cvt.rn.f32.f64", function.apply(c.f64("cvt.f64.f32", x)));
  }

  private static @Nullable Reg binary(Code c, String name, DType type, Reg a, Reg b) {
    String t = Element.suffix(type);
    Kind kind = Element.kind(type);
    boolean real = type.isFloat();
    return switch (name) {
      case "ADD", "SUB" -> {
        String op = name.equals("ADD") ? "add" : "sub";
        yield Element.wrap(c, type, c.as(kind, op + (real ? ".rn" : "") + t, a, b));
      }
      case "MUL" -> Element.wrap(c, type, c.as(kind, (real ? "mul.rn" : "mul.lo") + t, a, b));
      case "DIV" -> real ? c.as(kind, "div.rn" + t, a, b) : null;
      case "POW" ->
          kind == Kind.F32
              ? new Elementary(c).pow(a, b)
              : real ? null : Element.wrap(c, type, power(c, type, a, b));
      case "MAX", "MIN" -> extreme(c, name.equals("MAX") ? "max" : "min", kind, t, a, b);
      case "GT", "GE", "LT", "LE", "EQ" ->
          Element.truth(c, c.pred("setp." + name.toLowerCase(java.util.Locale.ROOT) + t, a, b));
      case "NE" -> Element.truth(c, c.pred((real ? "setp.neu" : "setp.ne") + t, a, b));
      case "AND", "OR", "XOR" -> {
        // Registers hold wrapped values, signed ones with their sign: so do the results.
        String op = name.toLowerCase(java.util.Locale.ROOT);
        yield real ? null : c.as(kind, op + (kind == Kind.B64 ? ".b64" : ".b32"), a, b);
      }
      case "leftShift", "rightShift" ->
          real ? null : shifted(c, name.equals("leftShift"), type, a, b);
      default -> null;
    };
  }

  /** Shifts clamp at the width: what lies beyond is zeros, or the sign. */
  private static Reg shifted(Code c, boolean left, DType type, Reg a, Reg b) {
    Kind kind = Element.kind(type);
    // Negative counts are large unsigned ones.
    Reg count = kind == Kind.B64 ? c.b32("cvt.u32.u64", c.b64("min.u64", b, 64)) : b;
    String bits = kind == Kind.B64 ? ".b64" : ".b32";
    return left
        ? Element.wrap(c, type, c.as(kind, "shl" + bits, a, count))
        : c.as(kind, "shr" + Element.suffix(type), a, count);
  }

  private static Reg extreme(Code c, String op, Kind kind, String t, Reg a, Reg b) {
    if (kind == Kind.F32) {
      return c.f32(op + ".NaN.f32", a, b);
    }
    Reg y = c.as(kind, op + t, a, b);
    if (kind == Kind.F64) {
      Reg sum = c.f64("add.rn.f64", a, b);
      // A sum of infinities is NaN too, so ask the operands.
      Reg nan = c.pred("setp.nan.f64", a, b);
      return c.f64("selp.f64", sum, y, nan);
    }
    return y;
  }

  /** Squares and multiplies; a negative exponent gives 0 unless the base is 1 or -1. */
  private static Reg power(Code c, DType type, Reg a, Reg b) {
    Kind kind = Element.kind(type);
    String bits = kind == Kind.B64 ? ".b64" : ".b32";
    String s = kind == Kind.B64 ? ".s64" : ".s32";
    String u = kind == Kind.B64 ? ".u64" : ".u32";
    boolean signed = Element.suffix(type).startsWith(".s");
    Reg result = c.as(kind, "mov" + bits, 1);
    Reg base = c.as(kind, "mov" + bits, a);
    Reg left = c.as(kind, "mov" + bits, b);
    Reg negative = c.pred("setp.lt" + s, b, 0);
    if (signed) {
      // 1 and -1 repeat with period two: an exponent of 0 or 1 stands for the negative one.
      Reg parity = c.as(kind, "and" + bits, b, 1);
      left = c.as(kind, "selp" + bits, parity, left, negative);
    }
    Code.Label loop = c.label();
    Code.Label end = c.label();
    c.place(loop);
    Reg done = c.pred("setp.eq" + s, left, 0);
    c.goWhere(done, end);
    Reg bit = c.pred("setp.ne" + s, c.as(kind, "and" + bits, left, 1), 0);
    Reg factor = c.as(kind, "selp" + bits, base, 1, bit);
    c.op("mul.lo" + s, result, result, factor);
    c.op("mul.lo" + s, base, base, base);
    c.op("shr" + u, left, left, 1);
    c.go(loop);
    c.place(end);
    if (!signed) {
      return result;
    }
    Reg one = c.pred("setp.eq" + s, a, 1);
    Reg minus = c.pred("setp.eq" + s, a, -1);
    Reg unit = c.pred("or.pred", one, minus);
    Reg vanishes = c.pred("and.pred", negative, c.pred("not.pred", unit));
    return c.as(kind, "selp" + bits, 0, result, vanishes);
  }
}
