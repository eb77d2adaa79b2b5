package lazuli.gpu;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import lazuli.array.Array;
import lazuli.array.attention.Attention;
import lazuli.array.attention.Causal;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Candidate;
import lazuli.array.op.Aval;
import lazuli.array.op.Copy;
import lazuli.array.op.MatMul;
import lazuli.array.op.Op;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import lazuli.gpu.driver.Driver;
import lazuli.gpu.driver.DriverException;
import lazuli.gpu.exec.Gpu;
import lazuli.gpu.exec.SimulatedCard;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.sim.Counters;
import lazuli.gpu.sim.SimDriver;
import org.junit.jupiter.api.Test;

/** Errors name the operation, refusals their reason, on every path to the device. */
class GpuErrorsTest {
  private final SimulatedCard card = new SimulatedCard(text -> text);
  private final Gpu gpu = card.gpu();
  private final GpuBackend backend = new GpuBackend(gpu, new Processor());

  private static void named(String op, Runnable call) {
    ArrayException e = assertThrows(ArrayException.class, call::run);
    assertTrue(e.given().startsWith(op + " on sim (simulated GPU): "), e.given());
    assertEquals("a device that answers", e.accepted());
  }

  @Test
  void everyUseOfALostDeviceNamesWhatWasAskedFor() {
    long known = gpu.function("known", () -> new Code("known", 32));
    Buffer buffer = gpu.pool().allocate(64);
    gpu.clear(buffer.segment().address(), 64);
    gpu.synchronize("test");
    card.sim().lose("gone");
    MemorySegment host = Arena.ofAuto().allocate(64);
    named("compiling other", () -> gpu.function("other", () -> new Code("other", 32)));
    named("add", () -> gpu.launch("add", known, new Driver.Grid(1, 1, 1, 32, 0), List.of()));
    named("copy to sim", () -> gpu.write(buffer.segment().address(), host));
    named("copy from sim", () -> gpu.read(buffer.segment().address(), host));
    named("clear", () -> gpu.clear(buffer.segment().address(), 64));
    named("evaluation", backend::synchronize);
    named("allocation of 5000 bytes", () -> gpu.pool().allocate(5000));
    gpu.write(0, host.asSlice(0, 0));
    gpu.read(0, host.asSlice(0, 0));
  }

  @Test
  void aCallThatIsWrongAsksForAReport() {
    long function = gpu.function("f", () -> new Code("f", 32));
    ArrayException e =
        assertThrows(
            ArrayException.class,
            () -> gpu.launch("add", function, new Driver.Grid(1, 1, 1, 64, 0), List.of()));
    assertEquals("a call that the driver accepts", e.accepted());
    assertEquals("report this with the operation and the shapes", e.fix());
    assertThrows(IllegalArgumentException.class, () -> Gpu.arguments("text"));
  }

  @Test
  void moreThanTheLimitIsRefusedBeforeTheDriverIsAsked() {
    ArrayException e = assertThrows(ArrayException.class, () -> gpu.pool().allocate(1L << 40));
    assertEquals("sim was asked for 1099511627776 bytes beside 0 in use", e.given());
    Buffer large = gpu.pool().allocate((3 << 20) + 1);
    assertEquals((3 << 20) + (1 << 18), large.bytes(), "steps of an eighth");
    gpu.pool().release(large);
    ArrayException told =
        gpu.told(new DriverException("cuMemAlloc", 2, "CUDA_ERROR_OUT_OF_MEMORY", "x"), "add");
    assertTrue(told.fix().startsWith("use smaller arrays"), told.fix());
  }

  private static Aval aval(DType type, long... dims) {
    return new Aval(Shape.of(dims), type, Device.CPU);
  }

  private String refusals(Op op, Aval output, Aval... inputs) {
    List<String> all = new ArrayList<>();
    for (Candidate c : backend.candidates(op, List.of(inputs), output)) {
      if (c instanceof Candidate.Refused(var refusal)) {
        all.add(refusal.toString());
      }
    }
    return String.join("; ", all);
  }

  @Test
  void sizesThatDoNotFitAreRefusedWithTheLimit() {
    Aval large = aval(F32, 1L << 31);
    assertTrue(
        refusals(new Copy(), large, large)
            .contains("2147483648 elements: the GPU's kernels count in 32 bits"));
    Attention plain = Attention.plain(1, Causal.NONE, false);
    Aval heads = aval(BF16, 70_000, 1, 1, 8);
    assertEquals(
        "flash: B*Hkv=70000 > 65535: the grid's limit; split: B*Hkv=70000 > 65535: the grid's"
            + " limit",
        refusals(plain, heads, heads, heads, heads));
    Aval half = aval(BF16, 1, 1, 4, 8);
    Aval wide = aval(F64, 1, 1, 4, 8);
    assertTrue(refusals(plain, half, half, wide, half).contains("dtype f64"));
    Aval whole = aval(I32, 4, 4);
    assertTrue(
        refusals(new MatMul(), whole, whole, whole).contains("gemm: no PTX for products in i32"));
  }

