package lazuli.array.op;

import java.util.List;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Promotion;
import lazuli.array.type.Rounding;
import lazuli.array.type.Shape;

/**
 * Makes graph nodes of arithmetic: checks operands, promotes types, raises errors. Computes
 * nothing. {@link Movements} makes the nodes that reshape and slice.
 */
public final class Build {
  private Build() {}

  /** {@return a + b} */
  public static Node add(Node a, Node b) {
    return binary(Binary.ADD, a, b);
  }

  /** {@return a - b} */
  public static Node sub(Node a, Node b) {
    return binary(Binary.SUB, a, b);
  }

  /** {@return a * b} */
  public static Node mul(Node a, Node b) {
    return binary(Binary.MUL, a, b);
  }

  /** {@return a / b} */
  public static Node div(Node a, Node b) {
    return binary(Binary.DIV, a, b);
  }

  /** {@return -x} */
  static Node neg(Node x) {
    return unary(Unary.NEG, x);
  }

  /** {@return e to the x} */
  static Node exp(Node x) {
    return unary(Unary.EXP, x);
  }

  /** {@return the natural logarithm of x} */
  static Node log(Node x) {
    return unary(Unary.LOG, x);
  }

  /** {@return the square root of x} */
  static Node sqrt(Node x) {
    return unary(Unary.SQRT, x);
  }

  /** {@return the sine of x} */
  static Node sin(Node x) {
    return unary(Unary.SIN, x);
  }

  /** {@return the cosine of x} */
  static Node cos(Node x) {
    return unary(Unary.COS, x);
  }

  /** {@return a to the b} */
  static Node pow(Node a, Node b) {
    return binary(Binary.POW, a, b);
  }

  /** {@return a &lt; b} */
  static Node lt(Node a, Node b) {
    return binary(Binary.LT, a, b);
  }

  /** {@return a &lt;= b} */
  static Node le(Node a, Node b) {
    return binary(Binary.LE, a, b);
  }

  /** {@return a &gt;= b} */
  static Node ge(Node a, Node b) {
    return binary(Binary.GE, a, b);
  }

  /**
   * {@return a row applied to an operand}
   *
   * @param row the operation
   * @param x the operand
   */
  public static Node unary(Unary row, Node x) {
    if (row == Unary.BITWISE_NOT && x.aval().dtype() == DType.BOOL) {
      return unary(Unary.LOGICAL_NOT, x);
    }
    DType type = row.rule().operand(row.label(), x.aval().dtype());
    return Node.of(row, promote(x, type, "x"));
  }

  /**
   * {@return a row applied to two operands, promoted and broadcast}
   *
   * @param row the operation
   * @param a the first operand
   * @param b the second operand
   */
  public static Node binary(Binary row, Node a, Node b) {
    DType both = Promotion.of(a.aval().dtype(), b.aval().dtype());
    DType type = row.rule().operand(row.label(), both);
    return Node.of(row, promote(a, type, "a"), promote(b, type, "b"));
  }

  /**
   * {@return a where the condition holds, else b, promoted and broadcast}
   *
   * @param condition any type; "is not zero" when it is no bool
   * @param a the values where it holds
   * @param b the values elsewhere
   */
  public static Node where(Node condition, Node a, Node b) {
    DType type = Promotion.of(a.aval().dtype(), b.aval().dtype());
    return Node.of(
        Ternary.WHERE,
        promote(condition, DType.BOOL, "condition"),
        promote(a, type, "a"),
        promote(b, type, "b"));
  }

  /**
   * {@return the whole-number literal as it stands beside an array}
   *
   * @param like the array
   * @param value the literal
   * @throws ArrayException if the array's integer type cannot hold it
   */
  public static Node scalar(Node like, long value) {
    return fill(Promotion.weak(like.aval().dtype(), value), Shape.SCALAR, value);
  }

  /**
   * {@return the literal with a fraction as it stands beside an array}
   *
   * @param like the array
   * @param value the literal
   */
  public static Node scalar(Node like, double value) {
    return fill(Promotion.weakFraction(like.aval().dtype()), Shape.SCALAR, value);
  }

