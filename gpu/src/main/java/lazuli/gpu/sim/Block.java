package lazuli.gpu.sim;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One block of threads at work: its warps, its shared memory, its barriers. */
final class Block {
  private static final int BARRIERS = 16;

  /** Instructions of a warp after which somebody looks whether there was an interrupt. */
  private static final long STRETCH = 1 << 22;

  final Machine machine;
  final Program program;
  final byte[] params;
  final int[] grid;
  final int[] size;
  final int[] index = new int[3];
  final Shared shared;
  private final Warp[] warps;
  private final Program.Instruction[] code;
  private final Program.@Nullable Instruction[] waiting;
  private final SplittableRandom random;
  private final boolean shuffled;
  private final int[] order;

  long globalBytes;
  long sectors;
  long barrierWaits;
  long products;
  long instructions;

  Block(Machine machine, Launch launch) {
    this.machine = machine;
    program = launch.program();
    params = launch.params();
    grid = launch.grid();
    size = launch.block();
    code = program.code.toArray(Program.Instruction[]::new);
    shared = new Shared(launch.shared());
    int threads = threads();
    warps = new Warp[(threads + 31) / 32];
    waiting = new Program.@Nullable Instruction[warps.length];
    order = new int[warps.length];
    for (int i = 0; i < warps.length; i++) {
      warps[i] = new Warp(this, i, lanes(i), program, machine.nowhere());
    }
    random = new SplittableRandom(launch.seed());
    shuffled = launch.seed() != 0;
  }

  private int threads() {
    return size[0] * size[1] * size[2];
  }

  private int lanes(int warp) {
    int n = Math.min(32, threads() - 32 * warp);
    return n == 32 ? -1 : (1 << n) - 1;
  }

  String name() {
    return "(" + index[0] + ", " + index[1] + ", " + index[2] + ")";
  }

  /** Goes to the start of the block of this index. */
  void begin(int x, int y, int z) {
    index[0] = x;
    index[1] = y;
    index[2] = z;
    shared.reset();
    for (int i = 0; i < warps.length; i++) {
      warps[i].reset(lanes(i), program);
      waiting[i] = null;
      order[i] = i;
    }
  }

  /** Runs the block to its end; after an interrupt it goes on where it was. */
  void proceed() {
    boolean alive = true;
    while (alive) {
      if (shuffled) {
        for (int i = order.length - 1; i > 0; i--) {
          int j = random.nextInt(i + 1);
          int other = order[i];
          order[i] = order[j];
          order[j] = other;
        }
      }
      alive = false;
      boolean moved = false;
      for (int i : order) {
        Warp w = warps[i];
        if (w.live != 0 && waiting[i] == null) {
          long most = shuffled ? 1 + random.nextInt(64) : STRETCH;
          long executed = w.run(code, most);
          instructions += Math.abs(executed);
          moved = true;
          if (executed < 0) {
            waiting[i] = w.here(program);
            barrierWaits++;
          }
        }
        alive |= w.live != 0;
      }
      moved |= release();
      if (alive && !moved) {
        throw deadlock();
      }
      machine.watch(instructions, this);
    }
  }

  /** Lets warps pass barriers at which everybody arrived. */
  private boolean release() {
    boolean moved = false;
    for (int id = 0; id < BARRIERS; id++) {
      int arrived = 0;
      int alive = 0;
      for (int i = 0; i < warps.length; i++) {
        alive += warps[i].live != 0 ? 1 : 0;
        Program.Instruction at = waiting[i];
        arrived += at != null && at.barrier == id ? 1 : 0;
      }
      if (arrived > 0 && arrived == alive) {
        join(id);
        moved = true;
      }
    }
    return moved;
  }

  private void join(int id) {
    boolean any = false;
    boolean all = true;
    for (int i = 0; i < warps.length; i++) {
      Program.Instruction at = waiting[i];
      if (at != null && at.barrier == id && at.contributed >= 0) {
        int bits = warps[i].preds[at.contributed];
        bits = at.inverted ? ~bits : bits;
        any |= (bits & warps[i].live) != 0;
        all &= (bits & warps[i].live) == warps[i].live;
      }
    }
    for (int i = 0; i < warps.length; i++) {
      Program.Instruction at = waiting[i];
      if (at != null && at.barrier == id) {
        if (at.reduced >= 0) {
          warps[i].preds[at.reduced] = (at.and ? all : any) ? -1 : 0;
        }
        warps[i].pass();
        waiting[i] = null;
      }
    }
    shared.barrier();
  }

  private SimFault deadlock() {
    StringBuilder text = new StringBuilder("deadlock in block " + name() + " of " + program.name());
    for (int i = 0; i < warps.length; i++) {
      Program.Instruction at = waiting[i];
      text.append("; warp ").append(i);
      text.append(
          at == null ? " has ended" : " waits at line " + at.line.number() + ", " + at.line);
    }
    return new SimFault(text.toString());
  }

  Counters counters() {
    return new Counters(
        instructions,
        globalBytes,
        sectors,
        shared.accesses,
        shared.conflicts,
        barrierWaits,
        products);
  }

  /** Counts the distinct 32-byte sectors of a warp's access. */
  void traffic(long[] addresses, int n, int bytes) {
    globalBytes += (long) n * bytes;
    long last = -1;
    boolean rising = true;
    int distinct = 0;
    for (int i = 0; i < n; i++) {
      long sector = addresses[i] >> 5;
      rising &= sector >= last;
      distinct += sector != last ? 1 : 0;
      last = sector;
    }
    if (!rising) {
      long[] sorted = Arrays.copyOf(addresses, n);
      Arrays.sort(sorted);
      distinct = 0;
      last = -1;
      for (long address : sorted) {
        distinct += address >> 5 != last ? 1 : 0;
        last = address >> 5;
      }
    }
    sectors += distinct;
  }
}
