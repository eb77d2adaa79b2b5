package lazuli.array.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import lazuli.array.backend.View;
import lazuli.array.op.Aval;
import lazuli.array.op.Binary;
import lazuli.array.op.Composite;
import lazuli.array.op.Fill;
import lazuli.array.op.MatMul;
import lazuli.array.op.Node;
import lazuli.array.op.Op;
import lazuli.array.op.Random;
import lazuli.array.op.Source;
import lazuli.array.op.Unary;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that some outputs need, operands first, and the structure they form. Two graphs with
 * equal structures have the same plan: given values count by their type and layout only, scalars
 * and random keys by their type and by which of them are equal.
 *
 * <p>Does not recurse: graphs may be a hundred thousand nodes deep. Mutable: made once and used for
 * every evaluation, under the evaluator's lock.
 */
final class Walk {
  private static final int LEAF = -1;
  private static final int STRIDED = -2;
  private static final int SCALAR = -3;
  private static final int PLAIN = -4;
  private static final int AGAIN = -5;
  private static final int HELD = -6;
  private static final int OUTPUTS = -7;
  private static final int KEY = -8;
  private static final int ORIGIN = -9;

  /**
   * Rows of elementwise operations are codes, not parts: by far the most nodes, compared at once.
   */
  private static final int UNARY = -1000;

  private static final int BINARY = -2000;

  private static final AtomicInteger FIRST = new AtomicInteger();

  /** More scalars than this are constants of their plan. */
  private static final int MOST_PARAMETERS = 64;

  /** Arrays that a large graph needed are not kept. */
  private static final int KEPT = 1 << 13;

  private Node[] stack = new Node[16];
  private int[] next = new int[16];
  private int deepest;

  /** Numbers walks: no two evaluators use the same ones, since they may meet the same nodes. */
  private int walks = FIRST.getAndAdd(1 << 24);

  private Node[] nodes = new Node[64];
  private int size;
  private Stored[] leaves = new Stored[16];
  private int leafCount;
  private Number[] values = new Number[MOST_PARAMETERS];
  private DType[] types = new DType[MOST_PARAMETERS];
  private int valueCount;

  private @Nullable Object[] parts = new @Nullable Object[64];
  private int partCount;
  private int[] codes = new int[256];
  private int codeCount;
  private int hash;

  /** Follows the graph of some outputs; forgets the one before. */
  void follow(List<Node> outputs) {
    clear();
    walks++;
    for (int i = 0; i < outputs.size(); i++) {
      follow(outputs.get(i));
    }
    code(OUTPUTS);
    for (int i = 0; i < outputs.size(); i++) {
      code(outputs.get(i).number());
    }
  }

  private void follow(Node output) {
    int depth = 0;
    if (output.enter(walks)) {
      stack[0] = output;
      next[0] = 0;
      depth = 1;
      deepest = Math.max(deepest, 1);
    }
    while (depth > 0) {
      Node node = stack[depth - 1];
      Node.@Nullable Value value = node.value();
      List<Node> inputs = value == null ? node.inputs() : List.of();
      if (next[depth - 1] < inputs.size()) {
        Node in = inputs.get(next[depth - 1]++);
        if (in.enter(walks)) {
          Node.@Nullable Value given = in.value();
          if (given != null || in.inputs().isEmpty()) {
            add(in, List.of(), given);
            continue;
          }
          if (depth == stack.length) {
            stack = Arrays.copyOf(stack, 2 * depth);
            next = Arrays.copyOf(next, 2 * depth);
          }
          stack[depth] = in;
          next[depth++] = 0;
          deepest = Math.max(deepest, depth);
        }
      } else {
        depth--;
        add(node, inputs, value);
      }
    }
  }

  /** Forgets the graph, so that it can be collected. */
  void clear() {
    if (nodes.length > KEPT) {
      nodes = new Node[64];
      codes = new int[256];
      parts = new @Nullable Object[64];
      leaves = new Stored[16];
    } else {
      Arrays.fill(nodes, 0, size, null);
      Arrays.fill(parts, 0, partCount, null);
      Arrays.fill(leaves, 0, leafCount, null);
    }
    if (stack.length > KEPT) {
      stack = new Node[16];
      next = new int[16];
    } else {
      Arrays.fill(stack, 0, deepest, null);
    }
    deepest = 0;
    size = 0;
    leafCount = 0;
    valueCount = 0;
    partCount = 0;
    codeCount = 0;
    hash = 1;
  }

  private void add(Node node, List<Node> inputs, Node.@Nullable Value value) {
    node.number(size);
    if (size == nodes.length) {
      nodes = Arrays.copyOf(nodes, 2 * size);
    }
    nodes[size++] = node;
    if (value instanceof Stored stored) {
      leaf(stored, node.aval());
      return;
    }
    Op op = node.op();
    if (op instanceof Binary row) {
      row(BINARY - row.ordinal(), node, inputs);
      return;
    }
    if (op instanceof Unary row) {
      row(UNARY - row.ordinal(), node, inputs);
      return;
    }
    if (op instanceof Source) {
      throw new ArrayException(
          "the values of " + node.aval() + " were asked for inside a function that compile traces",
          "array operations, whose values are there when the result is evaluated",
          "look at values outside of the function; choose with where(condition, a, b), not if");
    }
    int number = op instanceof Fill || op instanceof Random ? parameter(op) : -1;
    if (number >= 0) {
      code(op instanceof Fill ? SCALAR : KEY);
      code(number);
      if (op instanceof Fill fill) {
        aval(fill.aval());
        return;
      }
      Random random = (Random) op;
      part(random.aval());
      part(random.distribution());
      marks(node);
      return;
    }
    code(PLAIN);
    part(op);
    if (!node.origin().isEmpty()) {
      part(node.origin());
      code(ORIGIN);
    }
    marks(node);
    for (int i = 0; i < inputs.size(); i++) {
      code(inputs.get(i).number());
    }
  }

