package lazuli.gpu.ptx;

/**
 * Elementary functions from correctly rounded operations only, so that every device and the
 * simulator give the same bits; the hardware's approximations are not used here.
 *
 * <p>exp and tanh follow Cody and Waite ("Software manual for the elementary functions", 1980): the
 * argument minus a multiple of ln 2, then a Taylor polynomial. log, sin and cos are Sun's fdlibm
 * (e_log.c, k_sin.c, k_cos.c, e_rem_pio2.c, 1993) operation by operation, as Java's StrictMath is.
 */
final class Elementary {
  private static final double LOG2_E = 1.4426950408889634;
  private static final double LN2_HIGH = 6.93147180369123816490e-01;
  private static final double LN2_LOW = 1.90821492927058770002e-10;

  private final Code c;

  Elementary(Code c) {
    this.c = c;
  }

  /** Constants of one of the two types. */
  private Object constant(Kind kind, double value) {
    if (kind == Kind.F32) {
      return (float) value;
    }
    return value;
  }

  private static String suffix(Kind kind) {
    return kind.directive;
  }

  private Reg fma(Kind kind, Object a, Object b, Object d) {
    return c.as(kind, "fma.rn" + suffix(kind), a, b, d);
  }

  /** A reduced argument: x = n ln 2 + r. */
  private record Reduced(Reg n, Reg p) {}

  /** {@return n, and e to the r minus 1, for a finite x} */
  private Reduced reduce(Reg x) {
    Kind kind = x.kind();
    boolean single = kind == Kind.F32;
    String t = suffix(kind);
    Reg scaled = c.as(kind, "mul.rn" + t, x, constant(kind, LOG2_E));
    Reg n = c.as(kind, "cvt.rni" + t + t, scaled);
    // For f32 the high part has few bits, so that n times it is exact.
    double high = single ? 0x1.62e4p-1 : LN2_HIGH;
    double low = single ? Math.log(2) - 0x1.62e4p-1 : LN2_LOW;
    Reg r = fma(kind, n, constant(kind, -high), x);
    r = fma(kind, n, constant(kind, -low), r);
    int degree = single ? 7 : 13;
    double factorial = 1;
    for (int k = 2; k <= degree; k++) {
      factorial *= k;
    }
    Reg sum = c.as(kind, "mov" + t, constant(kind, 1 / factorial));
    for (int k = degree - 1; k >= 1; k--) {
      factorial /= k + 1;
      sum = fma(kind, sum, r, constant(kind, 1 / factorial));
    }
    return new Reduced(c.b32("cvt.rzi.s32" + t, n), c.as(kind, "mul.rn" + t, sum, r));
  }

  /** {@return 2 to the n, for an n that a normal number holds} */
  private Reg power(Kind kind, Reg n) {
    if (kind == Kind.F32) {
      return c.f32("mov.b32", c.b32("shl.b32", c.b32("add.s32", n, 127), 23));
    }
    Reg wide = c.b64("cvt.s64.s32", c.b32("add.s32", n, 1023));
    return c.f64("mov.b64", c.b64("shl.b64", wide, 52));
  }

  private Reg select(Reg condition, Reg a, Object b) {
    return c.as(a.kind(), "selp" + suffix(a.kind()), a, b, condition);
  }

  private Reg nanStays(Reg x, Reg y) {
    Reg nan = c.pred("setp.nan" + suffix(x.kind()), x, x);
    return c.as(x.kind(), "selp" + suffix(x.kind()), x, y, nan);
  }

  private Reg clamp(Reg x, double low, double high) {
    Kind kind = x.kind();
    String t = suffix(kind);
    Reg below = c.as(kind, "min" + t, x, constant(kind, high));
    return c.as(kind, "max" + t, below, constant(kind, low));
  }

  /** {@return e to the x} */
  Reg exp(Reg x) {
    Kind kind = x.kind();
    String t = suffix(kind);
    double end = kind == Kind.F32 ? 150 : 800;
    Reduced reduced = reduce(clamp(x, -end, end));
    Reg near = c.as(kind, "add.rn" + t, reduced.p, constant(kind, 1));
    // Two factors: one power of two alone would overflow before the result does.
    Reg half = c.b32("shr.s32", reduced.n, 1);
    Reg rest = c.b32("sub.s32", reduced.n, half);
    Reg y = c.as(kind, "mul.rn" + t, near, power(kind, half));
    return nanStays(x, c.as(kind, "mul.rn" + t, y, power(kind, rest)));
  }

