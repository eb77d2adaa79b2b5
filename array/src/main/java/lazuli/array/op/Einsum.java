package lazuli.array.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import lazuli.array.type.ArrayException;
import lazuli.array.type.Promotion;
import lazuli.array.type.Shape;

/**
 * Sums of products named by letters: operands are contracted pair by pair, as matrix products, in
 * the order that needs the fewest operations.
 */
public final class Einsum {
  /** More operands are ordered greedily. */
  private static final int EXHAUSTIVE = 6;

  private final EinsumText text;
  private final Map<Integer, Long> sizes;

  private Einsum(EinsumText text, Map<Integer, Long> sizes) {
    this.text = text;
    this.sizes = sizes;
  }

  /**
   * One contraction of a path.
   *
   * @param left the position of the one operand in the list that remains
   * @param right the position of the other; the result goes to the end of the list
   * @param subscripts the contraction as einsum text
   * @param flops its multiplications and additions
   */
  public record Step(int left, int right, String subscripts, double flops) {}

  /**
   * In which order an einsum is computed.
   *
   * @param subscripts the text
   * @param steps its contractions
   * @param flops the operations of all steps
   * @param naive the operations of one loop over all letters
   */
  public record Path(String subscripts, List<Step> steps, double flops, double naive) {
    @Override
    public String toString() {
      StringBuilder out = new StringBuilder("einsum " + subscripts);
      for (Step step : steps) {
        out.append(
            "\n  operands %d, %d  %-24s %,.0f flops"
                .formatted(step.left, step.right, step.subscripts, step.flops));
      }
      out.append(
          "\n  in all %,.0f flops; one loop over all letters: %,.0f".formatted(flops, naive));
      return out.toString();
    }
  }

  /** An operand and the letters of its dimensions. */
  private record Term(Node node, List<Integer> labels) {}

  private static Einsum parse(String subscripts, List<Node> operands) {
    EinsumText text = EinsumText.parse(subscripts, operands.size());
    List<Shape> shapes = new ArrayList<>();
    for (Node x : operands) {
      shapes.add(x.aval().shape());
    }
    EinsumText bound = text.bind(shapes);
    return new Einsum(bound, bound.sizes(shapes));
  }

  /** {@return the order of contraction; computes nothing} */
  public static Path path(String subscripts, List<Node> operands) {
    Einsum einsum = parse(subscripts, operands);
    List<List<Integer>> terms = new ArrayList<>();
    for (List<Integer> term : einsum.text.terms()) {
      terms.add(term.stream().distinct().toList());
    }
    List<Step> steps = einsum.best(terms, operands.size() <= EXHAUSTIVE);
    double naive = operands.size();
    for (long size : einsum.sizes.values()) {
      naive *= size;
    }
    return new Path(subscripts, steps, steps.stream().mapToDouble(Step::flops).sum(), naive);
  }

