package lazuli.array.transform;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import lazuli.array.op.Aval;
import lazuli.array.op.Node;
import lazuli.array.op.Op;
import org.jspecify.annotations.Nullable;

/**
 * The graph that a function builds, with places for its operands and formulas for the numbers that
 * follow from their lengths. The formulas are found by running the function with other lengths: a
 * length with which it fails, builds another graph, or gives a number of no simple formula stays
 * fixed.
 */
public final class Shapeless {
  /**
   * What one run of the function built.
   *
   * @param places what stands for the operands
   * @param outputs the results
   */
  public record Graph(List<Node> places, List<Node> outputs) {
    /** The nodes that the outputs need besides the places, operands first. */
    List<Node> order() {
      Set<Node> known = new HashSet<>(places);
      List<Node> order = new ArrayList<>();
      for (Node output : outputs) {
        List<Node> more = Node.order(output, known);
        known.addAll(more);
        order.addAll(more);
      }
      return order;
    }
  }

  /** A node to make: one of the graph itself, or an operation whose numbers have formulas. */
  private record Step(Node node, @Nullable List<Formula> numbers, int[] inputs) {}

  private final Lengths lengths;
  private final List<Step> steps;
  private final int[] outputs;

  private Shapeless(Lengths lengths, List<Step> steps, int[] outputs) {
    this.lengths = lengths;
    this.steps = steps;
    this.outputs = outputs;
  }

  /**
   * {@return the graph of a function for any lengths}
   *
   * @param avals the operands of the first call
   * @param base what the function built for them
   * @param run runs the function for other operands
   */
  public static Shapeless of(List<Aval> avals, Graph base, Function<List<Aval>, Graph> run) {
    List<Long> fixed = new ArrayList<>();
    while (true) {
      Lengths lengths = Lengths.of(avals, fixed);
      Finding finding = new Finding(lengths, base, run);
      List<Step> steps = finding.steps();
      if (steps != null) {
        return new Shapeless(lengths, steps, finding.at(base, base.outputs()));
      }
      fixed.addAll(finding.bad);
    }
  }

  /** {@return the results for other operands, or null when these do not fit} Computes nothing. */
  public @Nullable List<Node> apply(List<Node> inputs) {
    List<Aval> avals = new ArrayList<>();
    for (Node in : inputs) {
      avals.add(in.aval());
    }
    long[] now = lengths.match(avals);
    if (now == null) {
      return null;
    }
    List<Node> made = new ArrayList<>(inputs);
    for (Step step : steps) {
      if (step.inputs.length == 0 && step.numbers == null) {
        made.add(step.node);
        continue;
      }
      Op op = step.node.op();
      if (step.numbers != null) {
        List<Number> numbers = new ArrayList<>();
        for (Formula formula : step.numbers) {
          Number n = formula.at(now);
          if (n == null) {
            return null;
          }
          numbers.add(n);
        }
        op = OpNumbers.with(op, numbers);
      }
      List<Node> operands = new ArrayList<>();
      for (int in : step.inputs) {
        operands.add(made.get(in));
      }
      made.add(Node.of(op, operands).because(step.node.origin()));
    }
    List<Node> results = new ArrayList<>();
    for (int output : outputs) {
      results.add(made.get(output));
    }
    return results;
  }

  /**
   * {@return the axes that may have other lengths, such as {@code x axis 0}}
   *
   * @param paths the names of the operands
   */
  public List<String> symbolic(List<String> paths) {
    return lengths.names(paths);
  }

  /** One try to find formulas for some symbols. */
  private static final class Finding {
    private final Lengths lengths;
    private final Graph base;
    private final Function<List<Aval>, Graph> run;
    private final List<Node> order;

    /** Lengths that turned out to be fixed. */
    private final Set<Long> bad = new HashSet<>();

    Finding(Lengths lengths, Graph base, Function<List<Aval>, Graph> run) {
      this.lengths = lengths;
      this.base = base;
      this.run = run;
      order = base.order();
    }

