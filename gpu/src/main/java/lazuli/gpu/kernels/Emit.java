package lazuli.gpu.kernels;

import java.util.function.BinaryOperator;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Reg;

/** Pieces of PTX that several kernels share. */
final class Emit {
  /** Threads of a block in kernels that reduce. */
  static final int THREADS = 256;

  private Emit() {}

  /** {@return the thread's number in the whole grid} */
  static Reg globalThread(Code c) {
    Reg block = c.b32("mov.u32", "%ctaid.x");
    Reg size = c.b32("mov.u32", "%ntid.x");
    Reg thread = c.b32("mov.u32", "%tid.x");
    return c.b32("mad.lo.s32", block, size, thread);
  }

  /** {@return the number of threads of the whole grid} */
  static Reg globalThreads(Code c) {
    Reg blocks = c.b32("mov.u32", "%nctaid.x");
    Reg size = c.b32("mov.u32", "%ntid.x");
    return c.b32("mul.lo.s32", blocks, size);
  }

  /** {@return the address of an element} */
  static Reg address(Code c, Reg base, Reg index, int bytes) {
    String op = index.kind() == Kind.B32 ? "mad.wide.u32" : "mad.lo.s64";
    return c.b64(op, index, bytes, base);
  }

  /** Repeats the body for index, index + step, ... below the end. */
  static void each(Code c, Reg index, Object step, Object end, Runnable body) {
    Code.Label loop = c.label();
    Code.Label after = c.label();
    c.place(loop);
    Reg over = c.pred("setp.ge.u32", index, end);
    c.goWhere(over, after);
    body.run();
    c.op("add.s32", index, index, step);
    c.go(loop);
    c.place(after);
  }

  /** {@return the value joined over the lanes of the warp, the same in all of them} */
  static Reg warp(Code c, Reg value, BinaryOperator<Reg> join) {
    Reg all = value;
    for (int distance = 16; distance > 0; distance /= 2) {
      all = join.apply(all, shuffled(c, all, distance));
    }
    return all;
  }

  /** {@return the value of the lane whose number differs in this bit} */
  static Reg shuffled(Code c, Reg x, int distance) {
    return shuffled(c, "bfly", x, distance);
  }

  /** {@return the value of the lane that is this far below; its own where there is none} */
  static Reg below(Code c, Reg x, int distance) {
    return shuffled(c, "up", x, distance);
  }

  private static Reg shuffled(Code c, String mode, Reg x, int distance) {
    String shuffle = "shfl.sync." + mode + ".b32";
    int clamp = mode.equals("up") ? 0 : 31;
    return switch (x.kind()) {
      case F32, B32 -> c.as(x.kind(), shuffle, x, distance, clamp, "0xffffffff");
      case B64 -> {
        Reg low = c.b32("cvt.u32.u64", x);
        Reg high = c.b32("cvt.u32.u64", c.b64("shr.u64", x, 32));
        Reg l = c.b32(shuffle, low, distance, clamp, "0xffffffff");
        Reg h = c.b32(shuffle, high, distance, clamp, "0xffffffff");
        yield c.b64("mov.b64", java.util.List.of(l, h));
      }
      case F64 -> c.f64("mov.b64", shuffled(c, mode, c.b64("mov.b64", x), distance));
      case PRED, B16 -> throw new IllegalArgumentException("no shuffles of " + x.kind());
    };
  }

  /**
   * {@return the value joined over the block's threads, the same in all of them} The block has
   * {@link #THREADS} threads.
   *
   * @param memory shared memory for a value of each warp
   */
  static Reg block(Code c, Reg value, Reg memory, BinaryOperator<Reg> join) {
    Reg mine = warp(c, value, join);
    Reg thread = c.b32("mov.u32", "%tid.x");
    Reg warp = c.b32("shr.u32", thread, 5);
    int bytes = value.kind().bytes();
    String type =
        value.kind() == Kind.F32 ? ".f32" : value.kind() == Kind.F64 ? ".f64" : ".b" + 8 * bytes;
    Reg place = c.b32("mad.lo.s32", warp, bytes, memory);
    Reg first = c.pred("setp.eq.s32", c.b32("and.b32", thread, 31), 0);
    c.op("bar.sync", 0);
    c.where(first, () -> c.op("st.shared" + type, Code.at(place, 0), mine));
    c.op("bar.sync", 0);
    Reg all = null;
    for (int w = 0; w < THREADS / 32; w++) {
      Reg other = c.as(value.kind(), "ld.shared" + type, Code.at(memory, (long) w * bytes));
      all = all == null ? other : join.apply(all, other);
    }
    if (all == null) {
      throw new IllegalStateException();
    }
    return all;
  }
}
