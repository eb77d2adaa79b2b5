package lazuli.array.plan;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import lazuli.array.backend.Backend;
import lazuli.array.backend.BackendProvider.Availability;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Pool;
import lazuli.array.backend.View;
import lazuli.array.op.Aval;
import lazuli.array.op.Node;
import lazuli.array.profile.Explanation;
import lazuli.array.profile.Trace;
import lazuli.array.type.ArrayException;
import lazuli.array.type.Device;

/**
 * Plans graphs, runs plans, keeps results.
 *
 * <p>One of the few places with mutable state: the plans seen so far, the marks on nodes, and which
 * buffers belong to reachable results. One lock guards all of it, and is held while a plan runs:
 * evaluations from several threads follow each other.
 */
public final class Evaluator {
  private static final ScopedValue<List<Storage>> MADE = ScopedValue.newInstance();

  private final ReentrantLock lock = new ReentrantLock();
  private final Backends backends;
  private final Ownership ownership = new Ownership();
  private final Plans plans = new Plans();
  private final Walk walk = new Walk();

  /**
   * Makes an evaluator.
   *
   * @param backend the kind of backend to use, or empty for the fastest
   */
  public Evaluator(String backend) {
    backends = new Backends(backend);
  }

  /** {@return the backends that were looked for} */
  public Backends backends() {
    return backends;
  }

  /** {@return the memory counters of the backend in use} */
  public Pool.Usage usage() {
    return locked(
        () -> {
          ownership.drain();
          return backends.current().backend().pool().usage();
        });
  }

  /**
   * {@return a node with a given value}
   *
   * @param aval shape and type
   * @param fill writes the elements
   */
  public Node give(Aval aval, Consumer<View> fill) {
    return locked(
        () -> {
          Pool pool = backends.current().backend().pool();
          Buffer buffer = ownership.allocate(pool, Math.max(1, aval.bytes()));
          View view = View.contiguous(buffer, aval.dtype(), aval.shape());
          try {
            Moves.fill(pool, view, fill);
          } catch (RuntimeException | Error e) {
            pool.release(buffer);
            throw e;
          }
          return Node.source(aval, new Stored(view, own(pool, buffer), null));
        });
  }

  /**
   * {@return a node whose value lies in memory that no pool owns, such as a mapped file}
   *
   * @param aval shape and type
   * @param memory its elements in row-major order; must stay valid while it is reachable
   */
  public Node adopt(Aval aval, MemorySegment memory) {
    Buffer buffer = new Buffer(aval.device(), memory, memory.byteSize());
    View view = View.contiguous(buffer, aval.dtype(), aval.shape());
    return Node.source(aval, new Stored(view, new Storage(true), null));
  }

  /**
   * {@return what evaluating the nodes would do}
   *
   * @param outputs the wanted nodes
   */
  public Explanation explain(List<Node> outputs) {
    return locked(
        () -> {
          Capabilities capabilities = backends.current();
          walk.follow(outputs);
          Plan plan = plans.plan(walk, outputs, capabilities);
          walk.clear();
          List<Explanation.Row> rows = new ArrayList<>();
          for (Step step : plan.steps()) {
            rows.add(
                new Explanation.Row(
                    step.op().label(),
                    step.kernel().name(),
                    step.aval().shape(),
                    step.aval().dtype(),
                    step.aval().bytes(),
                    step.kernel().work(),
                    step.origin(),
                    step.current()));
          }
          return new Explanation(
              capabilities.kind(),
              rows,
              plan.peakBytes(),
              capabilities.backend().replay(plan.repeated()));
        });
  }

  /**
   * Computes nodes and stores their results; does nothing for those that have one.
   *
   * @param outputs the wanted nodes
   * @throws CancellationException when the thread is interrupted; nothing is stored and every node
   *     stays usable
   */
  public void evaluate(List<Node> outputs) {
    boolean done = true;
    for (int i = 0; i < outputs.size(); i++) {
      done &= outputs.get(i).value() != null;
    }
    if (done) {
      return;
    }
    lock();
    try {
      walk.follow(outputs);
      Capabilities capabilities = backends.current();
      Plan plan = plans.plan(walk, outputs, capabilities);
      boolean scoped = MADE.isBound();
      Run run = new Run(plan, walk, ownership, capabilities.backend(), !scoped);
      run.steps();
      run.settle(outputs, scoped ? MADE.get() : null);
    } finally {
      walk.clear();
      lock.unlock();
    }
  }

