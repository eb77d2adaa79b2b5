package lazuli.array.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import lazuli.array.op.Build;
import lazuli.array.op.Node;
import lazuli.array.op.Tracing;
import lazuli.array.type.ArrayException;
import org.jspecify.annotations.Nullable;

/**
 * The value of a loss and its gradient with respect to some parameters.
 *
 * @param value the loss
 * @param gradients one for each parameter, of its shape and type
 */
public record Grad(Node value, List<Node> gradients) {
  /**
   * {@return the loss and its gradients} Computes nothing by itself.
   *
   * @param name the transform, for errors
   * @param parameters what to differentiate with respect to
   * @param paths the parameters' names, for errors
   * @param loss makes the loss of nodes that stand for the parameters
   * @throws ArrayException if a parameter is not floating, or the loss is not one floating number
   *     that depends on a parameter
   */
  public static Grad of(
      String name,
      List<Node> parameters,
      List<String> paths,
      Function<List<Node>, @Nullable Node> loss) {
    for (int i = 0; i < parameters.size(); i++) {
      check(name, parameters.get(i), paths.get(i));
    }
    try (Tracing tracing = Tracing.open()) {
      List<Node> traced = new ArrayList<>();
      for (Node parameter : parameters) {
        traced.add(tracing.stand(parameter));
      }
      Node value = tracing.call(() -> loss.apply(traced));
      Node result = scalar(name, value);
      Node seed = Build.fill(result.aval().dtype(), result.aval().shape(), 1.0);
      List<@Nullable Node> found = Backward.of(result, seed, traced);
      List<Node> gradients = new ArrayList<>();
      boolean reached = false;
      for (int i = 0; i < found.size(); i++) {
        Node gradient = found.get(i);
        reached |= gradient != null;
        Node parameter = parameters.get(i);
        gradients.add(
            gradient == null
                ? Build.fill(parameter.aval().dtype(), parameter.aval().shape(), 0.0)
                : gradient);
      }
      if (!reached) {
        throw new ArrayException(
            name + " was given a function whose result does not depend on its parameters",
            "a result computed from them by array operations",
            "keep values in arrays: item() and toFloatArray() leave the graph, stopGradient and"
                + " conversions to integers end it");
      }
      return new Grad(result, gradients);
    }
  }

  private static void check(String name, Node parameter, String path) {
    if (!parameter.aval().dtype().isFloat()) {
      throw new ArrayException(
          name + " was given the parameter " + path + " of type " + parameter.aval(),
          "parameters of a floating type: f16, bf16, f32 or f64",
          "convert it, such as x.astype(F32), or keep it out of the parameters: capture it in the"
              + " function");
    }
  }

  private static Node scalar(String name, @Nullable Node value) {
    if (value == null) {
      throw new ArrayException(
          name + " was given a function that returned null",
          "a function that returns its loss, an array of one element",
          "return the loss");
    }
    if (value.aval().shape().size() != 1) {
      throw new ArrayException(
          name + " was given a function that returned " + value.aval(),
          "one number, since the gradient says how that number changes",
          "reduce it, such as loss.mean() or loss.sum()");
    }
    if (!value.aval().dtype().isFloat()) {
      throw new ArrayException(
          name + " was given a function that returned " + value.aval(),
          "a floating type, since integers do not change smoothly",
          "compute the loss in floating numbers, such as x.astype(F32)");
    }
    return value;
  }
}
