package lazuli.array.cpu;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Pool;
import lazuli.array.backend.View;
import lazuli.array.cpu.code.Bf16Code;
import lazuli.array.cpu.code.Bf16Product;
import lazuli.array.cpu.code.MachineCode;
import lazuli.array.op.Binary;
import lazuli.array.op.Fused;
import lazuli.array.op.Reduction;
import lazuli.array.profile.Peaks;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;

/**
 * Measures what this machine can do, with the threads that kernels use: multiply-add rates, read
 * bandwidth of main memory and of the last private cache, and the cost of starting work. Takes
 * about two seconds, longer on a busy machine. The best of many short runs counts: other programs
 * only ever slow a run down.
 */
public final class CpuPeaks {
  private static final long BUDGET_NANOS = TimeUnit.MILLISECONDS.toNanos(220);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final int STEPS = 100_000;
  private static final int CALLS = 200;

  /** Under one vector in two nanoseconds the code is not compiled yet. */
  private static final double SLOWEST_VECTORS = 5e8;

  private static final double SLOWEST_BYTES = 1e9;

  /** Some systems count processor time in steps of 16 ms. */
  private static final long COARSEST_NANOS =
      System.getProperty("os.name").startsWith("Windows")
          ? TimeUnit.MILLISECONDS.toNanos(500)
          : 100_000;

  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
  private static final long LARGE_SET = 256L << 20;
  private static final long CHUNK = 1 << 20;

  private CpuPeaks() {}

  /**
   * {@return the limits of this machine} The launch cost is that of one kernel on one element; pass
   * an evaluation to {@link #measure(Runnable)} to include planning.
   */
  public static Peaks measure() {
    Pool pool = new CpuPool(1 << 20, new SystemMemory());
    Shape one = Shape.of(1);
    Buffer in = pool.allocate(4);
    View x = View.contiguous(in, DType.F32, one);
    Memory.putFloat(in.segment().address(), 1);
    List<Fused.Instruction> program =
        List.of(new Fused.Load(0, DType.F32), new Fused.Apply(Binary.ADD, 0, 0, -1, DType.F32));
    FusedKernel add = new FusedKernel(new Fused(one, program), 1, Work.NONE);
    return measure(
        () -> {
          Buffer out = pool.allocate(4);
          add.launch(List.of(x), View.contiguous(out, DType.F32, one));
          pool.release(out);
        });
  }

  /**
   * {@return the limits of this machine}
   *
   * @param smallest evaluates the smallest possible array; its time is the launch cost
   */
  public static Peaks measure(Runnable smallest) {
    int threads = Workers.threads();
    double f32 = 2.0 * Species.LANES * vectors(threads, CpuPeaks::singles);
    double f64 = 2.0 * Species.LANES64 * vectors(threads, CpuPeaks::doubles);
    return new Peaks(
        Device.CPU,
        name(),
        threads,
        f32,
        f64,
        Math.max(f32, halves(threads)),
        memory(),
        cache(threads),
        launch(smallest),
        Instant.now());
  }

  /**
   * Multiply-adds of whole vectors a second, all threads together. The item is one call of one long
   * loop: inlined into a loop of calls beside the other type's, it came out at half the rate.
   */
  private static double vectors(int threads, IntConsumer loop) {
    return highest(
        items(threads), 12.0 * STEPS, SLOWEST_VECTORS, threads, item -> loop.accept(STEPS));
  }

  /** Several items for each thread: one that is late must not hold up the end for long. */
  private static int items(int threads) {
    return threads == 1 ? 4 : 8 * threads;
  }

  /**
   * The highest rate of repeated runs: the amount that the items do together over the elapsed time,
   * or over the processor time that they took when that is more, as it is beside other programs.
   * Goes on while the code is too slow to be compiled and while runs still get faster, within
   * reason.
   *
   * @param amount what one item does
   * @param slowest a rate that any machine reaches
   * @param together how many items certainly do not hinder each other
   */
  private static double highest(
      int items, double amount, double slowest, int together, IntConsumer item) {
    double best = 0;
    long start = System.nanoTime();
    long improved = start;
    long now;
    do {
      LongAdder own = new LongAdder();
      long t0 = System.nanoTime();
      Workers.run(
          items,
          Long.MAX_VALUE,
          i -> {
            long c0 = CLOCK.getCurrentThreadCpuTime();
            item.accept(i);
            own.add(CLOCK.getCurrentThreadCpuTime() - c0);
          });
      now = System.nanoTime();
      double rate = items * amount * 1e9 / (now - t0);
      if (own.sum() > COARSEST_NANOS) {
        rate = Math.max(rate, items * amount * 1e9 / own.sum() * together);
      }
      if (rate > 1.03 * best) {
        improved = now;
      }
      best = Math.max(best, rate);
    } while (now - start < PATIENCE_NANOS && (now - improved < BUDGET_NANOS || best < slowest));
    return best;
  }

  /** Twelve independent chains of multiply-adds: enough to hide the latency of two pipes. */
  private static void singles(int steps) {
    FloatVector m = FloatVector.broadcast(Species.F32, 0.5f);
    FloatVector s0 = FloatVector.broadcast(Species.F32, 1f);
    FloatVector s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0;
    FloatVector s6 = s0, s7 = s0, s8 = s0, s9 = s0, s10 = s0, s11 = s0;
    for (int i = 0; i < steps; i++) {
      s0 = s0.fma(m, m);
      s1 = s1.fma(m, m);
      s2 = s2.fma(m, m);
      s3 = s3.fma(m, m);
      s4 = s4.fma(m, m);
      s5 = s5.fma(m, m);
      s6 = s6.fma(m, m);
      s7 = s7.fma(m, m);
      s8 = s8.fma(m, m);
      s9 = s9.fma(m, m);
      s10 = s10.fma(m, m);
      s11 = s11.fma(m, m);
    }
    FloatVector all = s0.add(s1).add(s2.add(s3)).add(s4.add(s5).add(s6.add(s7)));
    used(all.add(s8.add(s9)).add(s10.add(s11)).lane(0));
  }

