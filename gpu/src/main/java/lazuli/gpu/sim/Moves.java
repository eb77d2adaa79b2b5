package lazuli.gpu.sim;

import org.jspecify.annotations.Nullable;

/** mov, selp and the special registers (PTX ISA, sections 9.7.9.6, 9.7.6.3 and 10). */
final class Moves {
  private Moves() {}

  static @Nullable Exec decode(Line line, Program p) {
    String op = line.opcode();
    if (op.startsWith("mov.")) {
      return move(line, p);
    }
    if (op.startsWith("selp.")) {
      return select(line, p);
    }
    return null;
  }

  private static Exec move(Line line, Program p) {
    String to = line.operand(0);
    String from = line.operand(1);
    if (from.startsWith("%") && !p.isRegister(from)) {
      int d = p.b32(line, to);
      return special(line, from, d);
    }
    if (from.startsWith("{")) {
      return pack(line, p);
    }
    if (to.startsWith("{")) {
      return unpack(line, p);
    }
    int destination = p.kindOf(line, to);
    int source = p.isRegister(from) ? p.kindOf(line, from) : destination;
    return switch (destination * 10 + source) {
      case 0 -> {
        int d = p.pred(line, to);
        int a = p.pred(line, from);
        yield (w, m) -> w.preds[d] = w.preds[d] & ~m | w.preds[a] & m;
      }
      case 11 -> {
        int d = p.b16(line, to);
        int a = p.b16(line, from);
        yield (w, m) -> copy(m, w.b16[d], w.b16[a]);
      }
      case 22 -> {
        int d = p.b32(line, to);
        int a = p.b32(line, from);
        yield (w, m) -> copy(m, w.b32[d], w.b32[a]);
      }
      case 33 -> {
        int d = p.b64(line, to);
        int a = p.b64(line, from);
        yield (w, m) -> Lanes.map(m, w.b64[d], w.b64[a], x -> x);
      }
      case 44 -> {
        int d = p.f32(line, to);
        int a = p.f32(line, from);
        yield (w, m) -> copy(m, w.f32[d], w.f32[a]);
      }
      case 55 -> {
        int d = p.f64(line, to);
        int a = p.f64(line, from);
        yield (w, m) -> Lanes.map(m, w.f64[d], w.f64[a], x -> x);
      }
      case 24 -> {
        int d = p.b32(line, to);
        int a = p.f32(line, from);
        yield (w, m) -> {
          int[] out = w.b32[d];
          float[] in = w.f32[a];
          for (int x = m; x != 0; x &= x - 1) {
            int l = Integer.numberOfTrailingZeros(x);
            out[l] = Float.floatToRawIntBits(in[l]);
          }
        };
      }
      case 42 -> {
        int d = p.f32(line, to);
        int a = p.b32(line, from);
        yield (w, m) -> {
          float[] out = w.f32[d];
          int[] in = w.b32[a];
          for (int x = m; x != 0; x &= x - 1) {
            int l = Integer.numberOfTrailingZeros(x);
            out[l] = Float.intBitsToFloat(in[l]);
          }
        };
      }
      case 35 -> {
        int d = p.b64(line, to);
        int a = p.f64(line, from);
        yield (w, m) -> {
          for (int x = m; x != 0; x &= x - 1) {
            int l = Integer.numberOfTrailingZeros(x);
            w.b64[d][l] = Double.doubleToRawLongBits(w.f64[a][l]);
          }
        };
      }
      case 53 -> {
        int d = p.f64(line, to);
        int a = p.b64(line, from);
        yield (w, m) -> {
          for (int x = m; x != 0; x &= x - 1) {
            int l = Integer.numberOfTrailingZeros(x);
            w.f64[d][l] = Double.longBitsToDouble(w.b64[a][l]);
          }
        };
      }
      default -> throw line.fault("sizes differ");
    };
  }

  private static void copy(int m, int[] d, int[] a) {
    if (m == -1) {
      System.arraycopy(a, 0, d, 0, Warp.LANES);
    } else {
      Lanes.map(m, d, a, x -> x);
    }
  }

  private static void copy(int m, float[] d, float[] a) {
    if (m == -1) {
      System.arraycopy(a, 0, d, 0, Warp.LANES);
    } else {
      Lanes.map(m, d, a, x -> x);
    }
  }

  static String[] vector(String operand) {
    String inside = operand.substring(1, operand.length() - 1);
    String[] parts = inside.split(",");
    for (int i = 0; i < parts.length; i++) {
      parts[i] = parts[i].strip();
    }
    return parts;
  }

  private static Exec pack(Line line, Program p) {
    String[] parts = vector(line.operand(1));
    if (line.last().equals("b32") && parts.length == 2) {
      int d = p.b32(line, line.operand(0));
      int low = p.b16(line, parts[0]);
      int high = p.b16(line, parts[1]);
      return (w, m) ->
          Lanes.map(m, w.b32[d], w.b16[low], w.b16[high], (a, b) -> a & 0xffff | b << 16);
    }
    if (line.last().equals("b64") && parts.length == 2) {
      int d = p.b64(line, line.operand(0));
      int low = p.b32(line, parts[0]);
      int high = p.b32(line, parts[1]);
      return (w, m) -> {
        for (int x = m; x != 0; x &= x - 1) {
          int l = Integer.numberOfTrailingZeros(x);
          w.b64[d][l] = w.b32[low][l] & 0xffff_ffffL | (long) w.b32[high][l] << 32;
        }
      };
    }
    throw line.fault("packs two halves only");
  }

