package lazuli.array.op;

import java.util.Arrays;
import java.util.List;
import lazuli.array.profile.Work;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * A factorisation of matrices, [..., m, n], with all its parts packed into the last dimension of
 * the result. Computed in float64 by a library of linear algebra and rounded once.
 *
 * @param row what is computed
 */
public record Factor(Factorisation row) implements Primitive {
  @Override
  public String label() {
    return row.label();
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    Shape in = inputs.getFirst().shape();
    long[] dims = Arrays.copyOf(in.dims(), in.rank() - 1);
    dims[dims.length - 1] = row.size(in.dim(-2), in.dim(-1));
    return inputs.getFirst().withShape(Shape.of(dims));
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    Aval in = inputs.getFirst();
    double side = Math.min(in.shape().dim(-1), in.shape().dim(-2));
    return Work.of(2 * side * in.shape().size(), (double) in.bytes() + output.bytes());
  }

  @Override
  public @Nullable Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    Node x = inputs.getFirst();
    long n = x.aval().shape().dim(-1);
    return switch (row) {
      case INVERSE -> {
        Node y = Movements.swapLast(Matrices.square(output, n));
        yield Build.neg(Build.matmul(Build.matmul(y, Matrices.square(d, n)), y));
      }
      case DETERMINANT -> {
        // d det = det * inv transposed; d log|det| = inv transposed; the sign is a step.
        Node inverse = Movements.swapLast(Matrices.inv(x));
        Node scale =
            Build.add(
                Build.mul(Matrices.element(d, 0), Matrices.element(output, 0)),
                Matrices.element(d, 2));
        yield Build.mul(inverse, Movements.expandDims(Movements.expandDims(scale, -1), -1));
      }
      case CHOLESKY -> Matrices.choleskyGradient(Matrices.square(output, n), Matrices.square(d, n));
      case EIGH -> Matrices.eighGradient(output, d, n);
      case QR, SVD -> Node.of(new FactorGradient(row), x, output, d);
    };
  }
}