  private void row(int code, Node node, List<Node> inputs) {
    code(code);
    if (!node.origin().isEmpty()) {
      part(node.origin());
      code(ORIGIN);
    }
    if (node.computed()) {
      code(AGAIN);
    }
    for (int i = 0; i < inputs.size(); i++) {
      code(inputs.get(i).number());
    }
  }

  private void marks(Node node) {
    if (node.computed()) {
      code(AGAIN);
    }
    if (node.held() && costly(node.op())) {
      code(HELD);
    }
  }

  private void leaf(Stored stored, Aval aval) {
    if (leafCount == leaves.length) {
      leaves = Arrays.copyOf(leaves, 2 * leafCount);
    }
    leaves[leafCount++] = stored;
    View view = stored.view();
    aval(aval);
    if (view.isContiguous()) {
      code(LEAF);
    } else {
      code(STRIDED);
      part(new Strides(view.strides()));
    }
  }

  /** Whether results of the operation are kept, or their choice of kernel noted, when held. */
  static boolean costly(Op op) {
    return op instanceof MatMul || op instanceof Composite || op instanceof Random;
  }

  /** The number of a scalar or a key among the different ones, or -1 when there are too many. */
  private int parameter(Op op) {
    int seen = known(op);
    if (seen >= 0) {
      return seen;
    }
    if (valueCount == MOST_PARAMETERS) {
      return -1;
    }
    types[valueCount] = type(op);
    values[valueCount] = value(op);
    return valueCount++;
  }

  private static DType type(Op op) {
    return op instanceof Fill fill ? fill.aval().dtype() : DType.I64;
  }

  private static Number value(Op op) {
    return op instanceof Fill fill ? fill.value() : ((Random) op).seed();
  }

  private void code(int code) {
    if (codeCount == codes.length) {
      codes = Arrays.copyOf(codes, 2 * codeCount);
    }
    codes[codeCount++] = code;
    hash = 31 * hash + code;
  }

  private void part(Object part) {
    part(part, part.hashCode());
  }

  private void aval(Aval aval) {
    part(aval, 31 * aval.shape().hashCode() + aval.dtype().ordinal());
  }

  private void part(Object part, int partHash) {
    if (partCount == parts.length) {
      parts = Arrays.copyOf(parts, 2 * partCount);
    }
    parts[partCount++] = part;
    hash = 31 * hash + partHash;
  }

  /** {@return how many nodes there are} */
  int size() {
    return size;
  }

  /** {@return a node, by its place} */
  Node node(int place) {
    return nodes[place];
  }

  /** {@return the nodes, operands first} */
  List<Node> nodes() {
    return new ArrayList<>(Arrays.asList(nodes).subList(0, size));
  }

  /** {@return how many given values there are} */
  int leaves() {
    return leafCount;
  }

  /** {@return what a plan may take for granted of a given value's layout} */
  Object layout(int number) {
    View view = leaves[number].view();
    return view.isContiguous() ? "dense" : new Strides(view.strides());
  }

  /** {@return a given value} */
  Stored leaf(int number) {
    return leaves[number];
  }

  /** {@return the number of a scalar that is a parameter of the plan, or -1} */
  int parameter(Node node) {
    boolean has = node.op() instanceof Fill || node.op() instanceof Random;
    return node.value() == null && has ? known(node.op()) : -1;
  }

  private int known(Op op) {
    DType type = type(op);
    Number value = value(op);
    for (int i = 0; i < valueCount; i++) {
      if (types[i] == type && values[i].equals(value)) {
        return i;
      }
    }
    return -1;
  }

  /** {@return the values of the parameters} */
  Number[] values() {
    return Arrays.copyOf(values, valueCount);
  }

  /** {@return whether the parameters have these values} */
  boolean hasValues(Number[] others) {
    for (int i = 0; i < valueCount; i++) {
      if (!values[i].equals(others[i])) {
        return false;
      }
    }
    return true;
  }

  /** {@return a hash of the structure} */
  int hash() {
    return hash;
  }

  /** {@return the structure, to keep} */
  Structure structure() {
    return new Structure(Arrays.copyOf(parts, partCount), Arrays.copyOf(codes, codeCount), hash);
  }

  /** {@return whether this graph has a structure} */
  boolean matches(Structure s) {
    if (hash != s.hash
        || partCount != s.parts.length
        || !Arrays.equals(codes, 0, codeCount, s.codes, 0, s.codes.length)) {
      return false;
    }
    for (int i = 0; i < partCount; i++) {
      Object mine = parts[i];
      if (mine != s.parts[i] && (mine == null || !mine.equals(s.parts[i]))) {
        return false;
      }
    }
    return true;
  }

  private record Strides(long[] steps) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Strides s && Arrays.equals(steps, s.steps);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(steps);
    }
  }

  /**
   * A graph's structure.
   *
   * @param parts operations, types and layouts, in order
   * @param codes what they are and operand numbers, in order
   * @param hash of both
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Structure(@Nullable Object[] parts, int[] codes, int hash) {}
}
