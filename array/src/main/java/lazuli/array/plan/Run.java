package lazuli.array.plan;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
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

  Run(Plan plan, Walk walk, Ownership ownership, Pool pool) {
    this.plan = plan;
    this.walk = walk;
    this.ownership = ownership;
    this.pool = pool;
    slots = new @Nullable View[plan.slots()];
    makers = new @Nullable Step[plan.slots()];
    storages = new @Nullable Storage[plan.slots()];
    for (int i = 0; i < plan.leaves(); i++) {
      check(walk.leaves.get(i));
      slots[i] = walk.leaves.get(i).view();
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
      for (Step step : plan.steps()) {
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
          if (view != null) {
            pool.release(view.buffer());
          }
        }
      }
      Reference.reachabilityFence(walk.leaves);
    }
  }

  private void launch(Step step, @Nullable Trace trace) {
    List<View> inputs = new ArrayList<>(step.inputs().size());
    for (Operand in : step.inputs()) {
      inputs.add(in.view(there(in.slot())));
    }
    Aval aval = step.aval();
    Buffer buffer;
    if (step.reuse() >= 0) {
      buffer = there(step.reuse()).buffer();
      slots[step.reuse()] = null;
    } else {
      buffer = ownership.allocate(pool, Math.max(1, aval.bytes()));
    }
    View output = View.contiguous(buffer, aval.dtype(), aval.shape());
    slots[step.output()] = output;
    makers[step.output()] = step;
    long start = trace == null ? 0 : System.nanoTime();
    step.kernel().launch(inputs, output);
    if (trace != null) {
      trace.add(span(step, start, System.nanoTime() - start));
    }
    for (int slot : step.frees()) {
      pool.release(there(slot).buffer());
      slots[slot] = null;
    }
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

  /** Stores the results on the nodes; {@code own} makes what keeps a buffer. */
  void settle(List<Node> outputs, BiFunction<Pool, Buffer, Storage> own) {
    for (Node node : walk.nodes) {
      node.passed();
    }
    for (Plan.Noted noted : plan.noted()) {
      walk.nodes.get(noted.node()).dispatched(noted.dispatch());
    }
    for (int i = 0; i < outputs.size(); i++) {
      settle(outputs.get(i), plan.outputs().get(i), own);
    }
    for (Plan.Kept kept : plan.kept()) {
      settle(walk.nodes.get(kept.node()), kept.where(), own);
    }
  }

  private void settle(Node node, Operand where, BiFunction<Pool, Buffer, Storage> own) {
    if (node.value() != null) {
      return;
    }
    int slot = where.slot();
    View view = where.view(there(slot));
    if (slot < plan.leaves()) {
      Stored leaf = walk.leaves.get(slot);
      node.settle(new Stored(view, leaf.storage(), leaf.dispatch()));
      return;
    }
    Storage storage = storages[slot];
    if (storage == null) {
      storage = own.apply(pool, view.buffer());
      storages[slot] = storage;
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