  private static void doubles(int steps) {
    DoubleVector m = DoubleVector.broadcast(Species.F64, 0.5);
    DoubleVector s0 = DoubleVector.broadcast(Species.F64, 1);
    DoubleVector s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0;
    DoubleVector s6 = s0, s7 = s0, s8 = s0, s9 = s0, s10 = s0, s11 = s0;
    for (int i = 0; i < steps; i++) {
      s0 = s0.fma(m, m);
      s1 = s1.fma(m, m);
      s2 = s2.fma(m, m);
      s3 = s3.fma(m, m);
      s4 = s4.fma(m, m);
      s5 = s5.fma(m, m);
      s6 = s6.fma(m, m);
      s7 = s7.fma(m, m);
      s8 = s8.fma(m, m);
      s9 = s9.fma(m, m);
      s10 = s10.fma(m, m);
      s11 = s11.fma(m, m);
    }
    DoubleVector all = s0.add(s1).add(s2.add(s3)).add(s4.add(s5).add(s6.add(s7)));
    used(all.add(s8.add(s9)).add(s10.add(s11)).lane(0));
  }

  /**
   * The rate of the bf16 machine code on operands in the nearest caches; 0 where there is none and
   * half types are computed in f32.
   */
  private static double halves(int threads) {
    Bf16Code code = MachineCode.bf16();
    if (code == null) {
      return 0;
    }
    long rows = 3L * Bf16Product.ROWS;
    long pairs = 8L * Bf16Product.PAIRS;
    long columns = Bf16Product.COLUMNS;
    int calls = 4 * CALLS;
    return highest(
        items(threads),
        2.0 * rows * 2 * pairs * columns * calls,
        SLOWEST_VECTORS,
        threads,
        item -> {
          try (Arena arena = Arena.ofConfined()) {
            long a = arena.allocate(4 * rows * pairs, 64).address();
            long b = arena.allocate(4 * pairs * columns, 64).address();
            long c = arena.allocate(4 * rows * columns, 64).address();
            for (int i = 0; i < calls; i++) {
              code.product().multiply(false, rows, pairs, a, 4 * pairs, b, c, 4 * columns);
            }
          }
        });
  }

  /** Keeps a result from being optimised away: it is 1 whatever the machine. */
  private static void used(double value) {
    if (!(value > 0)) {
      throw new IllegalStateException("a sum of positive numbers is " + value);
    }
  }

  /** Bytes a second read from a set much larger than the caches. */
  private static double memory() {
    SystemMemory system = new SystemMemory();
    long bytes = LARGE_SET;
    SystemMemory.Block block = system.allocate(bytes, CpuPool.HUGE);
    while (block == null && bytes > CHUNK) {
      bytes /= 2;
      block = system.allocate(bytes, CpuPool.HUGE);
    }
    if (block == null) {
      throw new OutOfMemoryError("no memory to measure its bandwidth");
    }
    try {
      long address = block.address();
      int chunks = (int) (bytes / CHUNK);
      Workers.run(
          chunks,
          Long.MAX_VALUE,
          i -> Memory.ALL.asSlice(address + i * CHUNK, CHUNK).fill((byte) 0));
      // Threads share the memory: one thread's own rate is all that processor time can tell.
      return highest(chunks, CHUNK, SLOWEST_BYTES, 1, i -> read(address + i * CHUNK, CHUNK, 1));
    } finally {
      system.free(block);
    }
  }

  /** Bytes a second read from half of each thread's second-level cache. */
  private static double cache(int threads) {
    long set = Math.max(64 << 10, secondLevel() / 2);
    int rounds = (int) Math.max(1, (8L << 20) / set);
    try (Arena arena = Arena.ofShared()) {
      long address = arena.allocate(set * threads, 64).address();
      return highest(
          items(threads),
          (double) set * rounds,
          SLOWEST_BYTES,
          threads,
          i -> read(address + i % threads * set, set, rounds));
    }
  }

  private static void read(long address, long bytes, int rounds) {
    // The cheapest loop over vectors: anything slower measures itself instead of the memory.
    Loop or = Loops.fold(Reduction.ANY, Bank.I32);
    if (or == null) {
      throw new IllegalStateException("any has no vector form");
    }
    long lanes = Scratch.current().bytes(Scratch.Slot.PARTIAL, 64);
    for (int i = 0; i < rounds; i++) {
      or.run(lanes, address, address, address, (int) (bytes / 4));
    }
  }

  private static double launch(Runnable smallest) {
    int repeats = 200;
    double rate =
        highest(
            1,
            repeats,
            0,
            1,
            item -> {
              for (int i = 0; i < repeats; i++) {
                smallest.run();
              }
            });
    return 1e9 / rate;
  }

  private static long secondLevel() {
    try {
      String size =
          Files.readString(Path.of("/sys/devices/system/cpu/cpu0/cache/index2/size")).strip();
      return Long.parseLong(size.replace("K", "")) << 10;
    } catch (IOException | NumberFormatException e) {
      return 512 << 10;
    }
  }

  /** {@return the processor as the operating system names it} */
  public static String name() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    } catch (IOException e) {
      // Not Linux: the name below.
    }
    String windows = System.getenv("PROCESSOR_IDENTIFIER");
    return windows != null ? windows : System.getProperty("os.arch");
  }
}
