package lazuli.array.op;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.type.ArrayException;
import lazuli.array.type.Promotion;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/** Checks the operands of the composites that models are made of. */
public final class Fast {
  private Fast() {}

  /** {@return the rmsNorm of x along its last dimension} */
  public static Node rmsNorm(Node x, @Nullable Node weight, double eps) {
    List<Node> operands = normal("rmsNorm", x, weight, null);
    return Build.composite(new RmsNorm(eps, weight != null), operands.toArray(Node[]::new));
  }

  /** {@return the layerNorm of x along its last dimension} */
  public static Node layerNorm(Node x, @Nullable Node weight, @Nullable Node bias, double eps) {
    List<Node> operands = normal("layerNorm", x, weight, bias);
    return Build.composite(
        new LayerNorm(eps, weight != null, bias != null), operands.toArray(Node[]::new));
  }

  private static List<Node> normal(String op, Node x, @Nullable Node weight, @Nullable Node bias) {
    Aval in = x.aval();
    if (in.shape().rank() < 1 || in.shape().dim(-1) == 0) {
      throw new ArrayException(
          op + " was given " + in, "at least one dimension, with elements", "reshape x first");
    }
    List<Node> operands = new ArrayList<>();
    operands.add(Build.promote(x, Promotion.lifted(in.dtype()), "x"));
    for (Node other : new @Nullable Node[] {weight, bias}) {
      if (other == null) {
        continue;
      }
      if (!other.aval().shape().equals(Shape.of(in.shape().dim(-1)))
          || !other.aval().dtype().isFloat()) {
        throw new ArrayException(
            op + " was given x " + in + " and a weight or bias " + other.aval(),
            "weight and bias of a floating type and shape [" + in.shape().dim(-1) + "]",
            "reshape or cast it");
      }
      operands.add(other);
    }
    return operands;
  }

  /** {@return x with rotary positions} */
  public static Node rope(
      Node x,
      int dims,
      boolean traditional,
      double base,
      double scale,
      Node offset,
      @Nullable Node freqs) {
    Aval in = x.aval();
    if (in.shape().rank() < 3 || !in.dtype().isFloat()) {
      throw new ArrayException(
          "rope was given " + in,
          "a floating type and at least three dimensions: [..., T, D]",
          "use expandDims(0) for a single sequence");
    }
    if (dims <= 0 || dims % 2 != 0 || dims > in.shape().dim(-1)) {
      throw new ArrayException(
          "rope was given dims " + dims + " for " + in,
          "an even number from 2 to " + in.shape().dim(-1),
          "use the head dimension");
    }
    Shape places = offset.aval().shape();
    boolean whole = !offset.aval().dtype().isFloat();
    boolean fits =
        places.rank() == 0
            || (places.rank() == 1 && (places.dim(0) == 1 || places.dim(0) == in.shape().dim(0)));
    if (!whole || !fits) {
      throw new ArrayException(
          "rope was given the offset " + offset.aval() + " for " + in,
          "an integer, or one for each of the " + in.shape().dim(0) + " batches",
          "use positions that have been seen, such as cache.length()");
    }
    if (freqs != null && !freqs.aval().shape().equals(Shape.of(dims / 2))) {
      throw new ArrayException(
          "rope was given frequencies " + freqs.aval() + " for dims " + dims,
          "shape [" + dims / 2 + "]",
          "pass one frequency for each pair");
    }
    Rope op = new Rope(dims, traditional, base, scale, freqs != null);
    Node integers = Build.promote(offset, lazuli.array.type.DType.I32, "offset");
    return freqs == null
        ? Build.composite(op, x, integers)
        : Build.composite(op, x, integers, freqs);
  }
}
