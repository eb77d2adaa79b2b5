package lazuli.array;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import lazuli.array.op.Node;

/**
 * A queue of evaluations that run beside the program, one after the other, in the order in which
 * they were asked for.
 *
 * <p>Between streams there is no order, and none is needed: arrays are immutable, and whoever needs
 * a value that is not there yet waits for it or computes it. On the CPU one evaluation runs at a
 * time and uses every thread, so a second stream overlaps with the program, not with the first.
 */
public final class Stream {
  /** The stream of {@code evalAsync} without a stream. */
  static final Stream DEFAULT = new Stream("default");

  private final String name;
  private final ThreadPoolExecutor queue;

  /**
   * Makes a stream. Its thread ends when it is idle.
   *
   * @param name for threads and reports
   */
  public Stream(String name) {
    this.name = name;
    queue =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> Thread.ofPlatform().daemon().name("lazuli-stream-" + name).unstarted(task));
    queue.allowCoreThreadTimeOut(true);
  }

  /** {@return its name} */
  public String name() {
    return name;
  }

  /**
   * {@return the arrays, when they are computed} Starts computing them on this stream and returns
   * at once. An error is thrown by {@code join()}, and again by whoever reads the arrays.
   *
   * @param arrays the arrays
   */
  public CompletableFuture<List<Array>> evalAsync(Array... arrays) {
    List<Node> nodes = new ArrayList<>();
    for (Array array : arrays) {
      nodes.add(array.node());
    }
    List<Array> list = List.of(arrays);
    Runnable task = Engine.EVALUATOR.later(nodes);
    return CompletableFuture.supplyAsync(
        () -> {
          task.run();
          return list;
        },
        queue);
  }

  /**
   * Waits until everything that was asked for before is computed, or has failed, also on devices
   * that go on while the program does.
   */
  public void synchronize() {
    CompletableFuture.runAsync(() -> {}, queue).join();
    awaitDevices();
  }

  /**
   * Waits until every device has done what it was given by any thread. Costs next to nothing where
   * there is no device but the CPU.
   */
  public static void awaitDevices() {
    Engine.EVALUATOR.synchronize();
  }

  @Override
  public String toString() {
    return "stream " + name;
  }
}
