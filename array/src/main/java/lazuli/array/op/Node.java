package lazuli.array.op;

import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.UserCode;
import org.jspecify.annotations.Nullable;

/**
 * One value of the graph: an operation on other values. Immutable except for its result, which
 * evaluation fills in once, and the evaluator's marks; a node with a result lets go of its
 * operands, so that a chain of evaluated updates does not keep its past alive.
 */
public final class Node {
  /** A computed result, as the evaluator keeps it. */
  public interface Value {}

  private final Op op;
  private final Aval aval;
  // Not volatile: a node is made for every operation, and volatile stores cost more than the rest.
  // Written before or after a fence, so that who sees a value or operands sees what is in them.
  private List<Node> inputs;
  private @Nullable Value value;

  private @Nullable Dispatch dispatch;
  private boolean held;
  private boolean computed;
  private int walk;
  private int number;

  /** What was traced when this node was made of traced ones; null outside of transforms. */
  private final @Nullable Tracing tracing;

  /** The cell that wrote an operation that may fail when it runs; else empty. */
  private final String cell;

  private String origin = "";

  private Node(Op op, List<Node> inputs, Aval aval, @Nullable Tracing tracing) {
    cell = !(op instanceof Binary) && op instanceof Checked ? UserCode.cell() : "";
    this.op = op;
    this.inputs = inputs;
    this.aval = aval;
    this.tracing = tracing;
  }

  /**
   * {@return a node whose operands were checked already}
   *
   * @param op the operation
   * @param inputs its operands
   */
  public static Node of(Op op, Node... inputs) {
    return of(op, List.of(inputs));
  }

  /**
   * {@return a node without operands}
   *
   * @param op the operation
   */
  public static Node of(Op op) {
    return new Node(op, List.of(), op.infer(List.of()), null);
  }

  /**
   * {@return a node whose operand was checked already}
   *
   * @param op the operation
   * @param a its operand
   */
  public static Node of(Op op, Node a) {
    // The rows of elementwise operations need no list to infer from.
    Aval aval = op instanceof Unary row ? row.infer(a.aval) : op.infer(List.of(a.aval));
    return new Node(op, List.of(a), aval, live(a));
  }

  /**
   * {@return a node whose operands were checked already}
   *
   * @param op the operation
   * @param a its first operand
   * @param b its second operand
   */
  public static Node of(Op op, Node a, Node b) {
    Tracing tracing = live(a);
    Aval aval =
        op instanceof Binary row ? row.infer(a.aval, b.aval) : op.infer(List.of(a.aval, b.aval));
    return new Node(op, List.of(a, b), aval, tracing == null ? live(b) : tracing);
  }

  private static @Nullable Tracing live(Node in) {
    return in.tracing == null ? null : in.tracing.live();
  }

  /**
   * {@return a node whose operands were checked already}
   *
   * @param op the operation
   * @param inputs its operands
   */
  public static Node of(Op op, List<Node> inputs) {
    List<Aval> avals = new ArrayList<>(inputs.size());
    Tracing tracing = null;
    for (Node in : inputs) {
      avals.add(in.aval);
      tracing = tracing == null ? live(in) : tracing;
    }
    return new Node(op, List.copyOf(inputs), op.infer(avals), tracing);
  }

  /** {@return a node that belongs to a trace} */
  static Node traced(Op op, List<Node> inputs, Tracing tracing) {
    return new Node(op, inputs, inputs.getFirst().aval, tracing);
  }

  /**
   * {@return a node that has its result}
   *
   * @param aval what it is
   * @param value the result
   */
  public static Node source(Aval aval, Value value) {
    Node node = new Node(new Source(aval), List.of(), aval, null);
    node.value = value;
    return node;
  }

  /** {@return the operation} */
  public Op op() {
    return op;
  }

  /** {@return the operands; empty once the result is there, unless a transform still needs them} */
  public List<Node> inputs() {
    List<Node> now = inputs;
    VarHandle.acquireFence();
    return now;
  }

  /** {@return shape, type and device} */
  public Aval aval() {
    return aval;
  }

  /**
   * {@return this node} Notes why it exists, for reports; call it before the node is shared.
   *
   * @param reason such as {@code attention by hand, replaced}; empty for what a user wrote
   */
  public Node because(String reason) {
    origin = reason;
    return this;
  }

  /** {@return why the node exists when no user line asked for it as it is; mostly empty} */
  public String origin() {
    return origin;
  }

  /**
   * {@return the cell that made this node, such as {@code In[3]}, if its operands' values are
   * checked when it runs; else empty}
   */
  public String cell() {
    return cell;
  }

  /** {@return the result, or null while there is none} */
  public @Nullable Value value() {
    Value now = value;
    VarHandle.acquireFence();
    return now;
  }

  /**
   * Stores the result and lets go of the operands.
   *
   * @param result what evaluation computed
   */
  public void settle(Value result) {
    VarHandle.releaseFence();
    value = result;
    if (tracing == null || !tracing.keep(this)) {
      release();
    }
  }

  /** Lets go of the operands. */
  void release() {
    // Who sees that the operands are gone sees the value.
    VarHandle.releaseFence();
    inputs = List.of();
  }

  /** Notes that a user's handle refers to this node. */
  public void hold() {
    held = true;
  }

  /** {@return whether a user's handle referred to this node} */
  public boolean held() {
    return held;
  }

  /**
   * Notes that an evaluation computed this value on the way to another and dropped it; the caller
   * holds the evaluator's lock.
   */
  public void passed() {
    computed = true;
  }

  /** {@return whether the value was computed before and dropped} */
  public boolean computed() {
    return computed;
  }

  /** {@return the choice of kernel of the last evaluation, or null} */
  public @Nullable Dispatch dispatch() {
    return dispatch;
  }

  /**
   * Notes which kernel computed the value; the caller holds the evaluator's lock.
   *
   * @param choice the choice
   */
  public void dispatched(Dispatch choice) {
    dispatch = choice;
  }

  /**
   * {@return whether this walk sees the node for the first time} The caller holds the evaluator's
   * lock, which guards the marks.
   *
   * @param current the walk
   */
  public boolean enter(int current) {
    boolean first = walk != current;
    walk = current;
    return first;
  }

  /**
   * Numbers the node in the walk that entered it.
   *
   * @param position its place
   */
  public void number(int position) {
    number = position;
  }

  /** {@return the place in the walk that entered it last} */
  public int number() {
    return number;
  }

  /**
   * {@return the nodes that a result needs besides the known ones, operands first} Does not
   * recurse.
   *
   * @param result the last node
   * @param known nodes that are not followed
   */
  public static List<Node> order(Node result, Set<Node> known) {
    List<Node> order = new ArrayList<>();
    Set<Node> entered = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<Node> done = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Node> stack = new ArrayDeque<>();
    stack.push(result);
    while (!stack.isEmpty()) {
      Node node = stack.peek();
      if (known.contains(node) || done.contains(node)) {
        stack.pop();
      } else if (entered.add(node)) {
        for (Node in : node.inputs().reversed()) {
          stack.push(in);
        }
      } else {
        stack.pop();
        done.add(node);
        order.add(node);
      }
    }
    return order;
  }

  @Override
  public String toString() {
    return op.label() + " " + aval;
  }
}
