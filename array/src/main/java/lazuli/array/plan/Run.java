package lazuli.array.plan;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import lazuli.array.backend.Backend;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Pool;
import lazuli.array.backend.View;
import lazuli.array.op.Aval;
import lazuli.array.op.Node;
import lazuli.array.profile.DeviceUse;
import lazuli.array.profile.Span;
import lazuli.array.profile.Trace;
import lazuli.array.type.ArrayException;
import lazuli.array.type.Device;
import org.jspecify.annotations.Nullable;

/** One execution of a plan, under the evaluator's lock. */
final class Run {
  private final Plan plan;
  private final Walk walk;
  private final Ownership ownership;
  private final Backend backend;
  private final Pool pool;
  private final @Nullable View[] slots;
  private final @Nullable Step[] makers;
  private final @Nullable Storage[] storages;
  private final Number[] parameters;

  /** Values that were copied to this device for this run, and the device's own times. */
  private List<Buffer> moved = List.of();

  private List<Timed> timed = List.of();

  /** The state of the device before a trace. */
  private String before = "";

  /** Steps whose operands the device checks by itself. */
  private List<Step> late = List.of();

  /** Whether small results share slabs; not in a scope, which gives each back by itself. */
  private final boolean slabs;

  /** A step whose device time is not known yet. */
  private record Timed(Step step, long start, Backend.Mark from, Backend.Mark to) {}

  Run(Plan plan, Walk walk, Ownership ownership, Backend backend, boolean slabs) {
    this.plan = plan;
    this.walk = walk;
    this.ownership = ownership;
    this.backend = backend;
    this.pool = backend.pool();
    this.slabs = slabs && pool.hosted();
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
      throw ended(stored);
    }
  }

  static ArrayException ended(Stored stored) {
    return new ArrayException(
        "an array "
            + stored.view().dtype()
            + stored.view().shape()
            + " was used after its scope ended",
        "arrays that the scope keeps",
        "pass the array to scope.keep(...) before the scope ends");
  }

  /** Launches every step; gives all memory back when one fails or the thread is interrupted. */
  void steps() {
    Trace trace = Trace.current();
    boolean complete = false;
    try {
      move(trace);
      if (trace == null) {
        // A trace times each launch by itself.
        backend.begin(plan.repeated());
      } else {
        before = backend.state();
      }
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
      if (trace == null) {
        // A device goes on by itself: whoever reads a result waits for it.
        backend.end();
      } else {
        backend.synchronize();
      }
      check();
      complete = true;
    } finally {
      resolve(trace, complete);
      moved.forEach(pool::release);
      if (!complete) {
        backend.abandon();
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

  /** Throws what a device found wrong with operands, such as an index out of bounds. */
  private void check() {
    if (late.isEmpty()) {
      return;
    }
    Backend.Late found = backend.late();
    if (found != null) {
      throw in(cell(late.get(found.launch())), found.error());
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
      if (step.stays()) {
        pool.becomesResult(buffer);
      }
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
    if (!pool.hosted() && !output.isContiguous()) {
      // Kernels of devices write in row-major order.
      pool.release(buffer);
      throw new IllegalStateException(step.op().label() + " to strides on " + backend.device());
    }
    slots[step.output()] = output;
    makers[step.output()] = step;
    try {
      if (trace == null) {
        step.kernel().launch(inputs, output, parameters);
      } else {
        launch(step, inputs, output, trace);
      }
    } catch (ArrayException e) {
      throw in(cell(step), e);
    }
    if (step.kernel().late()) {
      late = late.isEmpty() ? new ArrayList<>() : late;
      late.add(step);
    }
    for (int slot : step.frees()) {
      pool.release(there(slot).buffer());
      slots[slot] = null;
    }
  }

  private Buffer allocate(Step step, long bytes) {
    try {
      return ownership.allocate(pool, bytes, step.stays());
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

  private void launch(Step step, List<View> inputs, View output, Trace trace) {
    Backend.Mark from = step.backend().mark();
    long start = System.nanoTime();
    step.kernel().launch(inputs, output, parameters);
    long nanos = System.nanoTime() - start;
    Backend.Mark to = from == null ? null : step.backend().mark();
    if (from == null || to == null) {
      trace.add(span(step, start, nanos));
    } else {
      timed = timed.isEmpty() ? new ArrayList<>() : timed;
      timed.add(new Timed(step, start, from, to));
    }
  }

  /** Asks the device for the times of its steps, after the last was launched. */
  private void resolve(@Nullable Trace trace, boolean complete) {
    if (complete && trace != null && !timed.isEmpty()) {
      trace.add(use());
    }
    for (Timed t : timed) {
      try (t.from;
          t.to) {
        if (complete && trace != null) {
          trace.add(span(t.step, t.start, t.from.nanosTo(t.to)));
        }
      }
    }
  }

  private DeviceUse use() {
    long busy = 0;
    for (Timed t : timed) {
      busy += t.from.nanosTo(t.to);
    }
    return new DeviceUse(
        backend.device(),
        timed.size(),
        busy,
        timed.getFirst().from.nanosTo(timed.getLast().to),
        before,
        backend.state(),
        backend.replay(plan.repeated()));
  }

  /** Copies given values that are on another device to this one. */
  private void move(@Nullable Trace trace) {
    Device device = backend.device();
    for (int i = 0; i < plan.leaves(); i++) {
      Stored leaf = walk.leaf(i);
      Device there = leaf.view().buffer().device();
      if (there != device && !there.equals(device)) {
        long start = System.nanoTime();
        View view = Moves.to(backend, leaf, bytes -> ownership.allocate(pool, bytes));
        moved = moved.isEmpty() ? new ArrayList<>() : moved;
        moved.add(view.buffer());
        slots[i] = view;
        if (trace != null) {
          trace.add(Moves.span(leaf, view, start, System.nanoTime() - start));
        }
      }
    }
  }

  private static Span span(Step step, long start, long nanos) {
    Aval aval = step.aval();
    return new Span(
        step.op().label(),
        step.kernel().name(),
        step.backend().device(),
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
      view = where.view(leaf.view());
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
    node.settle(new Stored(view, storage, maker == null ? null : maker.current()));
  }

  private View there(int slot) {
    View view = slots[slot];
    if (view == null) {
      throw new IllegalStateException("a step reads a value that was freed");
    }
    return view;
  }
}
