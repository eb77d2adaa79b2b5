package lazuli.gpu.sim;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import lazuli.gpu.driver.Driver;
import lazuli.gpu.driver.DriverException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What the simulator does with single instructions, against what the PTX ISA says of them, and what
 * it says of those that are wrong.
 */
class InstructionsTest {
  /** A body that leaves its result in %d7; %r0 is the lane, %d0 the address of the results. */
  private static String text(String body, int threads) {
    return """
    .version 7.0
    .target sm_80
    .address_size 64
    .extern .shared .align 16 .b8 dynamic[];
    .visible .entry f(
      .param .u64 p0,
      .param .u32 p1)
    .maxntid %d, 1, 1
    {
      .reg .pred %%p<8>;
      .reg .b16 %%h<8>;
      .reg .b32 %%r<16>;
      .reg .b64 %%d<12>;
      .reg .f32 %%f<8>;
      .reg .f64 %%g<8>;
      .shared .align 16 .b8 fixed[256];
      ld.param.u64 %%d0, [p0];
      mov.u32 %%r0, %%tid.x;
      cvt.u64.u32 %%d10, %%r0;
      mad.lo.s64 %%d11, %%d10, 8, %%d0;
      %s;
      st.global.u64 [%%d11], %%d7;
      ret;
    }
    """
        .formatted(threads, body.replace("; ", ";\n  "))
        .replace(":;", ":");
  }

