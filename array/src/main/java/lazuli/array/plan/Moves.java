package lazuli.array.plan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import lazuli.array.backend.Backend;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Pool;
import lazuli.array.backend.View;
import lazuli.array.profile.Span;
import lazuli.array.profile.Work;
import lazuli.array.type.Device;

/** Values on their way between devices. A move keeps the strides and copies what the view spans. */
final class Moves {
  private static final long ALIGNMENT = 64;

  private Moves() {}

  /** What a view touches of its buffer, in elements. */
  private record Extent(long first, long count) {
    static Extent of(View view) {
      if (view.shape().size() == 0) {
        return new Extent(0, 0);
      }
      long low = view.offset();
      long high = view.offset();
      for (int d = 0; d < view.shape().rank(); d++) {
        long reach = (view.shape().dim(d) - 1) * view.strides()[d];
        low += Math.min(0, reach);
        high += Math.max(0, reach);
      }
      return new Extent(low, high - low + 1);
    }
  }

  /** Fills fresh memory of a pool with what the processor writes. */
  static void fill(Pool pool, View view, Consumer<View> fill) {
    if (pool.hosted()) {
      fill.accept(view);
      return;
    }
    long bytes = view.shape().size() * view.dtype().bytes();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(Math.max(1, bytes), ALIGNMENT);
      Buffer here = new Buffer(Device.CPU, memory, bytes);
      fill.accept(View.contiguous(here, view.dtype(), view.shape()));
      pool.write(memory.asSlice(0, bytes), view.buffer());
    }
  }

  /** {@return the value in memory that the processor reads} */
  static View toHost(Stored stored) {
    return stored.onProcessor()
        ? stored.view()
        : fetched(pool(stored), stored.view(), Arena.ofAuto());
  }

  /**
   * {@return the pool of a value on a device, which is never given back by anything but a scope}
   */
  private static Pool pool(Stored stored) {
    Pool pool = Ownership.pool(stored.storage());
    if (pool == null) {
      throw Run.ended(stored);
    }
    return pool;
  }

  private static View fetched(Pool pool, View view, Arena arena) {
    Extent extent = Extent.of(view);
    int size = view.dtype().bytes();
    long bytes = extent.count * size;
    MemorySegment memory = arena.allocate(Math.max(1, bytes), ALIGNMENT);
    pool.read(view.buffer(), extent.first * size, memory.asSlice(0, bytes));
    Buffer here = new Buffer(Device.CPU, memory, bytes);
    return new View(here, view.dtype(), view.shape(), view.strides(), view.offset() - extent.first);
  }

  /** {@return the value in memory of a backend} */
  static View to(Backend backend, Stored leaf, LongFunction<Buffer> allocate) {
    View from = leaf.view();
    Pool target = backend.pool();
    try (Arena arena = Arena.ofConfined()) {
      View here = leaf.onProcessor() ? from : fetched(pool(leaf), from, arena);
      Extent extent = Extent.of(here);
      int size = from.dtype().bytes();
      long bytes = extent.count * size;
      Buffer buffer = allocate.apply(Math.max(1, bytes));
      try {
        target.write(here.buffer().segment().asSlice(extent.first * size, bytes), buffer);
      } catch (RuntimeException | Error e) {
        target.release(buffer);
        throw e;
      }
      return new View(
          buffer, from.dtype(), from.shape(), from.strides(), here.offset() - extent.first);
    }
  }

  /** {@return what a report says of a move} */
  static Span span(Stored leaf, View there, long start, long nanos) {
    Device from = leaf.view().buffer().device();
    Device to = there.buffer().device();
    long bytes = there.shape().size() * there.dtype().bytes();
    return new Span(
        "move",
        "copy",
        to,
        there.shape(),
        there.dtype(),
        start,
        nanos,
        Work.of(0, bytes),
        List.of(there.dtype()),
        "the operand was on " + from,
        null);
  }
}
