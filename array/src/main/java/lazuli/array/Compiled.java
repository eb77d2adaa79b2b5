package lazuli.array;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import lazuli.array.op.Aval;
import lazuli.array.op.Node;
import lazuli.array.transform.Shapeless;
import lazuli.array.transform.Template;
import lazuli.array.transform.Tree;
import org.jspecify.annotations.Nullable;

/**
 * A function that runs once for each kind of its arguments; later calls only fill in its graph. The
 * kind is the shape and type of each array and the value of everything else but numbers; with
 * {@link CompileOption#SHAPELESS} most lengths are no part of it. Made by {@code compile}.
 *
 * <p>Another number in the argument, such as a rate or a random key, makes the function's Java code
 * run again, since it may decide by it; the plan is the one before, in which it is a parameter.
 *
 * <p>Fusion and the reuse of plans need no compile: every evaluation has them, and a graph that
 * differs from an earlier one in its lengths alone takes over that one's plan. What is saved is the
 * function's own Java code. Arrays that the function captures are constants: their values at the
 * first call count. Mutable: the graphs so far, one lock.
 *
 * @param <P> the argument: an array, or a record, list, map or Java array that holds some
 * @param <R> the result, of such a form
 */
public final class Compiled<P, R> implements Function<P, R> {
  private static final int MOST = 64;
  private static final int MOST_LINES = 1000;

  private final Function<P, R> function;
  private final Set<CompileOption> options;
  private final Map<Kind, Traced<R>> known = new LinkedHashMap<>(16, 0.75f, true);
  private final List<Unshaped<R>> shapeless = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private @Nullable Kind last;

  private record Kind(List<String> paths, List<Aval> avals, List<Tree.Constant> constants) {
    private boolean hasFormOf(Kind other) {
      return paths.equals(other.paths) && constants.equals(other.constants);
    }
  }

  /** A call: its kind, and the numbers in it. */
  private record Call<P>(
      Tree<Array, P> tree, Kind kind, List<Tree.Constant> numbers, List<Node> nodes) {
    private static <P> Call<P> of(P argument) {
      Tree<Array, P> tree = Tree.of("compile", Array.class, argument);
      List<Node> nodes = new ArrayList<>();
      List<Aval> avals = new ArrayList<>();
      for (Array leaf : tree.leaves()) {
        nodes.add(leaf.node());
        avals.add(leaf.node().aval());
      }
      List<Tree.Constant> numbers = new ArrayList<>();
      List<Tree.Constant> others = new ArrayList<>();
      for (Tree.Constant constant : tree.constants()) {
        (constant.value() instanceof Number ? numbers : others).add(constant);
      }
      return new Call<>(tree, new Kind(tree.paths(), avals, others), numbers, nodes);
    }
  }

  private record Traced<R>(List<Tree.Constant> numbers, Template template, Tree<Array, R> form) {}

  private record Unshaped<R>(
      Kind kind, List<Tree.Constant> numbers, Shapeless graph, Tree<Array, R> form) {}

  private record Ran<R>(Shapeless.Graph graph, Tree<Array, R> form) {
    private Template template() {
      return Template.of(graph.places(), graph.outputs());
    }
  }

  Compiled(Function<P, R> function, CompileOption... options) {
    this.function = function;
    this.options = Set.copyOf(List.of(options));
  }

  /** {@return the function's result for these arguments, not yet computed} */
  @Override
  public R apply(P argument) {
    Call<P> call = Call.of(argument);
    R result = options.contains(CompileOption.SHAPELESS) ? withoutShape(call) : withShape(call);
    synchronized (known) {
      last = call.kind();
    }
    return result;
  }

  private R withShape(Call<P> call) {
    Traced<R> traced;
    synchronized (known) {
      traced = known.get(call.kind());
    }
    if (traced == null || !traced.numbers().equals(call.numbers())) {
      Ran<R> ran = run(call.tree(), call.kind().avals());
      Traced<R> next = new Traced<>(call.numbers(), ran.template(), ran.form());
      synchronized (known) {
        if (traced == null) {
          log(reason(call.kind(), last));
        } else if (!traced.template().hasPlanOf(next.template())) {
          log(changes(call.numbers(), traced.numbers()));
        }
        known.put(call.kind(), next);
        if (known.size() > MOST) {
          known.remove(known.keySet().iterator().next());
        }
      }
      traced = next;
    }
    return traced.form().with(arrays(traced.template().apply(call.nodes())));
  }

