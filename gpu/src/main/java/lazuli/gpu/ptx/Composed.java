package lazuli.gpu.ptx;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Functions of an f32 that are computed from {@link Elementary}'s in f64, and rounded once. Where
 * that would cancel, near 0, the first terms of the series stand in: what they leave out is below
 * half a unit of an f32.
 */
final class Composed {
  /** Below it a series of two terms is exact to 1e-10, and above it at most 20 bits cancel. */
  private static final double NEAR = 0x1p-12;

  private final Code c;
  private final Elementary e;

  Composed(Code c) {
    this.c = c;
    e = new Elementary(c);
  }

  /** {@return the value of a row, or null if it is none of these} */
  @Nullable Reg apply(String name, Reg x) {
    UnaryOperator<Reg> function =
        switch (name) {
          case "EXPM1" -> this::expm1;
          case "LOG1P" -> this::log1p;
          case "LOG10" -> y -> div(e.log(y), Math.log(10));
          case "log2" -> y -> div(e.log(y), Math.log(2));
          case "tan" -> y -> div(e.sin(y), e.cos(y));
          case "SINH" -> this::sinh;
          case "COSH" -> y -> mul(add(e.exp(y), e.exp(c.f64("neg.f64", y))), 0.5);
          case "arcsinh" -> this::asinh;
          case "arccosh" -> y -> e.log(add(y, c.f64("sqrt.rn.f64", add(mul(y, y), -1.0))));
          case "arctanh" -> this::atanh;
          default -> null;
        };
    if (function == null || x.kind() != Kind.F32) {
      return null;
    }
    return c.f32("cvt.rn.f32.f64", function.apply(c.f64("cvt.f64.f32", x)));
  }

  private Reg add(Object a, Object b) {
    return c.f64("add.rn.f64", a, b);
  }

  private Reg mul(Object a, Object b) {
    return c.f64("mul.rn.f64", a, b);
  }

  private Reg div(Object a, Object b) {
    return c.f64("div.rn.f64", a, b);
  }

  /** {@return x (1 + term) near 0, with the sign of x even for a zero, and far elsewhere} */
  private Reg nearZero(Reg x, Reg term, Reg far) {
    Reg near = c.f64("copysign.f64", x, c.f64("fma.rn.f64", x, term, x));
    Reg small = c.pred("setp.lt.f64", c.f64("abs.f64", x), NEAR);
    return c.f64("selp.f64", near, far, small);
  }

  private Reg expm1(Reg x) {
    // x + x^2 / 2 + x^3 / 6
    Reg term = mul(x, c.f64("fma.rn.f64", x, 1 / 6.0, 0.5));
    return nearZero(x, term, add(e.exp(x), -1.0));
  }

  private Reg log1p(Reg x) {
    // x - x^2 / 2 + x^3 / 3
    Reg term = mul(x, c.f64("fma.rn.f64", x, 1 / 3.0, -0.5));
    return nearZero(x, term, e.log(add(x, 1.0)));
  }

  private Reg sinh(Reg x) {
    Reg minus = c.f64("neg.f64", e.exp(c.f64("neg.f64", x)));
    return nearZero(x, mul(mul(x, x), 1 / 6.0), mul(add(e.exp(x), minus), 0.5));
  }

  private Reg asinh(Reg x) {
    Reg size = c.f64("abs.f64", x);
    Reg far = e.log(add(size, c.f64("sqrt.rn.f64", add(mul(x, x), 1.0))));
    return nearZero(x, mul(mul(x, x), -1 / 6.0), c.f64("copysign.f64", x, far));
  }

  private Reg atanh(Reg x) {
    Reg over = add(1.0, c.f64("neg.f64", x));
    Reg far = mul(e.log(div(add(1.0, x), over)), 0.5);
    return nearZero(x, mul(mul(x, x), 1 / 3.0), far);
  }
}
