package lazuli.gpu.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * 32 lanes that execute together: one array of 32 values for each register, one bit of a word for
 * each truth value. Lanes that branched apart run in the order of their positions and meet again at
 * the same position.
 */
final class Warp {
  static final int LANES = 32;

  final Block block;
  final int number;
  final int[] preds;
  final int[][] b16;
  final int[][] b32;
  final long[][] b64;
  final float[][] f32;
  final double[][] f64;

  /** Lanes that have not exited. */
  int live;

  private final int[] at = new int[LANES];
  private int position;
  private boolean apart;

  /** Copies of cp.async that were not waited for: the open group and the committed ones. */
  List<long[]> open = new ArrayList<>();

  final List<List<long[]>> groups = new ArrayList<>();

  // The last allocation that this warp touched.
  DeviceMemory.Block last;

  Warp(Block block, int number, int live, Program program, DeviceMemory.Block nowhere) {
    this.block = block;
    this.number = number;
    this.live = live;
    this.last = nowhere;
    int[] n = program.counts;
    preds = new int[n[0]];
    b16 = new int[n[1]][LANES];
    b32 = new int[n[2]][LANES];
    b64 = new long[n[3]][LANES];
    f32 = new float[n[4]][LANES];
    f64 = new double[n[5]][LANES];
  }

  /** Makes the warp as if new, for the next block. */
  void reset(int lanes, Program program) {
    live = lanes;
    position = 0;
    apart = false;
    open.clear();
    groups.clear();
    // Registers start with no value: poison what could pass for one.
    java.util.Arrays.fill(preds, 0xaaaaaaaa);
    for (int[] r : b16) {
      java.util.Arrays.fill(r, 0xdead);
    }
    for (int[] r : b32) {
      java.util.Arrays.fill(r, 0xdeadbeef);
    }
    for (long[] r : b64) {
      java.util.Arrays.fill(r, 0xdeadbeefdeadbeefL);
    }
    for (float[] r : f32) {
      java.util.Arrays.fill(r, Float.NaN);
    }
    for (double[] r : f64) {
      java.util.Arrays.fill(r, Double.NaN);
    }
    for (long[] c : program.constants) {
      int slot = (int) c[1];
      switch ((int) c[0]) {
        case 1 -> java.util.Arrays.fill(b16[slot], (int) c[2]);
        case 2 -> java.util.Arrays.fill(b32[slot], (int) c[2]);
        case 3 -> java.util.Arrays.fill(b64[slot], c[2]);
        case 4 -> java.util.Arrays.fill(f32[slot], Float.intBitsToFloat((int) c[2]));
        case 5 -> java.util.Arrays.fill(f64[slot], Double.longBitsToDouble(c[2]));
        default -> throw new SimFault("no constant truth values");
      }
    }
  }

  /** {@return the place of the line that the warp executes next} */
  Program.Instruction here(Program program) {
    return program.code.get(position);
  }

  /**
   * Runs until a barrier or the end.
   *
   * @param most how many instructions at most
   * @return how many it executed
   */
  long run(Program.Instruction[] code, long most) {
    long executed = 0;
    int mask = live;
    int next = Integer.MAX_VALUE;
    if (apart) {
      mask = gather();
      next = following(mask);
    }
    while (live != 0 && executed < most) {
      Program.Instruction in = code[position];
      executed++;
      int m = mask;
      if (in.guard >= 0) {
        m &= in.line.negated() ? ~preds[in.guard] : preds[in.guard];
      }
      switch (in.flow) {
        case NEXT -> {
          if (m != 0) {
            Exec exec = in.exec;
            if (exec != null) {
              exec.run(this, m);
            }
          }
          position++;
        }
        case BRANCH -> {
          if (m == mask) {
            position = in.target;
          } else if (m == 0) {
            position++;
          } else {
            scatter(mask & ~m, position + 1);
            scatter(m, in.target);
            apart = true;
            mask = gather();
            next = following(mask);
            continue;
          }
        }
        case EXIT -> {
          live &= ~m;
          if (apart) {
            scatter(mask & ~m, position + 1);
            if (live == 0) {
              return executed;
            }
            mask = gather();
            next = following(mask);
            continue;
          }
          mask = live;
          position++;
        }
        case BARRIER -> {
          if (apart || m != mask) {
            throw in.line.fault(
                "reached by "
                    + Integer.bitCount(m)
                    + " of "
                    + Integer.bitCount(live)
                    + " lanes of warp "
                    + number
                    + ": lanes of one warp must meet before a barrier");
          }
          return -executed;
        }
      }
      if (apart && (position >= next || in.flow == Program.Flow.BRANCH)) {
        scatter(mask, position);
        mask = gather();
        next = following(mask);
      }
    }
    if (apart) {
      scatter(mask, position);
    }
    return executed;
  }

  /** Goes on behind the barrier that stopped the warp. */
  void pass() {
    position++;
  }

  private void scatter(int lanes, int to) {
    for (int x = lanes; x != 0; x &= x - 1) {
      at[Integer.numberOfTrailingZeros(x)] = to;
    }
  }

  /** {@return the live lanes at the lowest position, which becomes the warp's} */
  private int gather() {
    int lowest = Integer.MAX_VALUE;
    int lanes = 0;
    for (int x = live; x != 0; x &= x - 1) {
      int lane = Integer.numberOfTrailingZeros(x);
      if (at[lane] < lowest) {
        lowest = at[lane];
        lanes = 0;
      }
      if (at[lane] == lowest) {
        lanes |= 1 << lane;
      }
    }
    position = lowest;
    apart = lanes != live;
    return lanes;
  }

  /** {@return the lowest position of the other lanes} */
  private int following(int lanes) {
    int lowest = Integer.MAX_VALUE;
    for (int x = live & ~lanes; x != 0; x &= x - 1) {
      lowest = Math.min(lowest, at[Integer.numberOfTrailingZeros(x)]);
    }
    return lowest;
  }

  /** {@return the allocation that holds these bytes} */
  DeviceMemory.Block memory(long address, int bytes, Line line) {
    DeviceMemory.Block block = last;
    if (address >= block.base && address + bytes <= block.base + block.bytes) {
      return block;
    }
    DeviceMemory.Block found = block(address, bytes, line);
    last = found;
    return found;
  }

  private DeviceMemory.Block block(long address, int bytes, Line line) {
    DeviceMemory memory = block.machine.memory();
    DeviceMemory.Block found = memory.find(address, bytes);
    if (found == null) {
      throw line.fault(
          memory.explain(address, bytes) + " (warp " + number + " of block " + block.name() + ")");
    }
    return found;
  }
}
