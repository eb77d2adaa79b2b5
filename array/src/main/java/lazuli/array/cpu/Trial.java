package lazuli.array.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import lazuli.array.type.DType;

/**
 * Runs a generated loop on memory of its own until it is compiled, and holds it against the loops
 * of its operations. A loop that C2 compiled badly, as it does with long ones without a word, loses
 * here instead of in front of the user.
 */
final class Trial {
  /** Of the processor, so that a busy machine makes a trial longer and not harder. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  /** Calls between two measurements. */
  private static final int CALLS = 150;

  /** Whole vectors of such a call: C2 counts calls as well as turns. */
  private static final int VECTORS = 24;

  /** A loop must win this often in a row. */
  private static final int WINS = 3;

  private final Stage loop;
  private final Registers program;
  private final Segment.Part part;
  private final long[] at;

  /** The same for the loop: half types as they are in memory, which steps get widened. */
  private final long[] raw;

  private final Map<Integer, DType> halves;

  private Trial(
      Stage loop, Registers program, Segment.Part part, Segment segment, long[] at, long[] raw) {
    this.loop = loop;
    this.program = program;
    this.part = part;
    this.at = at;
    this.raw = raw;
    this.halves = segment.halves();
  }

  /** Whether a part's loop is faster than its steps, which are compiled already. */
  static boolean faster(Stage loop, Registers program, Segment.Part part) {
    Segment segment = part.segment();
    if (segment == null) {
      throw new IllegalArgumentException("the part is no segment");
    }
    try (Arena arena = Arena.ofConfined()) {
      long[] at = new long[program.slots() + 1];
      Random random = new Random(1);
      place(segment.loads(), at, arena, random);
      place(segment.constants(), at, arena, random);
      place(segment.stores(), at, arena, random);
      // Steps also write what the loop keeps in registers.
      for (int i = 0; i < at.length; i++) {
        at[i] = at[i] == 0 ? arena.allocate(8L * FusedKernel.BLOCK, 64).address() : at[i];
      }
      long[] raw = at.clone();
      segment
          .halves()
          .forEach(
              (slot, type) -> {
                if (segment.loads().containsKey(slot)) {
                  raw[slot] = arena.allocate(2L * FusedKernel.BLOCK, 64).address();
                  Movers.store(type).run(raw[slot], at[slot], 0, 0, FusedKernel.BLOCK);
                }
              });
      return new Trial(loop, program, part, segment, at, raw).wins(LoopWriter.lanes(segment));
    }
  }

  private static void place(Map<Integer, Bank> slots, long[] at, Arena arena, Random random) {
    slots.forEach(
        (slot, bank) -> {
          MemorySegment block = arena.allocate(8L * FusedKernel.BLOCK, 64);
          at[slot] = block.address();
          for (int i = 0; i < FusedKernel.BLOCK; i++) {
            switch (bank) {
              case F32 -> Memory.putFloat(at[slot] + 4L * i, random.nextFloat(0.5f, 2));
              case F64 -> Memory.putDouble(at[slot] + 8L * i, random.nextDouble(0.5, 2));
              case I32 -> Memory.putInt(at[slot] + 4L * i, random.nextInt(2));
              case I64 -> Memory.putLong(at[slot] + 8L * i, random.nextInt(1000));
            }
          }
        });
  }

  private boolean wins(int lanes) {
    long start = System.nanoTime();
    long used = CLOCK.getCurrentThreadCpuTime();
    int wins = 0;
    do {
      for (int i = 0; i < CALLS; i++) {
        // With and without a rest, so that no branch is left uncompiled.
        int n = VECTORS * lanes + (i & 1) * (i % lanes);
        loop.run(raw, n);
        steps(n);
      }
      long own = Long.MAX_VALUE;
      long steps = Long.MAX_VALUE;
      for (int i = 0; i < 4; i++) {
        own = Math.min(own, time(() -> loop.run(raw, FusedKernel.BLOCK)));
        steps = Math.min(steps, time(() -> steps(FusedKernel.BLOCK)));
      }
      wins = own < steps ? wins + 1 : 0;
    } while (wins < WINS
        && CLOCK.getCurrentThreadCpuTime() - used < PATIENCE_NANOS
        && System.nanoTime() - start < LONGEST_NANOS);
    return wins == WINS;
  }

  private void steps(int n) {
    halves.forEach(
        (slot, type) -> {
          if (raw[slot] != at[slot]) {
            Movers.load(type).move(raw[slot], 2, at[slot], n);
          }
        });
    for (int i = part.first(); i < part.end(); i++) {
      program.steps().get(i).run(at, n);
    }
  }

  private static long time(Runnable body) {
    long start = System.nanoTime();
    for (int i = 0; i < 4; i++) {
      body.run();
    }
    return System.nanoTime() - start;
  }
}