  private static Exec unpack(Line line, Program p) {
    String[] parts = vector(line.operand(0));
    if (line.last().equals("b32") && parts.length == 2) {
      int low = p.b16(line, parts[0]);
      int high = p.b16(line, parts[1]);
      int a = p.b32(line, line.operand(1));
      return (w, m) -> {
        Lanes.map(m, w.b16[low], w.b32[a], x -> x & 0xffff);
        Lanes.map(m, w.b16[high], w.b32[a], x -> x >>> 16);
      };
    }
    throw line.fault("unpacks two halves of 32 bits only");
  }

  private static Exec special(Line line, String name, int d) {
    return switch (name) {
      case "%tid.x" -> (w, m) -> thread(w, w.b32[d], 0);
      case "%tid.y" -> (w, m) -> thread(w, w.b32[d], 1);
      case "%tid.z" -> (w, m) -> thread(w, w.b32[d], 2);
      case "%laneid" ->
          (w, m) -> {
            for (int l = 0; l < Warp.LANES; l++) {
              w.b32[d][l] = l;
            }
          };
      case "%warpid" -> (w, m) -> Lanes.map(m, w.b32[d], w.b32[d], x -> w.number);
      case "%ctaid.x" -> (w, m) -> Lanes.map(m, w.b32[d], w.b32[d], x -> w.block.index[0]);
      case "%ctaid.y" -> (w, m) -> Lanes.map(m, w.b32[d], w.b32[d], x -> w.block.index[1]);
      case "%ctaid.z" -> (w, m) -> Lanes.map(m, w.b32[d], w.b32[d], x -> w.block.index[2]);
      case "%ntid.x" -> (w, m) -> Lanes.map(m, w.b32[d], w.b32[d], x -> w.block.size[0]);
      case "%ntid.y" -> (w, m) -> Lanes.map(m, w.b32[d], w.b32[d], x -> w.block.size[1]);
      case "%nctaid.x" -> (w, m) -> Lanes.map(m, w.b32[d], w.b32[d], x -> w.block.grid[0]);
      case "%nctaid.y" -> (w, m) -> Lanes.map(m, w.b32[d], w.b32[d], x -> w.block.grid[1]);
      case "%nctaid.z" -> (w, m) -> Lanes.map(m, w.b32[d], w.b32[d], x -> w.block.grid[2]);
      default -> throw line.fault("no special register " + name);
    };
  }

  private static void thread(Warp w, int[] d, int dimension) {
    int[] size = w.block.size;
    for (int l = 0; l < Warp.LANES; l++) {
      int t = 32 * w.number + l;
      d[l] =
          switch (dimension) {
            case 0 -> t % size[0];
            case 1 -> t / size[0] % size[1];
            default -> t / size[0] / size[1];
          };
    }
  }

  private static Exec select(Line line, Program p) {
    String to = line.operand(0);
    String yes = line.operand(1);
    String no = line.operand(2);
    int c = p.pred(line, line.operand(3));
    return switch (p.kindOf(line, to)) {
      case 1 -> {
        int d = p.b16(line, to);
        int a = p.b16(line, yes);
        int b = p.b16(line, no);
        yield (w, m) -> select(m, w.preds[c], w.b16[d], w.b16[a], w.b16[b]);
      }
      case 2 -> {
        int d = p.b32(line, to);
        int a = p.b32(line, yes);
        int b = p.b32(line, no);
        yield (w, m) -> select(m, w.preds[c], w.b32[d], w.b32[a], w.b32[b]);
      }
      case 3 -> {
        int d = p.b64(line, to);
        int a = p.b64(line, yes);
        int b = p.b64(line, no);
        yield (w, m) -> {
          for (int x = m; x != 0; x &= x - 1) {
            int l = Integer.numberOfTrailingZeros(x);
            w.b64[d][l] = (w.preds[c] >> l & 1) != 0 ? w.b64[a][l] : w.b64[b][l];
          }
        };
      }
      case 4 -> {
        int d = p.f32(line, to);
        int a = p.f32(line, yes);
        int b = p.f32(line, no);
        yield (w, m) -> {
          float[] out = w.f32[d];
          float[] first = w.f32[a];
          float[] second = w.f32[b];
          int chosen = w.preds[c];
          for (int x = m; x != 0; x &= x - 1) {
            int l = Integer.numberOfTrailingZeros(x);
            out[l] = (chosen >> l & 1) != 0 ? first[l] : second[l];
          }
        };
      }
      case 5 -> {
        int d = p.f64(line, to);
        int a = p.f64(line, yes);
        int b = p.f64(line, no);
        yield (w, m) -> {
          for (int x = m; x != 0; x &= x - 1) {
            int l = Integer.numberOfTrailingZeros(x);
            w.f64[d][l] = (w.preds[c] >> l & 1) != 0 ? w.f64[a][l] : w.f64[b][l];
          }
        };
      }
      default -> throw line.fault("cannot select that");
    };
  }

  private static void select(int m, int chosen, int[] d, int[] a, int[] b) {
    for (int x = m; x != 0; x &= x - 1) {
      int l = Integer.numberOfTrailingZeros(x);
      d[l] = (chosen >> l & 1) != 0 ? a[l] : b[l];
    }
  }
}
