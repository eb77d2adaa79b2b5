package lazuli.array.op;

import java.util.List;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/**
 * Affine quantisation in groups along the last dimension: a value is about scale * code + bias.
 * Codes are packed into u32 words, the first in the lowest bits, as in MLX.
 */
public final class Quantisation {
  /** Groups that are accepted. */
  private static final List<Integer> GROUPS = List.of(32, 64, 128);

  private Quantisation() {}

  /** {@return how many codes a word holds} */
  static int perWord(int bits) {
    return 32 / bits;
  }

  private static void check(String op, Aval x, int group, int bits) {
    if (!GROUPS.contains(group) || (bits != 4 && bits != 8)) {
      throw new ArrayException(
          op + " was given groups of " + group + " and " + bits + " bits",
          "groups of 32, 64 or 128; 4 or 8 bits",
          "use " + op + "(x, 64, 4)");
    }
    if (x.shape().rank() < 2 || x.shape().dim(-1) % group != 0 || !x.dtype().isFloat()) {
      throw new ArrayException(
          op + " was given " + x + " with groups of " + group,
          "a floating type, at least two dimensions, and a last one that is a multiple of the group",
          "pad the last dimension, or use a smaller group");
    }
  }

  /**
   * {@return codes in u32 words, scales and biases} The end of the group's range that is farther
   * from 0 is hit exactly, and so is 0.
   */
  public static List<Node> quantize(Node x, int group, int bits) {
    check("quantize", x.aval(), group, bits);
    DType type = x.aval().dtype();
    Rule.ARITHMETIC.operand("quantize", type);
    int last = x.aval().shape().rank() - 1;
    long columns = x.aval().shape().dim(last);
    double most = (1 << bits) - 1;
    Node w = Shapes.unflatten(Build.widened(x, "x"), last, columns / group, group);
    Node high = Build.reduce(Reduction.MAX, w, true, -1);
    Node low = Build.reduce(Reduction.MIN, w, true, -1);
    Node zero = Build.scalar(low, 0.0);
    Node down = Build.binary(Binary.GT, Build.unary(Unary.ABS, low), Build.unary(Unary.ABS, high));
    Node span = Build.div(Build.sub(high, low), Build.scalar(high, most));
    span = Build.binary(Binary.MAXIMUM, span, Build.scalar(span, 1e-7));
    Node scale = Build.where(down, span, Build.neg(span));
    Node edge = Build.where(down, low, high);
    Node first = Build.unary(Unary.ROUND, Build.div(edge, scale));
    Node none = Build.binary(Binary.EQ, first, zero);
    scale = Build.where(none, scale, Build.div(edge, first));
    Node bias = Build.where(none, zero, edge);
    // What is stored decides the codes.
    scale = Build.widened(Build.narrowed(scale, type), "scale");
    bias = Build.widened(Build.narrowed(bias, type), "bias");
    Node code = Build.unary(Unary.ROUND, Build.div(Build.sub(w, bias), scale));
    code = Statistics.clip(code, zero, Build.scalar(code, most));
    code = Build.cast(Shapes.flatten(code, -2, -1), DType.U32);
    int per = perWord(bits);
    Node words = Shapes.unflatten(code, last, columns / per, per);
    Node packed =
        Build.reduce(
            Reduction.SUM, Build.binary(Binary.LEFT_SHIFT, words, shifts(bits)), false, -1);
    return List.of(
        packed,
        Movements.squeeze(Build.narrowed(scale, type), -1),
        Movements.squeeze(Build.narrowed(bias, type), -1));
  }

  private static Node shifts(int bits) {
    return Build.arange(DType.U32, 0, 32, bits);
  }

  /** {@return scale * code + bias, in the type of the scales} */
  public static Node dequantize(Node codes, Node scales, Node biases, int group, int bits) {
    checkParts("dequantize", codes, scales, biases, group, bits);
    DType type = scales.aval().dtype();
    Node wide =
        dequantized(
            codes, Build.widened(scales, "scales"), Build.widened(biases, "biases"), group, bits);
    return Build.narrowed(wide, type);
  }

  private static void checkParts(
      String op, Node codes, Node scales, Node biases, int group, int bits) {
    Aval words = codes.aval();
    boolean known = GROUPS.contains(group) && (bits == 4 || bits == 8);
    boolean fits =
        known
            && words.dtype() == DType.U32
            && words.shape().rank() >= 2
            && scales.aval().shape().equals(biases.aval().shape())
            && scales.aval().dtype() == biases.aval().dtype()
            && scales.aval().shape().rank() == words.shape().rank();
    for (int i = 0; fits && i < words.shape().rank(); i++) {
      long size = words.shape().dim(i);
      boolean last = i == words.shape().rank() - 1;
      fits = scales.aval().shape().dim(i) == (last ? size * perWord(bits) / group : size);
    }
    if (!fits) {
      throw new ArrayException(
          op
              + " was given codes "
              + words
              + ", scales "
              + scales.aval()
              + ", biases "
              + biases.aval()
              + ", groups of "
              + group
              + " and "
              + bits
              + " bits",
          "codes u32[..., K * bits / 32], scales and biases [..., K / group] of one type, groups"
              + " of 32, 64 or 128, 4 or 8 bits",
          "pass what quantize gave, with the same group and bits");
    }
  }

  static Node dequantized(Node codes, Node scales, Node biases, int group, int bits) {
    int last = codes.aval().shape().rank() - 1;
    Node mask = Build.scalar(codes, (1L << bits) - 1);
    Node shifted = Build.binary(Binary.RIGHT_SHIFT, Movements.expandDims(codes, -1), shifts(bits));
    Node code = Shapes.flatten(Build.binary(Binary.BITWISE_AND, shifted, mask), -2, -1);
    long columns = code.aval().shape().dim(last);
    Node grouped = Shapes.unflatten(code, last, columns / group, group);
    Node real = Build.promote(grouped, scales.aval().dtype(), "codes");
    Node out =
        Build.add(
            Build.mul(real, Movements.expandDims(scales, -1)), Movements.expandDims(biases, -1));
    return Shapes.flatten(out, -2, -1);
  }

  /** {@return x by a quantized matrix, or by its transpose} */
  public static Node matmul(
      Node x, Node codes, Node scales, Node biases, boolean transposed, int group, int bits) {
    checkParts("quantizedMatmul", codes, scales, biases, group, bits);
    Shape shape = codes.aval().shape();
    long inner = transposed ? shape.dim(-1) * perWord(bits) : shape.dim(-2);
    if (x.aval().shape().rank() < 2
        || x.aval().shape().dim(-1) != inner
        || !x.aval().dtype().isFloat()) {
      throw new ArrayException(
          "quantizedMatmul was given x "
              + x.aval()
              + " and codes of a matrix with "
              + inner
              + (transposed ? " columns" : " rows"),
          "a floating x of at least two dimensions, the last of size " + inner,
          "check transpose, or reshape x");
    }
    return Build.composite(new QuantizedMatMul(transposed, group, bits), x, codes, scales, biases);
  }
}
