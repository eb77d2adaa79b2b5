package lazuli.array;

import java.util.List;
import lazuli.array.op.Build;
import lazuli.array.op.Fast;
import lazuli.array.op.Node;
import lazuli.array.op.Quantisation;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/**
 * What models are made of: half types compute in f32, and the result is rounded once. None
 * computes.
 */
public abstract sealed class FastFunctions extends LinearFunctions permits CreationFunctions {
  FastFunctions() {}

  /**
   * A quantized matrix.
   *
   * @param codes u32 words that hold several codes each, the first in the lowest bits
   * @param scales one for each group of codes
   * @param biases one for each group of codes
   * @param group how many codes share a scale and a bias
   * @param bits of a code
   */
  public record Quantized(Array codes, Array scales, Array biases, int group, int bits) {}

  /**
   * {@return x over the root of its mean square along the last dimension}
   *
   * @param x the array
   * @param eps keeps the divisor from 0
   */
  public static Array rmsNorm(Array x, double eps) {
    return new Array(Fast.rmsNorm(x.node(), null, eps));
  }

  /**
   * {@return x over the root of its mean square along the last dimension, times a weight}
   *
   * @param x the array
   * @param weight of the size of the last dimension
   * @param eps keeps the divisor from 0
   */
  public static Array rmsNorm(Array x, Array weight, double eps) {
    return new Array(Fast.rmsNorm(x.node(), weight.node(), eps));
  }

  /**
   * {@return x minus its mean over its deviation along the last dimension}
   *
   * @param x the array
   * @param eps keeps the divisor from 0
   */
  public static Array layerNorm(Array x, double eps) {
    return new Array(Fast.layerNorm(x.node(), null, null, eps));
  }

  /**
   * {@return x minus its mean over its deviation along the last dimension, times a weight}
   *
   * @param x the array
   * @param weight of the size of the last dimension
   * @param eps keeps the divisor from 0
   */
  public static Array layerNorm(Array x, Array weight, double eps) {
    return new Array(Fast.layerNorm(x.node(), weight.node(), null, eps));
  }

  /**
   * {@return x minus its mean over its deviation along the last dimension, times a weight, plus a
   * bias}
   *
   * @param x the array
   * @param weight of the size of the last dimension
   * @param bias of the size of the last dimension
   * @param eps keeps the divisor from 0
   */
  public static Array layerNorm(Array x, Array weight, Array bias, double eps) {
    return new Array(Fast.layerNorm(x.node(), weight.node(), bias.node(), eps));
  }

  /**
   * {@return x with rotary positions from 0 on, base 10,000, halves paired}
   *
   * @param x [..., T, D]
   * @param dims how many features are turned
   */
  public static Array rope(Array x, int dims) {
    return rope(x, dims, false, 10_000, 1, 0);
  }

  /**
   * {@return x with rotary positions}
   *
   * @param x [..., T, D]
   * @param dims how many features are turned
   * @param traditional whether neighbours form a pair; otherwise the halves do
   * @param base of the frequencies
   * @param scale of the positions
   * @param offset the first position
   */
  public static Array rope(
      Array x, int dims, boolean traditional, double base, double scale, long offset) {
    Node first = Build.fill(DType.I32, Shape.SCALAR, offset);
    return new Array(Fast.rope(x.node(), dims, traditional, base, scale, first, null));
  }

  /**
   * {@return x with rotary positions}
   *
   * @param x [B, ..., T, D]
   * @param dims how many features are turned
   * @param traditional whether neighbours form a pair; otherwise the halves do
   * @param base of the frequencies
   * @param scale of the positions
   * @param offset the first position, an integer or one for each batch
   */
  public static Array rope(
      Array x, int dims, boolean traditional, double base, double scale, Array offset) {
    return new Array(Fast.rope(x.node(), dims, traditional, base, scale, offset.node(), null));
  }

  /**
   * {@return x with rotary positions of given frequencies}
   *
   * @param x [B, ..., T, D]
   * @param dims how many features are turned
   * @param traditional whether neighbours form a pair; otherwise the halves do
   * @param freqs one for each pair; angles are positions divided by them
   * @param scale of the positions
   * @param offset the first position, an integer or one for each batch
   */
  public static Array rope(
      Array x, int dims, boolean traditional, Array freqs, double scale, Array offset) {
    return new Array(Fast.rope(x.node(), dims, traditional, 0, scale, offset.node(), freqs.node()));
  }

  /**
   * {@return the array as codes of 4 bits in groups of 64}
   *
   * @param x [..., K] with K a multiple of 64
   */
  public static Quantized quantize(Array x) {
    return quantize(x, 64, 4);
  }

  /**
   * {@return the array as codes, with a scale and a bias for each group}
   *
   * @param x [..., K] with K a multiple of the group
   * @param group 32, 64 or 128
   * @param bits 4 or 8
   */
  public static Quantized quantize(Array x, int group, int bits) {
    List<Node> parts = Quantisation.quantize(x.node(), group, bits);
    return new Quantized(
        new Array(parts.get(0)), new Array(parts.get(1)), new Array(parts.get(2)), group, bits);
  }

  /**
   * {@return scale * code + bias, in the type of the scales}
   *
   * @param q what {@link #quantize} gave
   */
  public static Array dequantize(Quantized q) {
    return new Array(
        Quantisation.dequantize(q.codes.node(), q.scales.node(), q.biases.node(), q.group, q.bits));
  }

  /**
   * {@return x by the transpose of a quantized matrix: [..., M, K] by [N, K] is [..., M, N]}
   *
   * @param x a floating array
   * @param q what {@link #quantize} gave
   */
  public static Array quantizedMatmul(Array x, Quantized q) {
    return quantizedMatmul(x, q, true);
  }

  /**
   * {@return x by a quantized matrix, or by its transpose}
   *
   * @param x a floating array
   * @param q what {@link #quantize} gave
   * @param transpose whether q is [N, K]
   */
  public static Array quantizedMatmul(Array x, Quantized q, boolean transpose) {
    return new Array(
        Quantisation.matmul(
            x.node(),
            q.codes.node(),
            q.scales.node(),
            q.biases.node(),
            transpose,
            q.group,
            q.bits));
  }
}