  private static long[] run(String body, int threads) {
    SimDriver d = new SimDriver(1, 1 << 20);
    d.use(d.retainContext(0));
    long stream = d.createStream();
    long at = d.allocate(8L * threads);
    byte[] image = (text(body, threads) + '\0').getBytes(StandardCharsets.UTF_8);
    long function = d.function(d.loadModule(image), "f");
    d.launch(function, new Driver.Grid(1, 1, 1, threads, 256), stream, List.of(at, 7));
    d.synchronizeStream(stream);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment back = arena.allocate(8L * threads, 8);
      d.copyToHost(back, at);
      return back.toArray(JAVA_LONG);
    }
  }

  private static DynamicTest gives(String body, LongUnaryOperator expected) {
    return DynamicTest.dynamicTest(
        body,
        () -> {
          long[] got = run(body, 32);
          for (int lane = 0; lane < 32; lane++) {
            assertEquals(expected.applyAsLong(lane), got[lane], "lane " + lane);
          }
        });
  }

  private static DynamicTest floats(String body, float expected) {
    return gives(
        body + "; mov.b32 %r9, %f7; cvt.s64.s32 %d7, %r9", l -> Float.floatToRawIntBits(expected));
  }

  private static DynamicTest doubles(String body, double expected) {
    return gives(body + "; mov.b64 %d7, %g7", l -> Double.doubleToRawLongBits(expected));
  }

  /** The result in %r7, as a signed number. */
  private static DynamicTest ints(String body, LongUnaryOperator expected) {
    return gives(body + "; cvt.s64.s32 %d7, %r7", expected);
  }

  private static String constant(float x) {
    return String.format("0f%08X", Float.floatToRawIntBits(x));
  }

  private static String constant(double x) {
    return String.format("0d%016X", Double.doubleToRawLongBits(x));
  }

  @TestFactory
  Stream<DynamicTest> integers() {
    return Stream.of(
        ints("neg.s32 %r7, %r0", l -> -l),
        ints("sub.s32 %r1, %r0, 9; abs.s32 %r7, %r1", l -> Math.abs(l - 9)),
        ints("not.b32 %r7, %r0", l -> ~l),
        ints("popc.b32 %r7, %r0", Long::bitCount),
        ints("clz.b32 %r7, %r0", l -> Integer.numberOfLeadingZeros((int) l)),
        ints("mul.hi.u32 %r7, %r0, 0x80000000", l -> l / 2),
        ints("sub.s32 %r1, %r0, 9; mul.hi.s32 %r7, %r1, 0x40000000", l -> (l - 9) >> 2),
        ints("sub.s32 %r1, %r0, 9; div.s32 %r7, %r1, 4", l -> (l - 9) / 4),
        ints("sub.s32 %r1, %r0, 9; rem.s32 %r7, %r1, 4", l -> (l - 9) % 4),
        ints("sub.s32 %r1, %r0, 9; min.u32 %r7, %r1, 5", l -> l < 9 ? 5 : Math.min(l - 9, 5)),
        ints("sub.s32 %r1, %r0, 9; max.u32 %r7, %r1, 5", l -> l < 9 ? l - 9 : Math.max(l - 9, 5)),
        ints("and.b32 %r7, %r0, 0", l -> 0),
        ints("bfe.u32 %r7, %r0, 1, 2", l -> l >> 1 & 3),
        ints("bfe.s32 %r7, %r0, 0, 2", l -> (l & 3) - (l & 2) * 2),
        ints("bfe.u32 %r7, %r0, 1, 0", l -> 0),
        ints("shl.b32 %r7, %r0, 33", l -> 0),
        ints("sub.s32 %r1, %r0, 9; shr.s32 %r7, %r1, 40", l -> l < 9 ? -1 : 0),
        ints("shr.u32 %r7, %r0, 32", l -> 0),
        gives("neg.s64 %d7, %d10", l -> -l),
        gives("sub.s64 %d1, %d10, 9; abs.s64 %d7, %d1", l -> Math.abs(l - 9)),
        gives("not.b64 %d7, %d10", l -> ~l),
        gives("sub.s64 %d1, %d10, 9; div.s64 %d7, %d1, 4", l -> (l - 9) / 4),
        gives("sub.s64 %d1, %d10, 9; rem.s64 %d7, %d1, 4", l -> (l - 9) % 4),
        gives("div.u64 %d7, %d10, 4", l -> l / 4),
        gives("rem.u64 %d7, %d10, 4", l -> l % 4),
        gives("and.b64 %d1, %d10, 6; xor.b64 %d7, %d1, 2", l -> (l & 6) ^ 2),
        gives(
            "or.b64 %d1, %d10, 64; min.u64 %d2, %d1, 70; max.s64 %d7, %d2, 66",
            l -> Math.max(66, Math.min(70, l | 64))),
        gives("shl.b64 %d1, %d10, 62; shr.s64 %d7, %d1, 70", l -> (l & 2) != 0 ? -1 : 0),
        gives("shr.u64 %d7, %d10, 64", l -> 0),
        gives("shl.b64 %d7, %d10, 64", l -> 0),
        gives("mul.wide.s32 %d7, %r0, -3", l -> -3 * l),
        gives("mul.wide.u32 %d7, %r0, 3", l -> 3 * l),
        gives("mov.b64 %d7, {%r0, 5}", l -> l | 5L << 32),
        ints("cvt.u16.u32 %h1, %r0; mov.b16 %h2, 3; mov.b32 %r7, {%h1, %h2}", l -> l | 3 << 16),
        ints(
            "or.b32 %r1, %r0, 0x50000; mov.b32 {%h1, %h2}, %r1; cvt.u32.u16 %r2, %h1;"
                + " cvt.u32.u16 %r3, %h2; mad.lo.s32 %r7, %r3, 100, %r2",
            l -> 500 + l),
        ints("mov.b16 %h1, 9; mov.b16 %h2, %h1; cvt.u32.u16 %r7, %h2", l -> 9));
  }

  @TestFactory
  Stream<DynamicTest> truthValues() {
    return Stream.of(
        ints(
            "setp.lt.u32 %p1, %r0, 4; mov.pred %p2, %p1; selp.b32 %r7, 1, 2, %p2",
            l -> l < 4 ? 1 : 2),
        ints(
            "setp.lt.u32 %p1, %r0, 4; setp.hi.u32 %p2, %r0, 1; xor.pred %p3, %p1, %p2;"
                + " selp.b32 %r7, 1, 0, %p3",
            l -> l < 4 ^ l > 1 ? 1 : 0),
        ints(
            "setp.ls.u32 %p1, %r0, 4; setp.hs.u32 %p2, %r0, 2; and.pred %p3, %p1, %p2;"
                + " selp.b32 %r7, 1, 0, %p3",
            l -> l <= 4 && l >= 2 ? 1 : 0),
        ints(
            "setp.lo.u32 %p1, %r0, 2; setp.gt.s32 %p2, %r0, 4; or.pred %p3, %p1, %p2;"
                + " not.pred %p4, %p3; selp.b32 %r7, 1, 0, %p4",
            l -> l < 2 || l > 4 ? 0 : 1),
        gives("setp.ne.s64 %p1, %d10, 3; selp.b64 %d7, 1, 0, %p1", l -> l != 3 ? 1 : 0),
        ints(
            "setp.ge.u32 %p1, %r0, 31; vote.sync.any.pred %p2, %p1, 0xffffffff; selp.b32 %r7, 1, 0, %p2",
            l -> 1),
        ints(
            "setp.ge.u32 %p1, %r0, 32; vote.sync.any.pred %p2, %p1, 0xffffffff; selp.b32 %r7, 1, 0, %p2",
            l -> 0),
        ints(
            "setp.eq.u32 %p1, %r0, 0; bar.red.and.pred %p2, 0, %p1; selp.b32 %r7, 1, 0, %p2",
            l -> 0),
        ints(
            "setp.eq.u32 %p1, %r0, 0; bar.red.or.pred %p2, 0, !%p1; selp.b32 %r7, 1, 0, %p2",
            l -> 1),
        ints(
            "cvt.u16.u32 %h1, %r0; mov.b16 %h2, 0; setp.lt.u32 %p1, %r0, 9; selp.b16 %h3, %h1, %h2, %p1; cvt.u32.u16 %r7, %h3",
            l -> l < 9 ? l : 0));
  }

  @TestFactory
  Stream<DynamicTest> floatingNumbers() {
    String two = "mov.f32 %f1, " + constant(2f) + "; ";
    String minus = "mov.f32 %f2, " + constant(-0.5f) + "; ";
    String nan = "mov.f32 %f3, " + constant(Float.NaN) + "; ";
    String wide = "mov.f64 %g1, " + constant(2.0) + "; mov.f64 %g2, " + constant(-0.5) + "; ";
    return Stream.of(
        floats(two + minus + "copysign.f32 %f7, %f2, %f1", -2f),
        floats(two + "rsqrt.approx.f32 %f7, %f1", (float) (1 / Math.sqrt(2))),
        floats(two + "lg2.approx.f32 %f7, %f1", 1f),
        floats(two + "ex2.approx.f32 %f7, %f1", 4f),
        floats(minus + "neg.f32 %f7, %f2", 0.5f),
        floats(minus + "abs.f32 %f7, %f2", 0.5f),
        floats(two + nan + "min.f32 %f7, %f1, %f3", 2f),
        floats(two + nan + "min.f32 %f7, %f3, %f1", 2f),
        floats(two + nan + "min.NaN.f32 %f7, %f3, %f1", Float.NaN),
        floats(two + nan + "max.f32 %f7, %f3, %f1", 2f),
        doubles(wide + "rcp.rn.f64 %g7, %g1", 0.5),
        doubles(wide + "neg.f64 %g7, %g1", -2),
        doubles(wide + "copysign.f64 %g7, %g2, %g1", -2),
        doubles(wide + "min.f64 %g7, %g2, %g1", -0.5),
        doubles(wide + "max.f64 %g7, %g2, %g1", 2),
        doubles(wide + "mov.f64 %g3, %g1; mov.f64 %g7, %g3", 2),
        ints(two + nan + "setp.equ.f32 %p1, %f1, %f3; selp.b32 %r7, 1, 0, %p1", l -> 1),
        ints(two + minus + "setp.ltu.f32 %p1, %f1, %f2; selp.b32 %r7, 1, 0, %p1", l -> 0),
        ints(two + nan + "setp.leu.f32 %p1, %f1, %f3; selp.b32 %r7, 1, 0, %p1", l -> 1),
        ints(two + minus + "setp.gtu.f32 %p1, %f1, %f2; selp.b32 %r7, 1, 0, %p1", l -> 1),
        ints(two + nan + "setp.geu.f32 %p1, %f1, %f3; selp.b32 %r7, 1, 0, %p1", l -> 1),
        ints(two + nan + "setp.ne.f32 %p1, %f1, %f3; selp.b32 %r7, 1, 0, %p1", l -> 0),
        ints(two + "setp.num.f32 %p1, %f1, %f1; selp.b32 %r7, 1, 0, %p1", l -> 1),
        ints(wide + "setp.gt.f64 %p1, %g1, %g2; selp.b32 %r7, 1, 0, %p1", l -> 1));
  }

  @TestFactory
  Stream<DynamicTest> conversions() {
    String x = "mov.f32 %f1, " + constant(-2.5f) + "; ";
    return Stream.of(
        ints(x + "cvt.rni.s32.f32 %r7, %f1", l -> -2),
        ints(x + "cvt.rzi.s32.f32 %r7, %f1", l -> -2),
        ints(x + "cvt.rmi.s32.f32 %r7, %f1", l -> -3),
        ints(x + "cvt.rpi.s32.f32 %r7, %f1", l -> -2),
        ints(x + "cvt.rzi.u32.f32 %r7, %f1", l -> 0),
        floats(x + "cvt.rmi.f32.f32 %f7, %f1", -3f),
        floats("mov.b16 %h1, 0x3c00; cvt.f32.f16 %f7, %h1", 1f),
        floats("cvt.rn.f32.s32 %f7, -7", -7f),
        doubles("mov.u64 %d1, 1; shl.b64 %d1, %d1, 63; cvt.rn.f64.u64 %g7, %d1", 0x1p63),
        gives("mov.f64 %g1, " + constant(0x1.8p63) + "; cvt.rzi.u64.f64 %d7, %g1", l -> 3L << 62),
        gives("mov.f64 %g1, " + constant(0x1p70) + "; cvt.rzi.u64.f64 %d7, %g1", l -> -1),
        ints("cvt.s32.s8 %r7, %r0", l -> (byte) l),
        ints("cvt.u32.u8 %r7, 0x1ff", l -> 255),
        ints("cvt.s32.s16 %r7, 0x1ffff", l -> -1));
  }

  @TestFactory
  Stream<DynamicTest> threadsAndWarps() {
    return Stream.of(
        ints("mov.u32 %r7, %laneid", l -> l),
        ints("mov.u32 %r7, %warpid", l -> 0),
        ints("mov.u32 %r1, %tid.y; mov.u32 %r2, %tid.z; add.s32 %r7, %r1, %r2", l -> 0),
        ints("mov.u32 %r1, %ntid.y; mov.u32 %r2, %nctaid.y; add.s32 %r7, %r1, %r2", l -> 2),
        ints("mov.u32 %r1, %nctaid.z; mov.u32 %r2, %ctaid.z; add.s32 %r7, %r1, %r2", l -> 1),
        ints("shfl.sync.down.b32 %r7, %r0, 3, 31, 0xffffffff", l -> l + 3 > 31 ? l : l + 3),
        ints("shfl.sync.up.b32 %r7, %r0, 3, 0, 0xffffffff", l -> l < 3 ? l : l - 3),
        ints("shfl.sync.idx.b32 %r7, %r0, 5, 31, -1", l -> 5),
        ints(
            "mov.u32 %r7, 1; setp.lt.u32 %p1, %r0, 8; @%p1 bra A; mov.u32 %r7, 2; A:; bar.warp.sync"
                + " 0xffffffff",
            l -> l < 8 ? 1 : 2));
  }

  /** Lanes that left do not come back, and those that stayed go on. */
  @Test
  void lanesLeaveOneByOne() {
    String body =
        "mov.u64 %d7, 4; setp.lt.u32 %p1, %r0, 16; @%p1 bra A; setp.lt.u32 %p2, %r0, 20;"
            + " @%p2 st.global.u64 [%d11], 9; @%p2 exit; mov.u64 %d7, 5; A:; st.global.u64"
            + " [%d11], %d7; @%p1 exit; mov.u64 %d7, 6";
    long[] got = run(body, 32);
    for (int lane = 0; lane < 32; lane++) {
      assertEquals(lane < 16 ? 4 : lane < 20 ? 9 : 6, got[lane], "lane " + lane);
    }
  }

  @Test
  void memoryKeepsEveryType() {
    long[] got =
        run(
            "cvt.rn.f32.u32 %f1, %r0; mad.lo.s32 %r1, %r0, 4, fixed; st.shared.f32 [%r1], %f1;"
                + " ld.shared.f32 %f2, [%r1]; cvt.rzi.s32.f32 %r2, %f2; st.global.u32 [%d11],"
                + " %r2; st.global.u16 [%d11+4], 5; ld.global.u16 %r3, [%d11+4]; ld.global.s16"
                + " %r4, [%d11+4]; ld.global.s8 %r5, [%d11]; add.s32 %r6, %r3, %r4; add.s32 %r6,"
                + " %r6, %r5; cvt.s64.s32 %d7, %r6; atom.global.add.u32 %r8, [%d0], 0; fence.acq_rel.gpu",
            1);
    assertEquals(10, got[0]);
    assertEquals(
        Double.doubleToRawLongBits(1.5),
        run(
            "mov.f64 %g1, "
                + constant(1.5)
                + "; st.global.f64 [%d11], %g1; ld.global.f64 %g2, [%d11]; mov.b64 %d7, %g2",
            1)[0]);
    assertEquals(
        7,
        run(
            "cp.async.ca.shared.global [fixed], [%d0], 4, 0; cp.async.commit_group;"
                + " cp.async.wait_all; ld.shared.u32 %r1, [fixed]; ld.param.u32 %r2, [p1];"
                + " add.s32 %r1, %r1, %r2; cvt.u64.u32 %d7, %r1",
            1)[0]);
  }

  private static DynamicTest refused(String body, String... says) {
    return DynamicTest.dynamicTest(
        body,
        () -> {
          DriverException e = assertThrows(DriverException.class, () -> run(body, 64));
          for (String part : says) {
            assertTrue(e.getMessage().contains(part), e.getMessage());
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> whatIsWrongIsSaidWithItsLine() {
    String half = "setp.lt.u32 %p1, %r0, 8; ";
    return Stream.of(
        refused(half + "@%p1 shfl.sync.idx.b32 %r1, %r0, 0, 31, -1", "8 of 32 of warp 0 are here"),
        refused("shfl.sync.idx.b32 %r1, %r0, 0, 31, 0xff", "only the full mask"),
        refused("shfl.sync.idx.b32 %r1, %r0, 0, 15, -1", "only whole warps"),
        refused("shfl.sync.any.b32 %r1, %r0, 0, 31, -1", "no shuffle any"),
        refused(half + "@%p1 bar.sync 0", "reached by 8 of 32 lanes"),
        refused(
            half + "@%p1 ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%r1, %r2}, [fixed]",
            "needs all 32 lanes, got 8"),
        refused(
            "setp.ge.u32 %p1, %r0, 32; @%p1 exit; bar.sync 1; bar.sync 2; mov.u32 %r1, %r99",
            "%r99"),
        refused("lop3.b32 %r1, %r0, %r0, %r0, 1", "does not know this function"),
        refused("popcount.b32 %r1, %r0", "does not know this function"),
        refused("funnel.b32 %r1, %r0, 1", "does not know this function"),
        refused("neglect.s64 %d1, %d0", "does not know this function"),
        refused("blend.s64 %d1, %d0, %d0", "does not know this function"),
        refused("mad.hi.s32 %r1, %r0, %r0, %r0", "only mad.lo"),
        refused("nand.pred %p1, %p2, %p3", "no such operation on truth values"),
        refused("sin.approx.f32 %f1, %f1", "does not know this function"),
        refused("sin.f64 %g1, %g1", "does not know this function"),
        refused("hypot.f64 %g1, %g1, %g1", "does not know this function"),
        refused("add.rz.f32 %f1, %f1, %f1", "only .rn"),
        refused("hypot.f32 %f1, %f1, %f1", "does not know"),
        refused("setp.xx.s32 %p1, %r0, 1", "no comparison xx"),
        refused("setp.xx.f32 %p1, %f0, %f1", "no comparison xx"),
        refused("tex.b128 %r0", "does not know this instruction"),
        refused("cvta.to.global.u64 %d1, %d0", "no cvta"),
        refused("cvt.s32.f32 %r1, %f1", "needs .rni, .rzi, .rmi or .rpi"),
        refused("mov.b32 %d1, %r0", "sizes differ"),
        refused("mov.b32 %r1, {%r0, %r0, %r0}", "packs"),
        refused("mov.b64 {%r1, %r2, %r3}, %d0", "unpacks"),
        refused("mov.u32 %r1, %clock", "no special register %clock"),
        refused("selp.pred %p1, %p2, %p3, %p4", "cannot select that"),
        refused("mov.f32 %f1, 3", "needs a floating constant"),
        refused("add.s32 %r1, %d0, 1", "%d0 is b64, needs b32"),
        refused("add.s32 %r1, zebra, 1", "no register and no constant: zebra"),
        refused("add.s32 %r1", "has too few operands"),
        refused("bra NOWHERE", "no label NOWHERE"),
        refused("ld.param.u32 %r1, [p9]", "no parameter p9"),
        refused("ld.global.pred %p1, [%d0]", "truth values are not in memory"),
        refused("st.global.u32 [%d0], %p1", "truth values are not in memory"),
        refused("atom.global.max.u32 %r1, [%d0], 1", "only atom.global.add.u32"),
        refused("cp.async.cg.shared.global [fixed], [%d0], 8", "copies 16 bytes"),
        refused("cp.async.ca.shared.global [fixed], [%d0+2], 4", "misaligned"),
        refused("ld.global.u32 %r1, [%d0+2]", "misaligned"),
        refused("ld.global.u32 %r1, [8]", "where nothing is allocated"),
        refused("ld.shared.u32 %r1, [fixed+4096]", "of 512 (warp 0"),
        refused("mov.u32 %r1, 2; ld.shared.u32 %r2, [%r1]", "misaligned"),
        refused("st.shared.u32 [fixed], %r0; ld.shared.u32 %r1, [fixed]", "race", "warp 0"),
        refused(
            "setp.lt.u32 %p1, %r0, 32; @%p1 ld.shared.u32 %r1, [fixed]; @!%p1 st.shared.u32 [fixed], %r0",
            "was read by warp 0"),
        refused(
            "setp.ge.u32 %p1, %r0, 32; @%p1 bra B; bar.sync 1; bra C; B:; bar.sync 2; C:",
            "deadlock in block (0, 0, 0) of f; warp 0 waits at line", "bar.sync 1"));
  }

  @Test
  void aWarpThatEndedIsNamedInADeadlock() {
    // Two barriers with numbers of their own, the second of which nobody else reaches.
    String body =
        "setp.ge.u32 %p1, %r0, 64; @%p1 bra A; setp.ge.u32 %p2, %r0, 32; @%p2 bra B; bar.sync 1;"
            + " bra A; B:; bar.sync 2; A:";
    DriverException e = assertThrows(DriverException.class, () -> run(body, 96));
    assertTrue(e.getMessage().contains("warp 2 has ended"), e.getMessage());
  }

  private static DynamicTest unread(String text, String says) {
    return DynamicTest.dynamicTest(
        says,
        () -> {
          SimDriver d = new SimDriver(1, 1 << 20);
          d.use(d.retainContext(0));
          DriverException e =
              assertThrows(
                  DriverException.class, () -> d.loadModule(text.getBytes(StandardCharsets.UTF_8)));
          assertTrue(e.getMessage().contains(says), e.getMessage());
        });
  }

  @TestFactory
  Stream<DynamicTest> textsThatAreNoPtxAreRefused() {
    String head = ".version 7.0\n.target sm_80\n";
    return Stream.of(
        unread("hello", "PTX line 1: not understood: hello"),
        unread(".target sm_80", "PTX without .version"),
        unread(head + ".visible .entry f()\n{\n  add.s32 a,\n}", "one whole statement a line"),
        unread(
            head + ".visible .entry f()\n{\n  .reg .b128 %q<1>;\n}", "no registers of type b128"),
        unread(head + ".visible .entry f(.param .v2 a)\n{\n  ret;\n}", "no such type: v2"));
  }
}
