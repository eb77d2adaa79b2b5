package lazuli.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import lazuli.array.backend.Candidate;
import lazuli.array.backend.View;
import lazuli.array.op.Aval;
import lazuli.array.op.MatMul;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import lazuli.gpu.exec.SimulatedCard;
import lazuli.gpu.lib.CublasLt;
import lazuli.gpu.lib.FakeCublasLt;
import lazuli.gpu.lib.Libraries;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Products by cuBLASLt, with a library that the test writes. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "needs x86-64 Linux")
class LibraryMatMulTest {
  @TempDir Path folder;

  private final SimulatedCard card = new SimulatedCard(text -> text);

  private CublasLt.Found found() {
    Libraries libraries = new Libraries(Map.of("LAZULI_CUDA_LIBS", folder.toString()));
    return CublasLt.open(libraries.find("libcublasLt.so.13"));
  }

  private GpuBackend backend() {
    return new GpuBackend(card.gpu(), new Processor(), () -> "", found());
  }

  @BeforeEach
  void library() throws Exception {
    // Under another name inside: other tests must not find it by the system's loader.
    FakeCublasLt.write(folder.resolve("libcublasLt.so.13"), "libfakeLt.so");
    FakeCublasLt.driver = card.sim();
  }

  private static Aval aval(DType type, Shape shape) {
    return new Aval(shape, type, Device.CPU);
  }

  private List<Candidate> candidates(GpuBackend backend, DType type, View a, View b, Shape to) {
    return backend.candidates(
        new MatMul(), List.of(aval(type, a.shape()), aval(type, b.shape())), aval(type, to));
  }

  private static Candidate.Offer named(List<Candidate> all, String name) {
    for (Candidate c : all) {
      if (c instanceof Candidate.Offer offer && c.name().equals(name)) {
        return offer;
      }
    }
    throw new AssertionError(name + " is not in " + all);
  }

  private View matrix(DType type, double first, long... dims) {
    Shape shape = Shape.of(dims);
    double[] values = new double[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = first + i % 5 - 2 + i % 3 * 0.5;
    }
    return card.given(type, shape, values);
  }

  private static View turned(View x) {
    int rank = x.shape().rank();
    long[] dims = x.shape().dims();
    long[] strides = x.strides().clone();
    long dim = dims[rank - 1];
    dims[rank - 1] = dims[rank - 2];
    dims[rank - 2] = dim;
    long stride = strides[rank - 1];
    strides[rank - 1] = strides[rank - 2];
    strides[rank - 2] = stride;
    return new View(x.buffer(), x.dtype(), Shape.of(dims), strides, x.offset());
  }

  /** {@return what both kernels gave} */
  private double[][] both(DType type, View a, View b, long... to) {
    List<Candidate> all = candidates(backend(), type, a, b, Shape.of(to));
    double[][] results = new double[2][];
    String[] names = {"cublaslt", type.isHalf() ? "mma" : "gemm"};
    for (int i = 0; i < 2; i++) {
      View result = card.empty(type, Shape.of(to));
      named(all, names[i]).kernel().launch(List.of(a, b), result);
      results[i] = card.read(result);
    }
    return results;
  }

  private static void close(double[][] both, double allowed) {
    assertEquals(both[1].length, both[0].length);
    for (int i = 0; i < both[0].length; i++) {
      assertEquals(both[1][i], both[0][i], allowed * Math.max(1, Math.abs(both[1][i])));
    }
  }

  @Test
  void everyTypeAndLayoutGivesTheProductOfTheOwnKernel() {
    int used = 0;
    for (DType type : new DType[] {DType.F32, DType.F64, DType.F16, DType.BF16}) {
      double unit = type.isHalf() ? 1e-2 : 1e-5;
      close(both(type, matrix(type, 0, 5, 8), matrix(type, 1, 8, 7), 5, 7), unit);
      close(both(type, turned(matrix(type, 0, 8, 5)), matrix(type, 1, 8, 7), 5, 7), unit);
      close(both(type, matrix(type, 0, 5, 8), turned(matrix(type, 1, 7, 8)), 5, 7), unit);
      close(both(type, matrix(type, 0, 3, 5, 8), matrix(type, 1, 3, 8, 7), 3, 5, 7), unit);
      close(both(type, matrix(type, 0, 2, 3, 5, 8), matrix(type, 1, 2, 3, 8, 7), 2, 3, 5, 7), unit);
      close(both(type, matrix(type, 0, 1, 8), matrix(type, 1, 8, 1), 1, 1), unit);
      used += 6;
    }
    assertEquals(used, FakeCublasLt.products);
  }

  @Test
  void aProductIsPlannedOnce() {
    View a = matrix(DType.F32, 0, 5, 8);
    View b = matrix(DType.F32, 0, 8, 7);
    var kernel = named(candidates(backend(), DType.F32, a, b, Shape.of(5, 7)), "cublaslt").kernel();
    for (int i = 0; i < 3; i++) {
      kernel.launch(List.of(a, b), card.empty(DType.F32, Shape.of(5, 7)));
    }
    assertEquals(1, FakeCublasLt.plans);
    assertEquals(3, FakeCublasLt.products);
    assertTrue(kernel.details().contains("no TF32; gemm where strides do not fit it"));
  }