  /** {@return the hyperbolic tangent} */
  Reg tanh(Reg x) {
    Kind kind = x.kind();
    String t = suffix(kind);
    Reg size = clamp(c.as(kind, "abs" + t, x), 0, 20);
    Reduced reduced = reduce(c.as(kind, "add.rn" + t, size, size));
    Reg scale = power(kind, reduced.n);
    Reg less = c.as(kind, "add.rn" + t, scale, constant(kind, -1));
    Reg e = fma(kind, scale, reduced.p, less); // exp(2 |x|) - 1
    Reg over = c.as(kind, "add.rn" + t, e, constant(kind, 2));
    Reg y = c.as(kind, "div.rn" + t, e, over);
    return nanStays(x, c.as(kind, "copysign" + t, x, y));
  }

  /**
   * {@return the error function of an f32} The polynomials interpolate at the Chebyshev points of
   * [0, 1] (in x * x) and [1, 4] (in 1 / (1 + x / 2), times exp(-x * x)).
   */
  Reg erf(Reg x) {
    Reg size = c.f32("min.f32", c.f32("abs.f32", x), 4f);
    Reg square = c.f32("mul.rn.f32", size, size);
    Reg near =
        c.f32(
            "mul.rn.f32",
            x,
            polynomial(
                square,
                -9.667044650996104e-06f,
                0.00011265958892181516f,
                -0.0008484080317430198f,
                0.005221031606197357f,
                -0.026865430176258087f,
                0.11283782124519348f,
                -0.37612637877464294f,
                1.128379225730896f));
    Reg u = c.f32("rcp.rn.f32", c.f32("fma.rn.f32", size, 0.5f, 1f));
    Reg tail =
        polynomial(
            u,
            0.012768445536494255f,
            0.06918565928936005f,
            -0.38577890396118164f,
            0.4809263050556183f,
            -0.05446760728955269f,
            0.32920604944229126f,
            0.2640456557273865f,
            0.2843341827392578f,
            -0.00012089472147636116f);
    Reg decay = exp(c.f32("neg.f32", square));
    Reg far = c.f32("sub.rn.f32", 1f, c.f32("mul.rn.f32", decay, tail));
    Reg signed = c.f32("copysign.f32", x, far);
    Reg small = c.pred("setp.lt.f32", size, 1f);
    return nanStays(x, select(small, near, signed));
  }

  private Reg polynomial(Reg x, float... coefficients) {
    Reg sum = c.f32("mov.f32", coefficients[0]);
    for (int i = 1; i < coefficients.length; i++) {
      sum = c.f32("fma.rn.f32", sum, x, coefficients[i]);
    }
    return sum;
  }

  private Reg mul(Object a, Object b) {
    return c.f64("mul.rn.f64", a, b);
  }

  private Reg add(Object a, Object b) {
    return c.f64("add.rn.f64", a, b);
  }

  private Reg sub(Object a, Object b) {
    return c.f64("sub.rn.f64", a, b);
  }

  /** Horner's scheme with separate products and sums, as fdlibm writes it. */
  private Reg horner(Reg x, double... coefficients) {
    Reg sum = c.f64("mov.f64", coefficients[0]);
    for (int i = 1; i < coefficients.length; i++) {
      sum = add(coefficients[i], mul(x, sum));
    }
    return sum;
  }

  private Reg high(Reg x) {
    return c.b32("cvt.u32.u64", c.b64("shr.u64", c.b64("mov.b64", x), 32));
  }

