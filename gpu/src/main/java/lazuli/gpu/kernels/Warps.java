package lazuli.gpu.kernels;

import java.util.List;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Reg;

/** The warp-wide matrix instructions; {@code lazuli.gpu.sim.Fragments} says which lane has what. */
final class Warps {
  private Warps() {}

  /** {@return four 8 x 8 matrices of halves, transposed or not} */
  static Reg[] ldmatrix(Code c, String trans, Reg address, int offset) {
    Reg[] out = {c.reg(Kind.B32), c.reg(Kind.B32), c.reg(Kind.B32), c.reg(Kind.B32)};
    c.op(
        "ldmatrix.sync.aligned.m8n8.x4" + trans + ".shared.b16",
        List.of(out),
        Code.at(address, offset));
    return out;
  }

  /** Adds the product of a 16 x 16 and a 16 x 8 matrix to the sums. */
  static void mma(Code c, String type, Reg[] sums, Reg[] a, Reg b0, Reg b1) {
    c.op(
        "mma.sync.aligned.m16n8k16.row.col.f32." + type + "." + type + ".f32",
        List.of(sums),
        List.of(a),
        List.of(b0, b1),
        List.of(sums));
  }
}
