package lazuli.array.op;

import java.util.List;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;

/**
 * The index of the largest or smallest element along one dimension, which stays with size 1; the
 * first of equals; the first NaN when there is one. Gives i32.
 *
 * @param largest whether the largest is wanted
 * @param axis the dimension, from 0
 */
public record ArgReduce(boolean largest, int axis) implements Primitive {
  @Override
  public String label() {
    return largest ? "argmax" : "argmin";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    Aval in = inputs.getFirst();
    return in.withShape(Axes.of(axis).kept(in.shape())).withDType(DType.I32);
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    Aval in = inputs.getFirst();
    return Work.of(in.shape().size(), (double) in.bytes() + output.bytes());
  }
}