    @Nullable List<Step> steps() {
      int n = lengths.count();
      long[] first = lengths.values();
      long[] single = lengths.others(0);
      long[] all = lengths.others(1);
      List<List<Node>> traces = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        long[] one = first.clone();
        one[i] = single[i];
        List<Node> trace = trace(one);
        if (trace == null) {
          bad.add(first[i]);
        } else {
          traces.add(trace);
        }
      }
      List<Node> joint = n == 0 ? order : bad.isEmpty() ? trace(all) : null;
      if (joint == null) {
        if (bad.isEmpty()) {
          bad.add(first[n - 1]);
        }
        return null;
      }
      List<Step> steps = new ArrayList<>();
      for (int j = 0; j < order.size(); j++) {
        Node node = order.get(j);
        boolean same = joint.get(j) == node;
        List<Formula> formulas = same ? null : formulas(j, traces, joint, first, single, all);
        steps.add(new Step(node, formulas, same ? new int[0] : at(base, node.inputs())));
      }
      return bad.isEmpty() ? steps : null;
    }

    private @Nullable List<Formula> formulas(
        int at,
        List<List<Node>> traces,
        List<Node> joint,
        long[] first,
        long[] single,
        long[] all) {
      List<Number> numbers = OpNumbers.of(order.get(at).op()).numbers();
      List<List<Number>> others = new ArrayList<>();
      for (List<Node> trace : traces) {
        others.add(OpNumbers.of(trace.get(at).op()).numbers());
      }
      List<Number> last = OpNumbers.of(joint.get(at).op()).numbers();
      List<Formula> formulas = new ArrayList<>();
      boolean constant = true;
      for (int k = 0; k < numbers.size(); k++) {
        Number number = numbers.get(k);
        List<Number> alone = new ArrayList<>();
        for (List<Number> other : others) {
          alone.add(other.get(k));
        }
        constant &= last.get(k).equals(number) && alone.stream().allMatch(number::equals);
        Formula formula =
            Formula.of(new Formula.Seen(number, alone, last.get(k)), first, single, all);
        if (formula == null) {
          for (int i = 0; i < first.length; i++) {
            if (!alone.get(i).equals(number)) {
              bad.add(first[i]);
            }
          }
          if (bad.isEmpty()) {
            bad.add(first[first.length - 1]);
          }
          return null;
        }
        formulas.add(formula);
      }
      return constant ? null : formulas;
    }

    /** The nodes of a run with other lengths; null when it fails or builds another graph. */
    private @Nullable List<Node> trace(long... values) {
      Graph graph;
      try {
        graph = run.apply(lengths.with(values));
      } catch (RuntimeException e) {
        // The function does not take these lengths.
        return null;
      }
      List<Node> other = graph.order();
      if (other.size() != order.size()
          || !java.util.Arrays.equals(at(graph, graph.outputs()), at(base, base.outputs()))) {
        return null;
      }
      for (int j = 0; j < order.size(); j++) {
        Node a = order.get(j);
        Node b = other.get(j);
        boolean given = a.value() != null || b.value() != null;
        if (a != b
            && (given
                || !OpNumbers.of(a.op()).rest().equals(OpNumbers.of(b.op()).rest())
                || !java.util.Arrays.equals(at(base, a.inputs()), at(graph, b.inputs())))) {
          return null;
        }
      }
      return other;
    }

    private final Map<Graph, Map<Node, Integer>> places = new IdentityHashMap<>();

    /** The positions of nodes among the places and the nodes of a graph; -1 for any other. */
    int[] at(Graph graph, List<Node> nodes) {
      Map<Node, Integer> known =
          places.computeIfAbsent(
              graph,
              g -> {
                Map<Node, Integer> all = new IdentityHashMap<>();
                g.places().forEach(place -> all.put(place, all.size()));
                g.order().forEach(node -> all.put(node, all.size()));
                return all;
              });
      return nodes.stream().mapToInt(node -> known.getOrDefault(node, -1)).toArray();
    }
  }
}
