package lazuli.gpu.exec;

import lazuli.gpu.driver.Driver;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Reg;

/** Sets words to zero by a kernel: unlike the driver's own fill it may be a node of a graph. */
public final class Clear {
  private static final int THREADS = 256;

  private Clear() {}

  static void launch(Gpu gpu, long to, long words) {
    int blocks = (int) ((words + THREADS - 1) / THREADS);
    if (blocks > 0) {
      gpu.launch(
          "clear",
          gpu.function("clear", Clear::code),
          new Driver.Grid(blocks, 1, 1, THREADS, 0),
          Gpu.arguments(to, (int) words));
    }
  }

  /** {@return the kernel} */
  public static Code code() {
    Code c = new Code("clear", THREADS);
    Reg to = c.param(Kind.B64);
    Reg words = c.param(Kind.B32);
    Reg block = c.b32("mov.u32", "%ctaid.x");
    Reg index = c.b32("mad.lo.s32", block, THREADS, c.b32("mov.u32", "%tid.x"));
    Code.Label end = c.label();
    c.goWhere(c.pred("setp.ge.u32", index, words), end);
    Reg at = c.b64("mad.wide.u32", index, 4, to);
    c.op("st.global.u32", Code.at(at, 0), c.b32("mov.u32", 0));
    c.place(end);
    return c;
  }
}