  /**
   * {@return the truth value as it stands beside an array}
   *
   * @param like the array
   * @param value the literal
   */
  public static Node scalar(Node like, boolean value) {
    return fill(like.aval().dtype(), Shape.SCALAR, value ? 1L : 0L);
  }

  /**
   * {@return one value everywhere}
   *
   * @param dtype the type, in which the value is rounded or wrapped
   * @param shape the shape
   * @param value the value
   */
  public static Node fill(DType dtype, Shape shape, Number value) {
    Number held =
        dtype.isFloat()
            ? (Number) Rounding.to(dtype, value.doubleValue())
            : (Number)
                (value instanceof Long n
                    ? Rounding.wrap(dtype, n)
                    : (long) Rounding.to(dtype, value.doubleValue()));
    boolean scalar = shape == Shape.SCALAR;
    return Node.of(
        new Fill(scalar ? Aval.scalar(dtype) : new Aval(shape, dtype, Device.CPU), held));
  }

  /**
   * {@return start, start + step, and so on, before stop}
   *
   * @param dtype the type
   * @param start the first value
   * @param stop the end, which is not reached
   * @param step the distance
   * @throws ArrayException if the step is 0
   */
  public static Node arange(DType dtype, double start, double stop, double step) {
    if (step == 0 || Double.isNaN(step + start + stop) || Double.isInfinite(step + start + stop)) {
      throw new ArrayException(
          "arange was given start " + start + ", stop " + stop + ", step " + step,
          "finite numbers and a step that is not 0",
          "use full(value, dtype, shape) for a constant");
    }
    long n = (long) Math.max(0, Math.ceil((stop - start) / step));
    Aval aval = new Aval(Shape.of(n), dtype, Device.CPU);
    return Node.of(
        dtype.isFloat()
            ? new Arange(aval, start, step)
            : new Arange(aval, (long) start, (long) step));
  }

  /**
   * {@return random numbers}
   *
   * @param distribution what they look like
   * @param key the 64-bit key
   * @param dtype a floating type
   * @param shape the shape
   * @throws ArrayException if the type is not floating
   */
  public static Node random(Distribution distribution, long key, DType dtype, Shape shape) {
    if (!dtype.isFloat()) {
      throw new ArrayException(
          distribution.label() + " was given dtype " + dtype,
          "f16, bf16, f32 or f64",
          "draw floats and convert, such as uniform(key, 3).mul(10).astype(I32)");
    }
    return Node.of(new Random(distribution, key, new Aval(shape, dtype, Device.CPU)));
  }

  /**
   * {@return a user's conversion to another type; the operand itself when it has that type}
   *
   * @param x the operand
   * @param to the type
   */
  public static Node cast(Node x, DType to) {
    return x.aval().dtype() == to ? x : Node.of(new Cast(to, "user", ""), x);
  }

  /**
   * {@return the operand in the type that its values are computed in} Composites use it so that
   * half types are rounded once, at the end.
   *
   * @param x the operand
   * @param operand its name, for reports
   */
  public static Node widened(Node x, String operand) {
    DType type = x.aval().dtype();
    DType wide = Promotion.computed(type);
    return type == wide ? x : Node.of(new Cast(wide, "kernel", operand), x);
  }

  /**
   * {@return the result of a widened computation in the operand's type}
   *
   * @param result the result
   * @param type the operand's type
   */
  public static Node narrowed(Node result, DType type) {
    return result.aval().dtype() == type ? result : Node.of(new Cast(type, "kernel", ""), result);
  }

  /**
   * {@return a conversion that an operation inserts; the operand itself when it has that type}
   *
   * @param x the operand
   * @param to the type
   * @param operand the operand's name, for reports
   */
  public static Node promote(Node x, DType to, String operand) {
    if (x.aval().dtype() == to) {
      return x;
    }
    // A literal takes the type at once: there is nothing to convert when it runs.
    if (x.op() instanceof Fill f && x.value() == null) {
      return fill(to, f.aval().shape(), f.value());
    }
    return Node.of(new Cast(to, "promotion", operand), x);
  }