  @Test
  void aTileThatIsNotTheKernelsIsRefused() throws Exception {
    on(
        "sim",
        () -> {
          Array x = normal(key(1), BF16, 1, 1, 70, 16).eval();
          assertEquals(70 * 16, sdpa(x, x, x, tile(64, 64)).toDoubleArray().length);
          ArrayException e =
              assertThrows(
                  ArrayException.class, () -> sdpa(x, x, x, tile(128, 64), kernel("flash")).eval());
          assertTrue(e.getMessage().contains("its tiles are 64x64 on the GPU"), e.getMessage());
          return 0;
        });
  }

  @Test
  void theProcessorBehindTheDeviceIsAWholeBackend() {
    Processor processor = new Processor();
    assertEquals("cpu", processor.device().toString());
    processor.pool().release(processor.pool().allocate(64));
  }

  @Test
  void referenceCanBeForcedOnTheDevice() throws Exception {
    double[] here =
        on(
            "sim",
            () -> {
              Array x = normal(key(1), F32, 1, 1, 5, 8);
              Array out = sdpa(x, x, x, kernel("reference"));
              assertTrue(explain(out).steps().getLast().kernel().contains("reference"));
              return out.toDoubleArray();
            });
    double[] there =
        on(
            "cpu",
            () -> {
              Array x = normal(key(1), F32, 1, 1, 5, 8);
              return sdpa(x, x, x, kernel("reference")).toDoubleArray();
            });
    assertArrayEquals(there, here);
  }

  @Test
  void emptyArraysLaunchNothing() throws Exception {
    on(
        "sim",
        () -> {
          Array none = zeros(F32, 0, 4);
          assertEquals(0, none.matmul(zeros(F32, 4, 3)).toDoubleArray().length);
          assertEquals(0, softmax(none, -1).toDoubleArray().length);
          assertEquals(0, none.add(1.0).toDoubleArray().length);
          assertEquals(0, arange(0).toDoubleArray().length);
          assertArrayEquals(
              new double[12], zeros(F32, 3, 0).matmul(zeros(F32, 0, 4)).toDoubleArray());
          return 0;
        });
  }

  @Test
  void wholeNumbersOf64BitsAreChosenAndScaled() throws Exception {
    on(
        "sim",
        () -> {
          Array x = arange(5).astype(I64);
          Array y = where(x.gt(2), x.mul(1L << 40), x);
          assertArrayEquals(new double[] {0, 1, 2, 3L << 40, 4L << 40}, y.toDoubleArray());
          Array bytes = where(x.gt(2), x.astype(DType.U8), x.mul(2).astype(DType.U8));
          assertArrayEquals(new double[] {0, 2, 4, 3, 4}, bytes.toDoubleArray());
          return 0;
        });
  }

  @Test
  void whatLaunchesDidIsCountedByKernel() throws Exception {
    SimDriver sim = card.sim();
    gpu.launch(
        "f",
        gpu.function("f", () -> new Code("f", 32)),
        new Driver.Grid(2, 1, 1, 32, 0),
        List.of());
    backend.synchronize();
    assertEquals(2, sim.counters().instructions());
    Map<String, Counters> taken = sim.takeCounters();
    assertEquals(List.of("f"), List.copyOf(taken.keySet()));
    assertEquals(Counters.NONE, sim.counters());
  }

  @Test
  void anEndlessKernelCanBeInterrupted() {
    Code endless = new Code("endless", 32);
    Code.Label start = endless.label();
    endless.place(start);
    endless.op("bar.sync", 0);
    endless.go(start);
    gpu.launch(
        "endless",
        gpu.function("endless", () -> endless),
        new Driver.Grid(1, 1, 1, 32, 0),
        List.of());
    Thread.currentThread().interrupt();
    assertThrows(CancellationException.class, backend::synchronize);
    assertTrue(Thread.interrupted());
  }

  @Test
  void textsThatCannotBeWrittenAreRefusedWhileWriting() {
    Code c = new Code("f", 32);
    assertThrows(IllegalArgumentException.class, () -> c.param(Kind.PRED));
    var p = c.pred("setp.eq.s32", 0, 0);
    assertThrows(
        IllegalStateException.class, () -> c.where(p, () -> c.where(p, () -> c.op("ret"))));
    assertFalse(lazuli.gpu.ptx.Element.has(DType.F8_E4M3));
    for (Runnable use :
        List.<Runnable>of(
            () -> lazuli.gpu.ptx.Element.kind(DType.F8_E4M3),
            () -> lazuli.gpu.ptx.Element.suffix(DType.F8_E5M2))) {
      assertThrows(IllegalStateException.class, use::run);
    }
    assertEquals(Collections.emptyList(), Gpu.arguments());
  }
}