  /** {@return the einsum of the operands} */
  public static Node of(String subscripts, List<Node> operands) {
    Einsum einsum = parse(subscripts, operands);
    List<Term> terms = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      terms.add(einsum.prepared(operands.get(i), einsum.text.terms().get(i)));
    }
    List<List<Integer>> labels = new ArrayList<>();
    terms.forEach(t -> labels.add(t.labels));
    for (Step step : einsum.best(labels, terms.size() <= EXHAUSTIVE)) {
      Term right = terms.remove(step.right);
      Term left = terms.remove(step.left);
      terms.add(einsum.contract(left, right, einsum.needed(terms)));
    }
    Term last = einsum.reduced(terms.getFirst(), einsum.text.output());
    return einsum.ordered(last);
  }

  /** {@return the letters that the others or the result still need} */
  private List<Integer> needed(List<Term> others) {
    List<Integer> all = new ArrayList<>(text.output());
    others.forEach(t -> all.addAll(t.labels));
    return all;
  }

  /** Drops dimensions of size 1 that repeat, and takes diagonals of repeated letters. */
  private Term prepared(Node x, List<Integer> labels) {
    List<Integer> left = new ArrayList<>();
    List<Integer> dropped = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      if (x.aval().shape().dim(i) == 1 && size(labels.get(i)) != 1) {
        dropped.add(i);
      } else {
        left.add(labels.get(i));
      }
    }
    Node node =
        dropped.isEmpty() ? x : Movements.squeeze(x, dropped.stream().mapToInt(i -> i).toArray());
    for (int i = 0; i < left.size(); i++) {
      int again = left.subList(i + 1, left.size()).indexOf(left.get(i));
      if (again >= 0) {
        int j = i + 1 + again;
        node = Shapes.diagonal(node, 0, i, j);
        Integer label = left.remove(i);
        left.remove(j - 1);
        left.add(label);
        i = -1;
      }
    }
    return new Term(node, left);
  }

  private long size(int label) {
    Long size = sizes.get(label);
    return size == null ? 1 : size;
  }

  /** {@return the term summed over letters that nobody needs} */
  private Term reduced(Term term, List<Integer> needed) {
    List<Integer> kept = new ArrayList<>();
    List<Integer> over = new ArrayList<>();
    for (int i = 0; i < term.labels.size(); i++) {
      if (needed.contains(term.labels.get(i))) {
        kept.add(term.labels.get(i));
      } else {
        over.add(i);
      }
    }
    return over.isEmpty()
        ? term
        : new Term(
            Build.reduce(Reduction.SUM, term.node, false, over.stream().mapToInt(i -> i).toArray()),
            kept);
  }

  private Term contract(Term a, Term b, List<Integer> needed) {
    List<Integer> forA = new ArrayList<>(needed);
    forA.addAll(b.labels);
    List<Integer> forB = new ArrayList<>(needed);
    forB.addAll(a.labels);
    Term x = reduced(a, forA);
    Term y = reduced(b, forB);
    List<Integer> batch = new ArrayList<>();
    List<Integer> inner = new ArrayList<>();
    List<Integer> left = new ArrayList<>();
    List<Integer> right = new ArrayList<>();
    for (Integer label : x.labels) {
      List<Integer> group =
          !y.labels.contains(label) ? left : needed.contains(label) ? batch : inner;
      group.add(label);
    }
    for (Integer label : y.labels) {
      if (!x.labels.contains(label)) {
        right.add(label);
      }
    }
    boolean real = Promotion.of(x.node.aval().dtype(), y.node.aval().dtype()).isFloat();
    List<Integer> result = new ArrayList<>(batch);
    result.addAll(left);
    result.addAll(right);
    Node out;
    if (real && !inner.isEmpty()) {
      Node one = grouped(x, batch, left, inner);
      Node two = grouped(y, batch, inner, right);
      out = Build.matmul(one, two);
    } else {
      Node one = Movements.expandDims(grouped(x, batch, left, inner), -1);
      Node two = Movements.expandDims(grouped(y, batch, inner, right), 1);
      out = Build.mul(one, two);
      out =
          inner.isEmpty() ? Movements.squeeze(out, 2) : Build.reduce(Reduction.SUM, out, false, 2);
    }
    return new Term(Movements.reshape(out, shape(result)), result);
  }

  /** {@return the term as [batch, first, second]} */
  private Node grouped(Term term, List<Integer> batch, List<Integer> first, List<Integer> second) {
    List<Integer> all = new ArrayList<>(batch);
    all.addAll(first);
    all.addAll(second);
    Node turned = turned(term, all);
    return Movements.reshape(
        turned, Shape.of(shape(batch).size(), shape(first).size(), shape(second).size()));
  }

  private static Node turned(Term term, List<Integer> labels) {
    int[] order = new int[labels.size()];
    boolean same = true;
    for (int i = 0; i < order.length; i++) {
      order[i] = term.labels.indexOf(labels.get(i));
      same &= order[i] == i;
    }
    return same ? term.node : Movements.transpose(term.node, order);
  }

  private Shape shape(List<Integer> labels) {
    return Shape.of(labels.stream().mapToLong(this::size).toArray());
  }

  /** {@return the last term in the order of the output} Sizes that no operand has left are 1. */
  private Node ordered(Term term) {
    List<Integer> there = new ArrayList<>(text.output());
    there.retainAll(term.labels);
    return Movements.reshape(turned(term, there), shape(text.output()));
  }

  private double flops(List<Integer> a, List<Integer> b, List<Integer> result) {
    double all = 1;
    boolean sums = false;
    for (Integer label : union(a, b)) {
      all *= size(label);
      sums |= !result.contains(label);
    }
    return sums ? 2 * all : all;
  }

  private static List<Integer> union(List<Integer> a, List<Integer> b) {
    List<Integer> all = new ArrayList<>(a);
    for (Integer label : b) {
      if (!all.contains(label)) {
        all.add(label);
      }
    }
    return all;
  }

  private List<Integer> result(List<List<Integer>> terms, int i, int j) {
    List<Integer> needed = new ArrayList<>(text.output());
    for (int k = 0; k < terms.size(); k++) {
      if (k != i && k != j) {
        needed.addAll(terms.get(k));
      }
    }
    List<Integer> kept = union(terms.get(i), terms.get(j));
    kept.retainAll(needed);
    return kept;
  }

  private List<Step> best(List<List<Integer>> terms, boolean exhaustive) {
    if (terms.size() < 2) {
      return List.of();
    }
    List<Step> best = List.of();
    double least = Double.POSITIVE_INFINITY;
    int bestLeft = 0;
    int bestRight = 1;
    for (int i = 0; i < terms.size(); i++) {
      for (int j = i + 1; j < terms.size(); j++) {
        List<Integer> kept = result(terms, i, j);
        double cost = flops(terms.get(i), terms.get(j), kept);
        List<Step> rest = List.of();
        if (exhaustive) {
          rest = best(joined(terms, i, j, kept), true);
          cost += rest.stream().mapToDouble(Step::flops).sum();
        }
        if (cost < least) {
          least = cost;
          best = rest;
          bestLeft = i;
          bestRight = j;
        }
      }
    }
    List<Integer> kept = result(terms, bestLeft, bestRight);
    List<Integer> a = terms.get(bestLeft);
    List<Integer> b = terms.get(bestRight);
    List<Step> steps = new ArrayList<>();
    String words = EinsumText.word(a) + "," + EinsumText.word(b) + "->" + EinsumText.word(kept);
    steps.add(new Step(bestLeft, bestRight, words, flops(a, b, kept)));
    steps.addAll(exhaustive ? best : best(joined(terms, bestLeft, bestRight, kept), false));
    return steps;
  }

  private static List<List<Integer>> joined(
      List<List<Integer>> terms, int i, int j, List<Integer> kept) {
    List<List<Integer>> rest = new ArrayList<>(terms);
    rest.remove(j);
    rest.remove(i);
    rest.add(kept);
    return rest;
  }

  /** {@return the sizes of letters in a map that keeps their order} */
  static Map<Integer, Long> map() {
    return new TreeMap<>();
  }

  static ArrayException error(String text, int at, String what, String fix) {
    return new ArrayException(
        "einsum has " + what + "\n    " + text + "\n    " + " ".repeat(Math.max(0, at)) + "^",
        "one term of letters for each operand, separated by commas, \"...\" at most once in each;"
            + " then \"->\" and the letters of the result",
        fix);
  }
}