  /** {@return the natural logarithm of an f64} */
  Reg log(Reg given) {
    Reg tiny = c.pred("setp.lt.f64", given, Double.MIN_NORMAL);
    Reg x = select(tiny, mul(given, 0x1p54), given);
    Reg exponent = c.b32("selp.s32", -54 - 1023, -1023, tiny);
    Reg word = high(x);
    exponent = c.b32("add.s32", exponent, c.b32("shr.s32", word, 20));
    Reg fraction = c.b32("and.b32", word, 0xfffff);
    Reg i = c.b32("and.b32", c.b32("add.s32", fraction, 0x95f64), 0x100000);
    Reg top = c.b32("or.b32", fraction, c.b32("xor.b32", i, 0x3ff00000));
    exponent = c.b32("add.s32", exponent, c.b32("shr.s32", i, 20));
    Reg low = c.b64("and.b64", c.b64("mov.b64", x), 0xffff_ffffL);
    Reg topWide = c.b64("shl.b64", c.b64("cvt.u64.u32", top), 32);
    Reg f = sub(c.f64("mov.b64", c.b64("or.b64", topWide, low)), 1.0);
    Reg k = c.f64("cvt.rn.f64.s32", exponent);

    Reg s = c.f64("div.rn.f64", f, add(2.0, f));
    Reg z = mul(s, s);
    Reg w = mul(z, z);
    Reg t1 =
        mul(
            w,
            horner(
                w, 1.531383769920937332e-01, 2.222219843214978396e-01, 3.999999999940941908e-01));
    Reg t2 =
        mul(
            z,
            horner(
                w,
                1.479819860511658591e-01,
                1.818357216161805012e-01,
                2.857142874366239149e-01,
                6.666666666666735130e-01));
    Reg sum = add(t2, t1);
    Reg kLow = mul(k, LN2_LOW);
    Reg half = mul(mul(0.5, f), f);
    Reg one = sub(half, add(mul(s, add(half, sum)), kLow));
    Reg other = sub(mul(s, sub(f, sum)), kLow);
    Reg edge =
        c.b32("or.b32", c.b32("sub.s32", fraction, 0x6147a), c.b32("sub.s32", 0x6b851, fraction));
    Reg inner = select(c.pred("setp.gt.s32", edge, 0), one, other);
    Reg flat = mul(mul(f, f), sub(0.5, mul(0.33333333333333333, f)));
    Reg near = c.b32("and.b32", c.b32("add.s32", fraction, 2), 0xfffff);
    inner = select(c.pred("setp.lt.s32", near, 3), sub(flat, kLow), inner);
    Reg y = sub(mul(k, LN2_HIGH), sub(inner, f));

    y = select(c.pred("setp.eq.f64", given, Double.POSITIVE_INFINITY), given, y);
    y = c.f64("selp.f64", Double.NEGATIVE_INFINITY, y, c.pred("setp.eq.f64", given, 0.0));
    return c.f64("selp.f64", Double.NaN, y, c.pred("setp.ltu.f64", given, 0.0));
  }

  /** {@return the sine of an f64} */
  Reg sin(Reg x) {
    return circular(x, 0);
  }

  /** {@return the cosine of an f64} */
  Reg cos(Reg x) {
    return circular(x, 1);
  }

  /** The first four multiples of pi / 2: their upper words. */
  private static final int[] QUARTERS = {0x3FF921FB, 0x400921FB, 0x4012D97C, 0x401921FB};

  private Reg circular(Reg x, int quarter) {
    Reg size = c.f64("abs.f64", x);
    Reg word = high(size);
    Reg n = c.b32("cvt.rzi.s32.f64", add(mul(size, 6.36619772367581382433e-01), 0.5));
    n = c.b32("selp.s32", 1, n, c.pred("setp.lt.s32", word, 0x4002d97c));
    n = c.b32("selp.s32", 0, n, c.pred("setp.le.s32", word, 0x3fe921fb));
    Reg fn = c.f64("cvt.rn.f64.s32", n);

    // e_rem_pio2.c: pi / 2 in three parts of 33 bits and their tails.
    Reg r1 = sub(size, mul(fn, 1.57079632673412561417e+00));
    Reg w1 = mul(fn, 6.07710050650619224932e-11);
    Reg y1 = sub(r1, w1);
    Reg w = mul(fn, 6.07710050630396597660e-11);
    Reg r2 = sub(r1, w);
    Reg w2 = sub(mul(fn, 2.02226624879595063154e-21), sub(sub(r1, r2), w));
    Reg y2 = sub(r2, w2);
    w = mul(fn, 2.02226624871116645580e-21);
    Reg r3 = sub(r2, w);
    Reg w3 = sub(mul(fn, 8.47842766036889956997e-32), sub(sub(r2, r3), w));
    Reg y3 = sub(r3, w3);
    Reg plain = c.pred("setp.ne.s32", word, word);
    for (int i = 0; i < QUARTERS.length; i++) {
      Reg differs = c.pred("setp.ne.s32", word, QUARTERS[i]);
      Reg here = c.pred("setp.eq.s32", n, i + 1);
      plain = c.pred("or.pred", plain, c.pred("and.pred", differs, here));
    }
    Reg second = c.pred("and.pred", lost(word, y1, 16), c.pred("not.pred", plain));
    Reg third = c.pred("and.pred", lost(word, y2, 49), second);
    Reg y = select(third, y3, select(second, y2, y1));
    Reg r = select(third, r3, select(second, r2, r1));
    Reg tail = sub(sub(r, y), select(third, w3, select(second, w2, w1)));
    Reg direct = c.pred("setp.eq.s32", n, 0);
    y = select(direct, size, y);
    tail = c.f64("selp.f64", 0.0, tail, direct);

    Reg turn = c.b32("and.b32", c.b32("add.s32", n, quarter), 3);
    Reg odd = c.pred("setp.ne.s32", c.b32("and.b32", turn, 1), 0);
    Reg value = select(odd, cosine(y, tail), sine(y, tail, direct));
    Reg lower = c.pred("setp.ge.s32", turn, 2);
    Reg flip = lower;
    if (quarter == 0) {
      flip = c.pred("xor.pred", lower, c.pred("setp.lt.f64", x, 0.0));
    }
    value = c.f64("selp.f64", c.f64("neg.f64", value), value, flip);
    if (quarter == 0) {
      // Keeps the sign of zero.
      value = select(c.pred("setp.eq.f64", x, 0.0), x, value);
    }
    Reg finite = c.pred("setp.lt.f64", size, Double.POSITIVE_INFINITY);
    return c.f64("selp.f64", value, Double.NaN, finite);
  }

