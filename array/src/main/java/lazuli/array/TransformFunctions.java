package lazuli.array;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import lazuli.array.op.Detach;
import lazuli.array.op.Node;
import lazuli.array.transform.Grad;
import lazuli.array.transform.Tree;

/**
 * Functions of functions, and what belongs to them; {@link Lazuli} inherits them. None computes.
 *
 * <p>Parameters may be an {@link Array}, or a record, list, map or Java array that holds arrays,
 * nested as one likes; other components stay as they are. Lambdas over arrays need no types: {@code
 * grad(x -> x.square().sum())}; over records they name it: {@code grad((Params p) -> loss(p))}.
 */
@SuppressWarnings("overloads") // a lambda with types means the general form, one without an array
public abstract sealed class TransformFunctions extends MemoryFunctions permits JavaArrays {
  /** The option of {@code compile} that lengths of dimensions may change. */
  public static final CompileOption SHAPELESS = CompileOption.SHAPELESS;

  /** The option of {@code compile} that attention written by hand becomes {@code sdpa}. */
  public static final CompileOption REPLACE_ATTENTION = CompileOption.REPLACE_ATTENTION;

  TransformFunctions() {}

  /**
   * A loss and its gradient.
   *
   * @param value the loss, not yet computed
   * @param grad the gradients in the form of the parameters, not yet computed
   * @param <P> the form of the parameters
   */
  public record ValueAndGrad<P>(Array value, P grad) {}

  /**
   * {@return the gradient of a function of one array}
   *
   * @param loss gives one floating number
   */
  public static UnaryOperator<Array> grad(UnaryOperator<Array> loss) {
    return x -> differentiate("grad", x, loss).grad();
  }

  /**
   * {@return the gradient of a function of parameters, in their form}
   *
   * @param loss gives one floating number
   * @param <P> the form of the parameters
   */
  public static <P> Function<P, P> grad(Function<P, Array> loss) {
    return parameters -> differentiate("grad", parameters, loss).grad();
  }

  /**
   * {@return the gradient of a function of two arrays with respect to the first}
   *
   * @param loss gives one floating number
   */
  public static BinaryOperator<Array> grad(BinaryOperator<Array> loss) {
    return (x, y) -> differentiate("grad", x, p -> loss.apply(p, y)).grad();
  }

  /**
   * {@return the gradient of a function of parameters and data with respect to the parameters}
   *
   * @param loss gives one floating number
   * @param <P> the form of the parameters
   * @param <D> the data
   */
  public static <P, D> BiFunction<P, D, P> grad(BiFunction<P, D, Array> loss) {
    return (parameters, data) -> differentiate("grad", parameters, p -> loss.apply(p, data)).grad();
  }

  /**
   * {@return a function's value and its gradient}
   *
   * @param loss gives one floating number
   */
  public static Function<Array, ValueAndGrad<Array>> valueAndGrad(UnaryOperator<Array> loss) {
    return x -> differentiate("valueAndGrad", x, loss);
  }

  /**
   * {@return a function's value and its gradient, in the form of its parameters}
   *
   * @param loss gives one floating number
   * @param <P> the form of the parameters
   */
  public static <P> Function<P, ValueAndGrad<P>> valueAndGrad(Function<P, Array> loss) {
    return parameters -> differentiate("valueAndGrad", parameters, loss);
  }

  /**
   * {@return the value of a function of two arrays, and its gradient with respect to the first}
   *
   * @param loss gives one floating number
   */
  public static BiFunction<Array, Array, ValueAndGrad<Array>> valueAndGrad(
      BinaryOperator<Array> loss) {
    return (x, y) -> differentiate("valueAndGrad", x, p -> loss.apply(p, y));
  }

  /**
   * {@return the value of a function of parameters and data, and its gradient with respect to the
   * parameters}
   *
   * @param loss gives one floating number
   * @param <P> the form of the parameters
   * @param <D> the data
   */
  public static <P, D> BiFunction<P, D, ValueAndGrad<P>> valueAndGrad(
      BiFunction<P, D, Array> loss) {
    return (parameters, data) ->
        differentiate("valueAndGrad", parameters, p -> loss.apply(p, data));
  }

