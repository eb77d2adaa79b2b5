package lazuli.array.op;

import java.util.List;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/**
 * Rotary positions: pairs of features are turned by an angle that grows with the position, which is
 * the last dimension but one. Operands: x, the first position as an integer (for all, or one for
 * each of the first dimension), and the frequencies if they are given. Computes in f32 or f64 and
 * rounds once.
 *
 * @param dims how many of the features are turned, even
 * @param traditional whether neighbours form a pair; otherwise the halves do
 * @param base the base of the frequencies, unless they are given
 * @param scale of the positions
 * @param given whether frequencies are given; angles are positions divided by them
 */
public record Rope(int dims, boolean traditional, double base, double scale, boolean given)
    implements Composite {
  @Override
  public String label() {
    return "rope";
  }

  @Override
  public List<String> operands() {
    return given ? List.of("x", "offset", "freqs") : List.of("x", "offset");
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return inputs.getFirst();
  }

  @Override
  public Node define(List<Node> inputs) {
    Node in = inputs.getFirst();
    Node x = Build.widened(in, "x");
    Shape shape = x.aval().shape();
    DType wide = x.aval().dtype();
    int last = shape.rank() - 1;
    int half = dims / 2;
    Node angles = angles(inputs, shape, wide);
    Node cos = Build.cos(angles);
    Node sin = Build.sin(angles);
    Node turned = Joining.range(x, last, 0, dims, 1);
    Node a;
    Node b;
    if (traditional) {
      Node pairs = Shapes.unflatten(turned, last, half, 2);
      a = Movements.squeeze(Joining.range(pairs, last + 1, 0, 1, 1), last + 1);
      b = Movements.squeeze(Joining.range(pairs, last + 1, 1, 1, 1), last + 1);
    } else {
      a = Joining.range(turned, last, 0, half, 1);
      b = Joining.range(turned, last, half, half, 1);
    }
    Node one = Build.sub(Build.mul(a, cos), Build.mul(b, sin));
    Node two = Build.add(Build.mul(a, sin), Build.mul(b, cos));
    Node out;
    if (traditional) {
      Node pairs = Joining.stack(-1, List.of(one, two));
      out = Shapes.flatten(pairs, last, last + 1);
      if (dims < shape.dim(last)) {
        Node rest = Joining.range(x, last, dims, shape.dim(last) - dims, 1);
        out = Joining.concatenate(last, List.of(out, rest));
      }
    } else if (dims < shape.dim(last)) {
      Node rest = Joining.range(x, last, dims, shape.dim(last) - dims, 1);
      out = Joining.concatenate(last, List.of(one, two, rest));
    } else {
      out = Joining.concatenate(last, List.of(one, two));
    }
    return Build.narrowed(out, in.aval().dtype());
  }

  /** {@return position over frequency, [T, dims / 2], or with the first dimension of x before} */
  private Node angles(List<Node> inputs, Shape shape, DType wide) {
    Node offset = inputs.get(1);
    Node place = Build.arange(DType.I32, 0, shape.dim(-2), 1);
    if (offset.aval().shape().rank() == 1 && offset.aval().shape().dim(0) > 1) {
      long[] dims = new long[shape.rank() - 1];
      java.util.Arrays.fill(dims, 1);
      dims[0] = shape.dim(0);
      offset = Movements.reshape(offset, dims);
    } else {
      offset = Movements.reshape(offset, Shape.SCALAR);
    }
    Node position = Build.promote(Build.add(place, offset), wide, "offset");
    position = Movements.expandDims(Build.mul(position, Build.scalar(position, scale)), -1);
    if (given) {
      return Build.div(position, Build.promote(inputs.get(2), wide, "freqs"));
    }
    Node exponent = Build.arange(wide, 0, dims / 2, 1);
    Node power = Build.mul(exponent, Build.scalar(exponent, -2 * Math.log(base) / dims));
    return Build.mul(position, Build.exp(power));
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    return Work.of(
        3.0 * output.shape().size() / shape(output) * dims,
        (double) inputs.getFirst().bytes() + output.bytes());
  }

  private static long shape(Aval output) {
    return Math.max(1, output.shape().dim(-1));
  }
}