  /**
   * {@return a reduction}
   *
   * @param row what is computed
   * @param x the operand
   * @param keep whether the reduced dimensions stay with size 1
   * @param axes the dimensions, negative from the end; none means all
   * @throws ArrayException if a dimension does not exist or repeats, or nothing is reduced by max
   *     or min
   */
  public static Node reduce(Reduction row, Node x, boolean keep, int... axes) {
    Shape shape = x.aval().shape();
    Axes set = axes(row.label(), shape, axes);
    if (Double.isNaN(row.empty()) && set.count(shape) == 0) {
      throw new ArrayException(
          row.label() + " over axes " + set + " of " + x.aval() + " has no elements",
          "at least one element to choose from",
          "check the shape first, or concatenate a starting value");
    }
    Node in = promote(x, row.type(x.aval().dtype()), "x");
    Node out = set.mask() == 0 ? in : Node.of(new Reduce(row, set), in);
    return keep ? out : Movements.reshape(out, set.dropped(shape));
  }

  /**
   * {@return the index of the largest or smallest element along one dimension, as i32}
   *
   * @param largest whether the largest is wanted
   * @param x the operand
   * @param keep whether the dimension stays with size 1
   * @param axis the dimension, negative from the end
   * @throws ArrayException if the dimension does not exist or is empty
   */
  public static Node argReduce(boolean largest, Node x, boolean keep, int axis) {
    String name = largest ? "argmax" : "argmin";
    Shape shape = x.aval().shape();
    int at = axis(name, shape, axis);
    if (shape.dim(at) == 0) {
      throw new ArrayException(
          name + " over axis " + axis + " of " + x.aval() + " has no elements",
          "at least one element to choose from",
          "check the shape first");
    }
    Node out = Node.of(new ArgReduce(largest, at), x);
    return keep ? out : Movements.reshape(out, Axes.of(at).dropped(shape));
  }

  /**
   * {@return the matrix product} Of the last two dimensions; the others broadcast. An operand of
   * rank 1 is a row on the left and a column on the right, and its dimension is dropped.
   *
   * @param a [..., M, K]
   * @param b [..., K, N]
   * @throws ArrayException if a type is not floating or the shapes do not fit
   */
  public static Node matmul(Node a, Node b) {
    Aval x = a.aval();
    Aval y = b.aval();
    DType type = Promotion.of(x.dtype(), y.dtype());
    if (!type.isFloat()) {
      throw new ArrayException(
          "matmul was given " + x + " and " + y,
          "floating types: f16, bf16, f32 or f64",
          "convert one operand, such as a.astype(F32)");
    }
    if (x.shape().rank() == 0 || y.shape().rank() == 0) {
      throw new ArrayException(
          "matmul was given " + x + " and " + y,
          "at least one dimension in each operand",
          "use mul for a scalar");
    }
    boolean row = x.shape().rank() == 1;
    boolean column = y.shape().rank() == 1;
    Node left = row ? Movements.expandDims(a, 0) : a;
    Node right = column ? Movements.expandDims(b, 1) : b;
    long k = left.aval().shape().dim(-1);
    if (k != right.aval().shape().dim(-2)) {
      throw new ArrayException(
          "matmul was given "
              + x
              + " and "
              + y
              + ": inner sizes are "
              + k
              + " and "
              + right.aval().shape().dim(-2),
          "a [..., M, K] and b [..., K, N] with the same K",
          k == right.aval().shape().dim(-1)
              ? "transpose the second operand: a.matmul(b.t())"
              : "reshape or transpose one operand");
    }
    if (left.aval().shape().rank() > 2 && right.aval().shape().rank() == 2) {
      // One product of all rows: faster than a batch, and its gradient needs no batch of weights.
      long[] dims = left.aval().shape().dims();
      Node rows =
          Node.of(
              new MatMul(),
              promote(Movements.reshape(left, Shape.of(rows(dims), k)), type, "a"),
              promote(right, type, "b"));
      dims[dims.length - 1] = right.aval().shape().dim(-1);
      Node out = Movements.reshape(rows, dims);
      return column ? Movements.squeeze(out, -1) : out;
    }
    Shape batch = Shape.broadcast("matmul (batch dimensions)", batch(left), batch(right));
    left = Movements.broadcastTo(promote(left, type, "a"), matrix(batch, left));
    right = Movements.broadcastTo(promote(right, type, "b"), matrix(batch, right));
    Node out = Node.of(new MatMul(), left, right);
    if (row) {
      out = Movements.squeeze(out, -2);
    }
    return column ? Movements.squeeze(out, -1) : out;
  }