  private R withoutShape(Call<P> call) {
    List<Unshaped<R>> before;
    synchronized (known) {
      before = List.copyOf(shapeless);
    }
    for (Unshaped<R> one : before) {
      if (one.kind().hasFormOf(call.kind())) {
        List<Node> results = one.graph().apply(call.nodes());
        if (results != null && one.numbers().equals(call.numbers())) {
          return one.form().with(arrays(results));
        } else if (results != null) {
          Ran<R> ran = run(call.tree(), call.kind().avals());
          return ran.form().with(arrays(ran.template().apply(call.nodes())));
        }
      }
    }
    Kind kind = call.kind();
    Ran<R> ran = run(call.tree(), kind.avals());
    Shapeless graph =
        Shapeless.of(kind.avals(), ran.graph(), other -> run(call.tree(), other).graph());
    synchronized (known) {
      List<String> symbolic = graph.symbolic(kind.paths());
      log(
          reason(kind, last)
              + (symbolic.isEmpty()
                  ? "; no length may change"
                  : "; lengths that may change: " + String.join(", ", symbolic)));
      shapeless.addFirst(new Unshaped<>(kind, call.numbers(), graph, ran.form()));
      if (shapeless.size() > MOST) {
        shapeless.removeLast();
      }
    }
    return ran.form().with(arrays(ran.template().apply(call.nodes())));
  }

  private Ran<R> run(Tree<Array, P> tree, List<Aval> avals) {
    List<Node> places = Template.places(avals);
    R result = function.apply(tree.with(arrays(places)));
    Tree<Array, R> form = Tree.of("compile, of the function's result,", Array.class, result);
    List<Node> outputs = new ArrayList<>();
    for (Array leaf : form.leaves()) {
      outputs.add(leaf.node());
    }
    if (options.contains(CompileOption.REPLACE_ATTENTION)) {
      outputs = HandAttention.replaced(places, outputs);
    }
    return new Ran<>(new Shapeless.Graph(places, outputs), form);
  }

  private void log(String line) {
    if (log.size() < MOST_LINES) {
      log.add(line);
    }
  }

  private static List<Array> arrays(List<Node> nodes) {
    List<Array> arrays = new ArrayList<>();
    for (Node node : nodes) {
      arrays.add(new Array(node));
    }
    return arrays;
  }

  private static String reason(Kind kind, @Nullable Kind before) {
    if (before == null) {
      return "first call";
    }
    if (!kind.paths().equals(before.paths())) {
      return "the form changed: arrays at " + before.paths() + ", now at " + kind.paths();
    }
    List<String> changes = new ArrayList<>();
    for (int i = 0; i < kind.avals().size(); i++) {
      if (!kind.avals().get(i).equals(before.avals().get(i))) {
        changes.add(
            kind.paths().get(i)
                + " changed from "
                + before.avals().get(i)
                + " to "
                + kind.avals().get(i));
      }
    }
    String others = changes(kind.constants(), before.constants());
    if (!others.isEmpty()) {
      changes.add(others);
    }
    return changes.isEmpty()
        ? "forgotten: more than " + MOST + " kinds"
        : String.join("; ", changes);
  }

  private static String changes(List<Tree.Constant> now, List<Tree.Constant> before) {
    List<String> changes = new ArrayList<>();
    for (int i = 0; i < Math.min(now.size(), before.size()); i++) {
      if (!now.get(i).equals(before.get(i))) {
        changes.add(
            now.get(i).path()
                + " changed from "
                + Objects.toString(before.get(i).value())
                + " to "
                + Objects.toString(now.get(i).value()));
      }
    }
    return String.join("; ", changes);
  }

  /**
   * {@return why there is another graph, once for each, such as "x changed from f32[3] to f32[4]"}
   * Runs that only look for lengths that may change, and those for another number that lead to the
   * same operations, are not listed.
   */
  public List<String> recompiles() {
    synchronized (known) {
      return List.copyOf(log);
    }
  }
}
