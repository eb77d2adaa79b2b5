package lazuli.gpu.sim;

import org.jspecify.annotations.Nullable;

/** shfl.sync and vote.sync (PTX ISA, sections 9.7.9.6 and 9.7.13.8). */
final class Shuffles {
  private Shuffles() {}

  static @Nullable Exec decode(Line line, Program p) {
    if (line.opcode().startsWith("shfl.sync.")) {
      return shuffle(line, p);
    }
    if (line.opcode().equals("vote.sync.any.pred")) {
      int d = p.pred(line, line.operand(0));
      int a = p.pred(line, line.operand(1));
      return (w, m) -> {
        met(line, w, m);
        w.preds[d] = (w.preds[a] & m) != 0 ? -1 : 0;
      };
    }
    return null;
  }

  private static void met(Line line, Warp w, int m) {
    if (m != w.live) {
      throw line.fault(
          "its mask names all lanes, but "
              + Integer.bitCount(m)
              + " of "
              + Integer.bitCount(w.live)
              + " of warp "
              + w.number
              + " are here");
    }
  }

  private static Exec shuffle(Line line, Program p) {
    String mode = line.opcode().split("\\.")[2];
    if (!line.operand(4).equals("0xffffffff") && !line.operand(4).equals("-1")) {
      throw line.fault("only the full mask");
    }
    String to = line.operand(0);
    int b = p.b32(line, line.operand(2));
    int clamp = Integer.decode(line.operand(3));
    if (clamp != (mode.equals("up") ? 0 : 31)) {
      throw line.fault("only whole warps");
    }
    if (p.kindOf(line, to) == 4) {
      int d = p.f32(line, to);
      int a = p.f32(line, line.operand(1));
      return (w, m) -> {
        met(line, w, m);
        float[] from = w.f32[a].clone();
        for (int l = 0; l < Warp.LANES; l++) {
          w.f32[d][l] = from[lane(mode, l, w.b32[b][l])];
        }
      };
    }
    int d = p.b32(line, to);
    int a = p.b32(line, line.operand(1));
    return (w, m) -> {
      met(line, w, m);
      int[] from = w.b32[a].clone();
      for (int l = 0; l < Warp.LANES; l++) {
        w.b32[d][l] = from[lane(mode, l, w.b32[b][l])];
      }
    };
  }

  private static int lane(String mode, int lane, int operand) {
    int other =
        switch (mode) {
          case "bfly" -> lane ^ operand;
          case "down" -> lane + operand;
          case "up" -> lane - operand;
          case "idx" -> operand & 31;
          default -> throw new SimFault("no shuffle " + mode);
        };
    return other < 0 || other > 31 ? lane : other;
  }
}
