package lazuli.array.transform;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import lazuli.array.op.Aval;
import lazuli.array.op.Fill;
import lazuli.array.op.Node;
import lazuli.array.op.Random;
import lazuli.array.op.Source;

/**
 * The graph that a function builds, with places for its operands: made once, filled in at each call
 * without running the function.
 */
public final class Template {
  private final List<Node> places;
  private final List<Node> order;
  private final List<Node> outputs;

  private Template(List<Node> places, List<Node> order, List<Node> outputs) {
    this.places = places;
    this.order = order;
    this.outputs = outputs;
  }

  /**
   * {@return nodes that stand for operands; they have no value, and asking for one is an error}
   *
   * @param avals what is known of the operands
   */
  public static List<Node> places(List<Aval> avals) {
    List<Node> places = new ArrayList<>();
    for (Aval aval : avals) {
      places.add(Node.of(new Source(aval)));
    }
    return places;
  }

  /**
   * {@return the graph of some results}
   *
   * @param places what {@link #places} gave
   * @param outputs the results
   */
  public static Template of(List<Node> places, List<Node> outputs) {
    Map<Node, Node> depend = new IdentityHashMap<>();
    for (Node place : places) {
      depend.put(place, place);
    }
    List<Node> order = new ArrayList<>();
    for (Node output : outputs) {
      for (Node node : Node.order(output, new HashSet<>(depend.keySet()))) {
        if (node.inputs().stream().anyMatch(depend::containsKey)) {
          depend.put(node, node);
          order.add(node);
        }
      }
    }
    return new Template(List.copyOf(places), order, List.copyOf(outputs));
  }

  /**
   * {@return whether another graph has the same operations, so that one plan serves both: only the
   * values of scalars and random keys differ}
   *
   * @param other the other graph
   */
  public boolean hasPlanOf(Template other) {
    List<Node> mine = new Shapeless.Graph(places, outputs).order();
    List<Node> its = new Shapeless.Graph(other.places, other.outputs).order();
    boolean same = mine.size() == its.size();
    for (int i = 0; same && i < mine.size(); i++) {
      Node a = mine.get(i);
      Node b = its.get(i);
      boolean parameter = a.op() instanceof Fill || a.op() instanceof Random;
      same =
          a.aval().equals(b.aval())
              && (parameter ? a.op().label().equals(b.op().label()) : a.op().equals(b.op()));
    }
    return same;
  }

  /**
   * {@return the results for other operands of the same kinds} Computes nothing.
   *
   * @param inputs the operands
   */
  public List<Node> apply(List<Node> inputs) {
    Map<Node, Node> now = new IdentityHashMap<>();
    for (int i = 0; i < places.size(); i++) {
      now.put(places.get(i), inputs.get(i));
    }
    for (Node node : order) {
      List<Node> operands = new ArrayList<>();
      for (Node in : node.inputs()) {
        operands.add(now.getOrDefault(in, in));
      }
      now.put(node, Node.of(node.op(), operands).because(node.origin()));
    }
    List<Node> results = new ArrayList<>();
    for (Node output : outputs) {
      results.add(now.getOrDefault(output, output));
    }
    return results;
  }
}
