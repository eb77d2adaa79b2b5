package lazuli.gpu.sim;

import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import lazuli.array.type.Rounding;
import org.jspecify.annotations.Nullable;

/** mma and ldmatrix (PTX ISA, sections 9.7.13.4.14 and 9.7.13.4.15). */
final class Matrices {
  private static final int K = 16;

  private Matrices() {}

  static @Nullable Exec decode(Line line, Program p) {
    return switch (line.opcode()) {
      case "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32" -> product(line, p, true);
      case "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32" -> product(line, p, false);
      case "ldmatrix.sync.aligned.m8n8.x4.shared.b16" -> load(line, p, 4, false);
      case "ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16" -> load(line, p, 4, true);
      case "ldmatrix.sync.aligned.m8n8.x2.shared.b16" -> load(line, p, 2, false);
      case "ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16" -> load(line, p, 2, true);
      default -> null;
    };
  }

  private static void whole(Line line, Warp w, int m) {
    if (m != -1) {
      throw line.fault("needs all 32 lanes, got " + Integer.bitCount(m) + " of warp " + w.number);
    }
  }

  private static int[] registers(Line line, String operand, Program p, boolean floats) {
    String[] names = Moves.vector(operand);
    int[] slots = new int[names.length];
    for (int i = 0; i < names.length; i++) {
      slots[i] = floats ? p.f32(line, names[i]) : p.b32(line, names[i]);
    }
    return slots;
  }

  private static Exec product(Line line, Program p, boolean brain) {
    int[] d = registers(line, line.operand(0), p, true);
    int[] a = registers(line, line.operand(1), p, false);
    int[] b = registers(line, line.operand(2), p, false);
    int[] c = registers(line, line.operand(3), p, true);
    return (w, m) -> {
      whole(line, w, m);
      w.block.products++;
      float[][] left = new float[16][K];
      float[][] right = new float[8][K];
      gather(w, a, Fragments.A, left, false, brain);
      gather(w, b, Fragments.B, right, true, brain);
      int[][] rows = Fragments.C.row();
      int[][] columns = Fragments.C.column();
      float[][] sums = new float[4][Warp.LANES];
      for (int lane = 0; lane < Warp.LANES; lane++) {
        for (int i = 0; i < 4; i++) {
          sums[i][lane] =
              (float) (w.f32[c[i]][lane] + dot(left[rows[lane][i]], right[columns[lane][i]]));
        }
      }
      for (int i = 0; i < 4; i++) {
        System.arraycopy(sums[i], 0, w.f32[d[i]], 0, Warp.LANES);
      }
    };
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int k = 0; k < K; k++) {
      sum += (double) a[k] * b[k];
    }
    return sum;
  }

  private static void gather(
      Warp w, int[] slots, Fragments.Layout layout, float[][] to, boolean turned, boolean brain) {
    for (int lane = 0; lane < Warp.LANES; lane++) {
      for (int i = 0; i < layout.elements(); i++) {
        int pair = w.b32[slots[i / 2]][lane];
        short half = (short) (i % 2 == 0 ? pair : pair >>> 16);
        float value = brain ? Rounding.bf16(half) : Float.float16ToFloat(half);
        int row = layout.row()[lane][i];
        int column = layout.column()[lane][i];
        if (turned) {
          to[column][row] = value;
        } else {
          to[row][column] = value;
        }
      }
    }
  }

  /** Lane i of each eight gives the address of row i of one 8 x 8 matrix. */
  private static Exec load(Line line, Program p, int matrices, boolean turned) {
    int[] d = registers(line, line.operand(0), p, false);
    MemoryAccess.Address address = MemoryAccess.Address.of(line, line.operand(1), p, false);
    return (w, m) -> {
      whole(line, w, m);
      Shared shared = w.block.shared;
      for (int matrix = 0; matrix < matrices; matrix++) {
        shared.begin();
        int[] rows = new int[8];
        for (int row = 0; row < 8; row++) {
          rows[row] = (int) address.at(w, 8 * matrix + row);
          shared.check(w, line, rows[row], 16, false);
          shared.touch(rows[row], 16);
        }
        shared.end();
        int[] out = w.b32[d[matrix]];
        for (int lane = 0; lane < Warp.LANES; lane++) {
          int low = 0;
          for (int i = 1; i >= 0; i--) {
            int row = turned ? 2 * (lane & 3) + i : lane >> 2;
            int column = turned ? lane >> 2 : 2 * (lane & 3) + i;
            int half = shared.memory.get(JAVA_SHORT_UNALIGNED, rows[row] + 2L * column) & 0xffff;
            low = low << 16 | half;
          }
          out[lane] = low;
        }
      }
    };
  }
}