  /** Strides that the library has no name for, or no algorithm: the own kernel multiplies. */
  @Test
  void whatTheLibraryCannotRunTheOwnKernelDoes() {
    View wide = matrix(DType.F32, 0, 5, 16);
    View strided =
        new View(wide.buffer(), DType.F32, Shape.of(5, 8), new long[] {16, 2}, wide.offset());
    View b = matrix(DType.F32, 0, 8, 7);
    assertNull(LibraryMatMul.product(strided, b, card.empty(DType.F32, Shape.of(5, 7))));
    close(both(DType.F32, strided, b, 5, 7), 1e-5);
    assertEquals(0, FakeCublasLt.products);
    FakeCublasLt.algorithms = 0;
    close(both(DType.F32, matrix(DType.F32, 0, 5, 8), b, 5, 7), 1e-5);
    assertEquals(0, FakeCublasLt.products);
    View batches = matrix(DType.F32, 0, 2, 3, 5, 8);
    View apart =
        new View(
            batches.buffer(),
            DType.F32,
            Shape.of(2, 2, 5, 8),
            new long[] {120, 40, 8, 1},
            batches.offset());
    assertNull(
        LibraryMatMul.product(
            apart, matrix(DType.F32, 0, 2, 2, 8, 7), card.empty(DType.F32, Shape.of(2, 2, 5, 7))));
  }

  @Test
  void theFasterOneIsMeasuredOnceForAClassOfSizes() {
    card.gpu().measures(true);
    GpuBackend backend = backend();
    View a = matrix(DType.F32, 0, 33, 40);
    List<Candidate> all =
        candidates(backend, DType.F32, a, matrix(DType.F32, 0, 40, 50), Shape.of(33, 50));
    for (String name : new String[] {"cublaslt", "gemm"}) {
      String why = named(all, name).why();
      assertTrue(why.matches(".*; measured \\d+\\.\\d us"), why);
    }
    int measured = FakeCublasLt.products;
    candidates(
        backend,
        DType.F32,
        matrix(DType.F32, 0, 60, 40),
        matrix(DType.F32, 0, 40, 60),
        Shape.of(60, 60));
    assertEquals(measured, FakeCublasLt.products, "the same class");
  }

  @Test
  void aRefusalOfTheLibraryNamesItAndTheWayOut() {
    FakeCublasLt.answer = 13;
    View a = matrix(DType.F32, 0, 5, 8);
    View b = matrix(DType.F32, 0, 8, 7);
    View to = card.empty(DType.F32, Shape.of(5, 7));
    var kernel = named(candidates(backend(), DType.F32, a, b, Shape.of(5, 7)), "cublaslt").kernel();
    ArrayException e = assertThrows(ArrayException.class, () -> kernel.launch(List.of(a, b), to));
    assertEquals(
        "matmul on sim by "
            + folder.resolve("libcublasLt.so.13")
            + ": cublasLtMatmul answered 13 (CUBLAS_STATUS_EXECUTION_FAILED)",
        e.given());
    assertTrue(e.fix().endsWith("Lazuli's own kernels multiply then"), e.fix());
  }

  @Test
  void aLibraryThatDoesNotStartIsNamedInTheRefusal() {
    FakeCublasLt.created = 1;
    CublasLt.Found.Absent absent = assertInstanceOf(CublasLt.Found.Absent.class, found());
    assertEquals(
        folder.resolve("libcublasLt.so.13")
            + " does not start: cublasLtCreate answered 1 (CUBLAS_STATUS_NOT_INITIALIZED)",
        absent.reason());
    View a = matrix(DType.F32, 0, 5, 8);
    List<Candidate> all =
        candidates(backend(), DType.F32, a, matrix(DType.F32, 0, 8, 7), Shape.of(5, 7));
    assertTrue(
        all.stream()
            .anyMatch(
                c ->
                    c instanceof Candidate.Refused(var refusal)
                        && refusal.toString().equals("cublaslt: " + absent.reason())),
        all.toString());
  }

  /**
   * Of a library that is used in a plan again and again no graph is made: its kernels are its own.
   */
  @Test
  void aLibrarysStepIsTheReasonForNoGraph() {
    View a = matrix(DType.F32, 0, 5, 8);
    View b = matrix(DType.F32, 0, 8, 7);
    View to = card.empty(DType.F32, Shape.of(5, 7));
    var kernel = named(candidates(backend(), DType.F32, a, b, Shape.of(5, 7)), "cublaslt").kernel();
    Object plan = new Object();
    for (int i = 0; i < 2; i++) {
      card.gpu().begin(plan);
      kernel.launch(List.of(a, b), to);
      card.gpu().end();
    }
    assertEquals(
        "no CUDA graph: a library launches kernels of its own for matmul", card.gpu().replay(plan));
  }

  @Test
  void manyProductsDoNotPileUp() {
    CublasLt library = ((CublasLt.Found.Works) found()).library();
    int before = FakeCublasLt.alive();
    for (int i = 1; i <= 300; i++) {
      CublasLt.Operand x = new CublasLt.Operand(i, i, i, false, 0);
      library.workspace(new CublasLt.Product(DType.F32, x, x, x, 1));
    }
    assertEquals(4 * (300 - 256), FakeCublasLt.alive() - before);
  }
}
