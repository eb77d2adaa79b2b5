package lazuli.array.plan;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Pool;
import lazuli.array.backend.View;
import lazuli.array.op.Aval;
import lazuli.array.op.Node;
import lazuli.array.profile.Span;
import lazuli.array.profile.Trace;
import lazuli.array.type.ArrayException;
import org.jspecify.annotations.Nullable;

/** One execution of a plan, under the evaluator's lock. */
final class Run {
  private final Plan plan;
  private final Walk walk;
  private final Ownership ownership;
  private final Pool pool;
  private final @Nullable View[] slots;
  private final @Nullable Step[] makers;
  private final @Nullable Storage[] storages;
  private final Number[] parameters;

  /** Whether small results share slabs; not in a scope, which gives each back by itself. */
  private final boolean slabs;

  Run(Plan plan, Walk walk, Ownership ownership, Pool pool, boolean slabs) {
    this.plan = plan;
    this.walk = walk;
    this.ownership = ownership;
    this.pool = pool;
    this.slabs = slabs;
    parameters = walk.values();
    slots = new @Nullable View[plan.slots()];
    makers = new @Nullable Step[plan.slots()];
    storages = new @Nullable Storage[plan.slots()];
    for (int i = 0; i < plan.leaves(); i++) {
      Stored leaf = walk.leaf(i);
      check(leaf);
      slots[i] = leaf.view();
    }
  }

  static void check(Stored stored) {
    if (stored.storage().released()) {
      throw new ArrayException(
          "an array "
              + stored.view().dtype()
              + stored.view().shape()
              + " was used after its scope ended",
          "arrays that the scope keeps",
          "pass the array to scope.keep(...) before the scope ends");
    }
  }

  /** Launches every step; gives all memory back when one fails or the thread is interrupted. */
  void steps() {
    Trace trace = Trace.current();
    boolean complete = false;
    try {
      List<Step> steps = plan.steps();
      for (int i = 0; i < steps.size(); i++) {
        Step step = steps.get(i);
        if (Thread.interrupted()) {
          throw new CancellationException(
              "evaluation was interrupted before "
                  + step.op().label()
                  + "; nothing was stored, and every array is as it was");
        }
        launch(step, trace);
      }
      complete = true;
    } finally {
      if (!complete) {
        for (int i = plan.leaves(); i < slots.length; i++) {
          View view = slots[i];
          if (view != null && storages[i] == null) {
            pool.release(view.buffer());
          }
        }
      }
      Reference.reachabilityFence(walk);
    }
  }

  private void launch(Step step, @Nullable Trace trace) {
    List<Operand> operands = step.inputs();
    View[] views = new View[operands.size()];
    for (int i = 0; i < views.length; i++) {
      Operand in = operands.get(i);
      views[i] = in.view(there(in.slot()));
    }
    List<View> inputs = Arrays.asList(views);
    Aval aval = step.aval();
    Buffer buffer;
    if (step.reuse() >= 0) {
      buffer = there(step.reuse()).buffer();
      slots[step.reuse()] = null;
    } else {
      long bytes = Math.max(1, aval.bytes());
      if (step.stays() && slabs && bytes <= Slab.LARGEST) {
        Slab.Part part = ownership.small(pool, bytes);
        buffer = part.buffer();
        storages[step.output()] = part.storage();
      } else {
        buffer = allocate(step, bytes);
      }
    }
    View output = new View(buffer, aval.dtype(), aval.shape(), step.strides(), 0);
    slots[step.output()] = output;
    makers[step.output()] = step;
    long start = trace == null ? 0 : System.nanoTime();
    try {
      step.kernel().launch(inputs, output, parameters);
    } catch (ArrayException e) {
      throw in(cell(step), e);
    }
    if (trace != null) {
      trace.add(span(step, start, System.nanoTime() - start));
    }
    for (int slot : step.frees()) {
      pool.release(there(slot).buffer());
      slots[slot] = null;
    }
  }

  private Buffer allocate(Step step, long bytes) {
    try {
      return ownership.allocate(pool, bytes);
    } catch (ArrayException full) {
      ArrayException named =
          new ArrayException(
              step.op().label() + " to " + step.aval() + ": " + full.given(),
              full.accepted(),
              full.fix());
      named.initCause(full);
      throw named;
    }
  }

  private String cell(Step step) {
    return step.node() < 0 ? "" : walk.node(step.node()).cell();
  }

  /** {@return the error of an operation, naming the cell that wrote it if that is known} */
  private static ArrayException in(String cell, ArrayException error) {
    if (cell.isEmpty()) {
      return error;
    }
    ArrayException named =
        new ArrayException("in " + cell + ", " + error.given(), error.accepted(), error.fix());
    named.setStackTrace(error.getStackTrace());
    return named;
  }

  private static Span span(Step step, long start, long nanos) {
    Aval aval = step.aval();
    return new Span(
        step.op().label(),
        step.kernel().name(),
        aval.device(),
        aval.shape(),
        aval.dtype(),
        start,
        nanos,
        step.kernel().work(),
        step.types(),
        step.origin(),
        step.chosen() ? step.dispatch() : null);
  }

  /** Stores the results on the nodes; {@code made} collects what keeps them. */
  void settle(List<Node> outputs, @Nullable List<Storage> made) {
    for (int i = 0; i < walk.size(); i++) {
      walk.node(i).passed();
    }
    for (Plan.Noted noted : plan.noted()) {
      walk.node(noted.node()).dispatched(noted.dispatch());
    }
    for (int i = 0; i < outputs.size(); i++) {
      settle(outputs.get(i), plan.outputs().get(i), made);
    }
    for (Plan.Kept kept : plan.kept()) {
      settle(walk.node(kept.node()), kept.where(), made);
    }
  }

  private void settle(Node node, Operand where, @Nullable List<Storage> made) {
    if (node.value() != null) {
      return;
    }
    int slot = where.slot();
    View view = where.view(there(slot));
    if (slot < plan.leaves()) {
      Stored leaf = walk.leaf(slot);
      node.settle(new Stored(view, leaf.storage(), leaf.dispatch()));
      return;
    }
    Storage storage = storages[slot];
    if (storage == null) {
      storage = ownership.own(pool, view.buffer());
      storages[slot] = storage;
      if (made != null) {
        made.add(storage);
      }
    }
    Step maker = makers[slot];
    node.settle(new Stored(view, storage, maker == null ? null : maker.dispatch()));
  }

  private View there(int slot) {
    View view = slots[slot];
    if (view == null) {
      throw new IllegalStateException("a step reads a value that was freed");
    }
    return view;
  }
}
