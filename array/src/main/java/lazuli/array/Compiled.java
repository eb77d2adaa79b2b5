package lazuli.array;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import lazuli.array.op.Aval;
import lazuli.array.op.Node;
import lazuli.array.transform.Template;
import lazuli.array.transform.Tree;
import org.jspecify.annotations.Nullable;

/**
 * A function that runs once for each kind of its arguments; later calls only fill in its graph. The
 * kind is the shape and type of each array and the value of everything else. Made by {@code
 * compile}.
 *
 * <p>Fusion and the reuse of plans need no compile: every evaluation has them. What is saved is the
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
  private final Map<Kind, Traced<R>> known = new LinkedHashMap<>(16, 0.75f, true);
  private final List<String> log = new ArrayList<>();
  private @Nullable Kind last;

  private record Kind(List<String> paths, List<Aval> avals, List<Tree.Constant> constants) {}

  private record Traced<R>(Template template, Tree<Array, R> form) {}

  Compiled(Function<P, R> function) {
    this.function = function;
  }

  /** {@return the function's result for these arguments, not yet computed} */
  @Override
  public R apply(P argument) {
    Tree<Array, P> tree = Tree.of("compile", Array.class, argument);
    List<Node> nodes = new ArrayList<>();
    List<Aval> avals = new ArrayList<>();
    for (Array leaf : tree.leaves()) {
      nodes.add(leaf.node());
      avals.add(leaf.node().aval());
    }
    Kind kind = new Kind(tree.paths(), avals, tree.constants());
    Traced<R> traced;
    synchronized (known) {
      traced = known.get(kind);
    }
    if (traced == null) {
      traced = trace(tree, avals);
      synchronized (known) {
        if (log.size() < MOST_LINES) {
          log.add(reason(kind, last));
        }
        known.put(kind, traced);
        if (known.size() > MOST) {
          known.remove(known.keySet().iterator().next());
        }
      }
    }
    synchronized (known) {
      last = kind;
    }
    return traced.form().with(arrays(traced.template().apply(nodes)));
  }

  private Traced<R> trace(Tree<Array, P> tree, List<Aval> avals) {
    List<Node> places = Template.places(avals);
    R result = function.apply(tree.with(arrays(places)));
    Tree<Array, R> form = Tree.of("compile, of the function's result,", Array.class, result);
    List<Node> outputs = new ArrayList<>();
    for (Array leaf : form.leaves()) {
      outputs.add(leaf.node());
    }
    return new Traced<>(Template.of(places, outputs), form);
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
    int constants = Math.min(kind.constants().size(), before.constants().size());
    for (int i = 0; i < constants; i++) {
      Tree.Constant now = kind.constants().get(i);
      Tree.Constant then = before.constants().get(i);
      if (!now.equals(then)) {
        changes.add(
            now.path()
                + " changed from "
                + Objects.toString(then.value())
                + " to "
                + Objects.toString(now.value()));
      }
    }
    return changes.isEmpty()
        ? "forgotten: more than " + MOST + " kinds"
        : String.join("; ", changes);
  }

  /**
   * {@return why the function ran, once for each time, such as "x changed from f32[3] to f32[4]"}
   */
  public List<String> recompiles() {
    synchronized (known) {
      return List.copyOf(log);
    }
  }
}