  /**
   * {@return the result of a node, computed now if there is none}
   *
   * @param node the node
   * @throws ArrayException if a scope gave its memory back
   */
  public Stored stored(Node node) {
    evaluate(List.of(node));
    if (!(node.value() instanceof Stored stored)) {
      throw new IllegalStateException("no result for " + node);
    }
    Run.check(stored);
    return stored;
  }

  /**
   * {@return the result of a node in memory that the processor reads} Copied from the device when
   * it is elsewhere; valid while the node and the view are reachable.
   *
   * @param node the node
   * @throws ArrayException if a scope gave its memory back
   */
  public View read(Node node) {
    Stored stored = stored(node);
    return stored.onProcessor() ? stored.view() : locked(() -> Moves.toHost(stored));
  }

  /**
   * {@return where a node's result is, or where it would be computed}
   *
   * @param node the node
   */
  public Device device(Node node) {
    return node.value() instanceof Stored stored
        ? stored.view().buffer().device()
        : backends.current().backend().device();
  }

  /**
   * {@return what computes the nodes later, on any thread, as this thread would now}
   *
   * @param outputs the wanted nodes
   */
  public Runnable later(List<Node> outputs) {
    Capabilities capabilities = backends.current();
    Trace trace = Trace.current();
    if (MADE.isBound()) {
      // A scope gives back what was made before it ends: nothing may come after.
      evaluate(outputs);
      return () -> {};
    }
    return () -> {
      try {
        backends.on(
            capabilities.kind(),
            () -> {
              if (trace == null) {
                evaluate(outputs);
                return outputs;
              }
              return trace.record(
                  () -> {
                    evaluate(outputs);
                    return outputs;
                  });
            });
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    };
  }

  /**
   * {@return the time that computing a node will take, estimated from its plan, in nanoseconds}
   *
   * @param node the node
   */
  public double estimate(Node node) {
    List<Node> outputs = List.of(node);
    return locked(
        () -> {
          walk.follow(outputs);
          double nanos = plans.plan(walk, outputs, backends.current()).cost();
          walk.clear();
          return nanos;
        });
  }

  /**
   * Waits until every device has done what it was given.
   *
   * @throws ArrayException for what went wrong on a device since the last wait
   * @throws CancellationException when the thread is interrupted; the devices go on
   */
  public void synchronize() {
    locked(
        () -> {
          for (Availability found : backends.found().values()) {
            if (found instanceof Availability.Available(Backend backend)) {
              backend.synchronize();
            }
          }
          return walk;
        });
  }

  /** {@return how many plans since the start were an earlier one with other lengths} */
  public long plansRelengthed() {
    return locked(plans::relengthed);
  }

  /** {@return how many plans were made since the start} */
  public long plansMade() {
    return locked(plans::made);
  }

  /**
   * {@return what the body makes of the memory of the backend in use, after what became unreachable
   * was given back}
   *
   * @param body what to do
   * @param <T> its result
   */
  public <T> T memory(Function<Pool, T> body) {
    return locked(
        () -> {
          ownership.drain();
          return body.apply(backends.current().backend().pool());
        });
  }

  private Storage own(Pool pool, Buffer buffer) {
    Storage storage = ownership.own(pool, buffer);
    if (MADE.isBound()) {
      MADE.get().add(storage);
    }
    return storage;
  }

  /**
   * {@return what the body returns} Results made inside it are given back afterwards, unless kept.
   *
   * @param made collects the results; what is in it at the end is given back
   * @param body the work
   * @param <T> its result
   */
  public <T> T scoped(List<Storage> made, Supplier<T> body) {
    try {
      return ScopedValue.where(MADE, made).call(body::get);
    } finally {
      locked(
          () -> {
            made.forEach(ownership::release);
            return made;
          });
    }
  }

  private void lock() {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      throw new CancellationException(
          "evaluation was interrupted before it began; every array is as it was");
    }
  }

  private <T> T locked(Supplier<T> body) {
    lock();
    try {
      return body.get();
    } finally {
      lock.unlock();
    }
  }
}