  private static long rows(long[] dims) {
    long rows = 1;
    for (int i = 0; i < dims.length - 1; i++) {
      rows = Math.multiplyExact(rows, dims[i]);
    }
    return rows;
  }

  private static Shape batch(Node x) {
    long[] dims = x.aval().shape().dims();
    return Shape.of(java.util.Arrays.copyOf(dims, dims.length - 2));
  }

  private static Shape matrix(Shape batch, Node x) {
    long[] dims = java.util.Arrays.copyOf(batch.dims(), batch.rank() + 2);
    dims[dims.length - 2] = x.aval().shape().dim(-2);
    dims[dims.length - 1] = x.aval().shape().dim(-1);
    return Shape.of(dims);
  }

  /**
   * {@return exp(x - max) / sum of the same, along one dimension} Integers are lifted to f32.
   *
   * @param x the operand
   * @param axis the dimension, negative from the end
   */
  public static Node softmax(Node x, int axis) {
    int at = axis("softmax", x.aval().shape(), axis);
    return Node.of(new Softmax(at), promote(x, Promotion.lifted(x.aval().dtype()), "x"));
  }

  /**
   * {@return log of the sum of exp(x) along one dimension, without overflow}
   *
   * @param x the operand
   * @param axis the dimension, negative from the end
   * @param keep whether the dimension stays with size 1
   */
  public static Node logSumExp(Node x, int axis, boolean keep) {
    int at = axis("logSumExp", x.aval().shape(), axis);
    Node in = promote(x, Promotion.lifted(x.aval().dtype()), "x");
    Node out = Node.of(new LogSumExp(at), in);
    return keep ? out : Movements.reshape(out, Axes.of(at).dropped(x.aval().shape()));
  }

  /**
   * {@return a composite on checked operands}
   *
   * @param op the composite
   * @param inputs its operands
   * @throws ArrayException if their number is not the composite's
   */
  public static Node composite(Composite op, Node... inputs) {
    if (inputs.length != op.operands().size()) {
      throw new ArrayException(
          op.label() + " was given " + inputs.length + " operands",
          op.operands().size() + ": " + String.join(", ", op.operands()),
          "pass each operand once");
    }
    return Node.of(op, List.of(inputs));
  }

  /**
   * {@return the dimension counted from 0}
   *
   * @param op the operation, for the error
   * @param shape the operand's shape
   * @param axis the dimension, negative from the end
   * @throws ArrayException if it does not exist
   */
  public static int axis(String op, Shape shape, int axis) {
    int rank = shape.rank();
    if (axis < -rank || axis >= rank) {
      throw new ArrayException(
          op + " was given axis " + axis + " for shape " + shape,
          rank == 0 ? "no axis: a scalar has none" : "an axis from " + -rank + " to " + (rank - 1),
          rank == 0 ? "leave the axis out" : "use -1 for the last axis");
    }
    return axis < 0 ? axis + rank : axis;
  }

  static Axes axes(String op, Shape shape, int... axes) {
    if (axes.length == 0) {
      return Axes.all(shape.rank());
    }
    long mask = 0;
    for (int axis : axes) {
      long bit = 1L << axis(op, shape, axis);
      if ((mask & bit) != 0) {
        throw new ArrayException(
            op + " was given axis " + axis + " twice for shape " + shape,
            "each axis once",
            "remove the repeated axis; "
                + axis
                + " and "
                + (axis < 0 ? axis + shape.rank() : axis - shape.rank())
                + " are the same");
      }
      mask |= bit;
    }
    return new Axes(mask);
  }
}