  /**
   * {@return the function, which runs once for each kind of argument; later calls fill in its
   * graph}
   *
   * @param function of one array
   * @param options such as {@link CompileOption#SHAPELESS}
   */
  public static Compiled<Array, Array> compile(
      UnaryOperator<Array> function, CompileOption... options) {
    return new Compiled<>(function, options);
  }

  /**
   * {@return the function, which runs once for each kind of argument; later calls fill in its
   * graph}
   *
   * @param function of arrays in any form, such as a record
   * @param options such as {@link CompileOption#SHAPELESS}
   * @param <P> the argument
   * @param <R> the result
   */
  public static <P, R> Compiled<P, R> compile(Function<P, R> function, CompileOption... options) {
    return new Compiled<>(function, options);
  }

  /**
   * {@return the function, which runs once for each kind of arguments; later calls fill in its
   * graph}
   *
   * @param function of two arrays
   * @param options such as {@link CompileOption#SHAPELESS}
   */
  public static BinaryOperator<Array> compile(
      BinaryOperator<Array> function, CompileOption... options) {
    Compiled<List<Array>, Array> compiled =
        new Compiled<>(both -> function.apply(both.get(0), both.get(1)), options);
    return (x, y) -> compiled.apply(List.of(x, y));
  }

  /**
   * {@return the same values, through which no gradient flows}
   *
   * @param x the operand
   */
  public static Array stopGradient(Array x) {
    return new Array(Node.of(new Detach(), x.node()));
  }

  /**
   * {@return parameters in the same form, each array replaced}
   *
   * @param f gives the replacement
   * @param tree the parameters
   * @param <P> their form
   */
  public static <P> P treeMap(UnaryOperator<Array> f, P tree) {
    Tree<Array, P> from = Tree.of("treeMap", Array.class, tree);
    List<Array> out = new ArrayList<>();
    for (Array leaf : from.leaves()) {
      out.add(f.apply(leaf));
    }
    return from.with(out);
  }

  /**
   * {@return parameters in the same form, each pair of arrays joined} A step of gradient descent is
   * {@code treeMap((p, g) -> p.sub(g.mul(rate)), params, grads)}.
   *
   * @param f joins two arrays
   * @param first parameters
   * @param second parameters of the same form
   * @param <P> their form
   */
  public static <P> P treeMap(BinaryOperator<Array> f, P first, P second) {
    Tree<Array, P> a = Tree.of("treeMap", Array.class, first);
    Tree<Array, P> b = Tree.of("treeMap", Array.class, second);
    a.checkAlike("treeMap", b);
    List<Array> out = new ArrayList<>();
    for (int i = 0; i < a.leaves().size(); i++) {
      out.add(f.apply(a.leaves().get(i), b.leaves().get(i)));
    }
    return a.with(out);
  }

  /**
   * {@return the arrays of parameters, in the order of their components}
   *
   * @param tree the parameters
   */
  public static List<Array> treeLeaves(Object tree) {
    return Tree.of("treeLeaves", Array.class, tree).leaves();
  }

  private static <P> ValueAndGrad<P> differentiate(
      String name, P parameters, Function<P, Array> loss) {
    Tree<Array, P> tree = Tree.of(name, Array.class, parameters);
    Grad grad =
        Grad.of(
            name,
            nodes(tree.leaves()),
            tree.paths(),
            traced -> {
              Array result = loss.apply(tree.with(arrays(traced)));
              return result == null ? null : result.node();
            });
    return new ValueAndGrad<>(new Array(grad.value()), tree.with(arrays(grad.gradients())));
  }

  private static List<Node> nodes(List<Array> arrays) {
    List<Node> nodes = new ArrayList<>();
    for (Array array : arrays) {
      nodes.add(array.node());
    }
    return nodes;
  }

  private static List<Array> arrays(List<Node> nodes) {
    List<Array> arrays = new ArrayList<>();
    for (Node node : nodes) {
      arrays.add(new Array(node));
    }
    return arrays;
  }
}