  /** {@return whether the difference lost more than so many bits} */
  private Reg lost(Reg word, Reg y, int bits) {
    Reg left = c.b32("and.b32", c.b32("shr.u32", high(y), 20), 0x7ff);
    Reg gone = c.b32("sub.s32", c.b32("shr.s32", word, 20), left);
    return c.pred("setp.gt.s32", gone, bits);
  }

  private Reg sine(Reg x, Reg tail, Reg direct) {
    Reg z = mul(x, x);
    Reg v = mul(z, x);
    double first = -1.66666666666666324348e-01;
    Reg r =
        horner(
            z,
            1.58969099521155010221e-10,
            -2.50507602534068634195e-08,
            2.75573137070700676789e-06,
            -1.98412698298579493134e-04,
            8.33333333332248946124e-03);
    Reg alone = add(x, mul(v, add(first, mul(z, r))));
    Reg half = sub(mul(z, sub(mul(0.5, tail), mul(v, r))), tail);
    return select(direct, alone, sub(x, sub(half, mul(v, first))));
  }

  private Reg cosine(Reg x, Reg tail) {
    Reg word = c.b32("and.b32", high(x), 0x7fffffff);
    Reg z = mul(x, x);
    Reg r =
        mul(
            z,
            horner(
                z,
                -1.13596475577881948265e-11,
                2.08757232129817482790e-09,
                -2.75573143513906633035e-07,
                2.48015872894767294178e-05,
                -1.38888888888741095749e-03,
                4.16666666666666019037e-02));
    Reg rest = sub(mul(z, r), mul(x, tail));
    Reg small = sub(1.0, sub(mul(0.5, z), rest));
    Reg quarter = c.b64("shl.b64", c.b64("cvt.u64.u32", c.b32("sub.s32", word, 0x00200000)), 32);
    Reg q = c.f64("mov.b64", quarter);
    q = c.f64("selp.f64", 0.28125, q, c.pred("setp.gt.s32", word, 0x3fe90000));
    Reg large = sub(sub(1.0, q), sub(sub(mul(0.5, z), q), rest));
    return select(c.pred("setp.lt.s32", word, 0x3FD33333), small, large);
  }

  /** {@return a to the b, f32, computed in f64} */
  Reg pow(Reg a, Reg b) {
    Reg base = c.f64("cvt.f64.f32", a);
    Reg exponent = c.f64("cvt.f64.f32", b);
    Reg size = c.f64("abs.f64", base);
    Reg y = exp(mul(exponent, log(size)));
    Reg whole = c.f64("cvt.rzi.f64.f64", exponent);
    Reg isWhole = c.pred("setp.eq.f64", whole, exponent);
    Reg half = mul(exponent, 0.5);
    Reg isEven = c.pred("setp.eq.f64", c.f64("cvt.rzi.f64.f64", half), half);
    Reg isOdd = c.pred("and.pred", isWhole, c.pred("not.pred", isEven));
    Reg negative = c.pred("setp.lt.s32", c.b32("mov.b32", a), 0);
    Reg flip = c.pred("and.pred", negative, isOdd);
    y = c.f64("selp.f64", c.f64("neg.f64", y), y, flip);
    // A negative finite base has no real power but for whole exponents.
    Reg below = c.pred("and.pred", c.pred("setp.lt.f64", base, 0.0), c.pred("not.pred", isWhole));
    Reg finite = c.pred("setp.lt.f64", size, Double.POSITIVE_INFINITY);
    y = c.f64("selp.f64", Double.NaN, y, c.pred("and.pred", below, finite));
    // As Java: exponent 0 gives 1 even for NaN; base of size 1 with an infinite exponent gives NaN.
    y = c.f64("selp.f64", 1.0, y, c.pred("setp.eq.f64", exponent, 0.0));
    return c.f32("cvt.rn.f32.f64", y);
  }
}
