package lazuli.gpu.lib;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import lazuli.array.backend.Elements;
import lazuli.array.type.DType;
import lazuli.gpu.driver.FakeLibrary;
import lazuli.gpu.sim.SimDriver;
import org.jspecify.annotations.Nullable;

/**
 * cuBLASLt's functions as C sees them, for the simulated driver: descriptors with attributes, and a
 * column-major product in float64 that happens when its stream gets there.
 */
public final class FakeCublasLt {
  /** Where the matrices are. */
  public static volatile @Nullable SimDriver driver;

  /** What cublasLtCreate answers. */
  public static volatile int created;

  /** What the heuristic answers, and how many algorithms it has. */
  public static volatile int algorithms = 1;

  /** What the product answers. */
  public static volatile int answer;

  /** How many products were asked for, and how many plans made. */
  public static volatile int products;

  public static volatile int plans;

  private static final Map<Long, Map<Integer, Long>> OBJECTS = new ConcurrentHashMap<>();
  private static long next = 100;

  private FakeCublasLt() {}

  /** Writes the library. */
  public static void write(Path file, String soname) throws Exception {
    FakeLibrary.write(file, soname, FakeCublasLt.class, "cublasLt");
    created = 0;
    algorithms = 1;
    answer = 0;
    products = 0;
    plans = 0;
  }

  /** {@return how many descriptors were made and not destroyed} */
  public static int alive() {
    return OBJECTS.size();
  }

  private static synchronized int make(MemorySegment to, Map<Integer, Long> attributes) {
    OBJECTS.put(++next, new ConcurrentHashMap<>(attributes));
    to.reinterpret(8).set(JAVA_LONG, 0, next);
    return 0;
  }

  private static int set(long object, int attribute, MemorySegment value, long size) {
    Map<Integer, Long> known = OBJECTS.get(object);
    if (known == null || size != 4 && size != 8) {
      return 7;
    }
    known.put(
        attribute,
        size == 8
            ? value.reinterpret(8).get(JAVA_LONG, 0)
            : (long) value.reinterpret(4).get(JAVA_INT, 0));
    return 0;
  }

  public static int cublasLtCreate(MemorySegment handle) {
    handle.reinterpret(8).set(JAVA_LONG, 0, 7);
    return created;
  }

  public static int cublasLtMatmulDescCreate(MemorySegment to, int compute, int scale) {
    return make(to, Map.of(0, (long) compute, 1, (long) scale, 3, 0L, 4, 0L));
  }

  public static int cublasLtMatmulDescSetAttribute(
      long object, int attribute, MemorySegment value, long size) {
    return set(object, attribute, value, size);
  }

  public static int cublasLtMatmulDescDestroy(long object) {
    return OBJECTS.remove(object) == null ? 7 : 0;
  }

  public static int cublasLtMatrixLayoutCreate(
      MemorySegment to, int type, long rows, long columns, long step) {
    return step < rows
        ? 7
        : make(to, Map.of(0, (long) type, 2, rows, 3, columns, 4, step, 5, 1L, 6, 0L));
  }

  public static int cublasLtMatrixLayoutSetAttribute(
      long object, int attribute, MemorySegment value, long size) {
    return set(object, attribute, value, size);
  }

  public static int cublasLtMatrixLayoutDestroy(long object) {
    return OBJECTS.remove(object) == null ? 7 : 0;
  }

  public static int cublasLtMatmulPreferenceCreate(MemorySegment to) {
    return make(to, Map.of());
  }

  public static int cublasLtMatmulPreferenceSetAttribute(
      long object, int attribute, MemorySegment value, long size) {
    return set(object, attribute, value, size);
  }

  public static int cublasLtMatmulPreferenceDestroy(long object) {
    return OBJECTS.remove(object) == null ? 7 : 0;
  }

  public static int cublasLtMatmulAlgoGetHeuristic(
      long handle,
      long product,
      long a,
      long b,
      long c,
      long d,
      long preference,
      int wanted,
      MemorySegment result,
      MemorySegment count) {
    plans++;
    MemorySegment first = result.reinterpret(96);
    first.set(JAVA_LONG, 0, 4711);
    first.set(JAVA_LONG, 64, 4096);
    count.reinterpret(4).set(JAVA_INT, 0, Math.min(wanted, algorithms));
    return handle == 7 && OBJECTS.get(preference).get(1) == CublasLt.WORKSPACE ? 0 : 7;
  }

  public static int cublasLtMatmul(
      long handle,
      long product,
      MemorySegment alpha,
      long a,
      long layoutA,
      long b,
      long layoutB,
      MemorySegment beta,
      long c,
      long layoutC,
      long d,
      long layoutD,
      MemorySegment algorithm,
      long workspace,
      long workspaceBytes,
      long stream) {
    products++;
    SimDriver sim = driver;
    if (answer != 0 || sim == null || workspaceBytes != 4096 || workspace == 0) {
      return answer == 0 ? 7 : answer;
    }
    if (algorithm.reinterpret(64).get(JAVA_LONG, 0) != 4711 || c != d || layoutC != layoutD) {
      return 7;
    }
    Map<Integer, Long> what = Map.copyOf(OBJECTS.get(product));
    Matrix first = Matrix.of(sim, a, layoutA, what.get(3));
    Matrix second = Matrix.of(sim, b, layoutB, what.get(4));
    Matrix result = Matrix.of(sim, d, layoutD, 0L);
    sim.hostWork(stream, () -> multiply(first, second, result));
    return 0;
  }

  private static void multiply(Matrix a, Matrix b, Matrix to) {
    for (long batch = 0; batch < to.at(5); batch++) {
      for (long i = 0; i < to.at(2); i++) {
        for (long j = 0; j < to.at(3); j++) {
          double sum = 0;
          long depth = a.turned() ? a.at(2) : a.at(3);
          for (long k = 0; k < depth; k++) {
            sum += a.get(batch, i, k) * b.get(batch, k, j);
          }
          Elements.set(to.memory(), to.type(), to.place(batch, i, j), sum);
        }
      }
    }
  }

  /** A matrix with its layout's attributes. */
  private record Matrix(SimDriver sim, long address, Map<Integer, Long> layout, boolean turned) {
    static Matrix of(SimDriver sim, long address, long layout, long turned) {
      return new Matrix(sim, address, Map.copyOf(OBJECTS.get(layout)), turned == 1);
    }

    long at(int attribute) {
      return layout.get(attribute);
    }

    DType type() {
      return switch ((int) at(0)) {
        case 0 -> DType.F32;
        case 1 -> DType.F64;
        case 2 -> DType.F16;
        default -> DType.BF16;
      };
    }

    MemorySegment memory() {
      long elements = (at(5) - 1) * at(6) + (at(3) - 1) * at(4) + at(2);
      return sim.memory(address, elements * type().bytes(), "cublasLtMatmul");
    }

    long place(long batch, long row, long column) {
      return batch * at(6) + column * at(4) + row;
    }

    double get(long batch, long row, long column) {
      long at = turned ? place(batch, column, row) : place(batch, row, column);
      return Elements.get(memory(), type(), at);
    }
  }
}
