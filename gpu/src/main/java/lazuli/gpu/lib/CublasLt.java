package lazuli.gpu.lib;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import lazuli.array.type.DType;

/**
 * Matrix products of NVIDIA's cuBLASLt (names and numbers as in cublasLt.h of CUDA 12 and 13),
 * where it is found. Matrices are column-major there. Mutable: the products that were asked for,
 * with the algorithm that the library named for each; guarded by its own lock.
 */
public final class CublasLt {
  /** Bytes of device memory that an algorithm may use. */
  public static final long WORKSPACE = 32L << 20;

  private static final int SUCCESS = 0;
  private static final int COMPUTE_32F = 68;
  private static final int COMPUTE_64F = 70;
  private static final int TRANS_A = 3;
  private static final int TRANS_B = 4;
  private static final int BATCH_COUNT = 5;
  private static final int BATCH_STRIDE = 6;
  private static final int MAX_WORKSPACE = 1;

  /** cublasLtMatmulHeuristicResult_t: 64 bytes that name the algorithm, its workspace, more. */
  private static final int RESULT = 96;

  private static final int ALGORITHM = 64;
  private static final int MOST = 256;

  /**
   * One operand.
   *
   * @param rows of the matrix as it lies in memory
   * @param columns of the matrix as it lies in memory
   * @param step from one column to the next, in elements
   * @param turned whether its transpose is multiplied
   * @param batch from one matrix to the next, in elements
   */
  public record Operand(long rows, long columns, long step, boolean turned, long batch) {}

  /**
   * A product: result = a b.
   *
   * @param type of the operands and the result
   * @param a the first operand
   * @param b the second operand
   * @param result the result, never turned
   * @param batches how many products
   */
  public record Product(DType type, Operand a, Operand b, Operand result, int batches) {}

  /** A product that the library can run. */
  private record Planned(long product, long[] layouts, MemorySegment algorithm, long workspace) {}

  private final SymbolLookup symbols;
  private final String name;
  private final long handle;
  private final Map<String, MethodHandle> functions = new HashMap<>();
  private final Map<Product, Planned> products = new LinkedHashMap<>(16, 0.75f, true);

  private CublasLt(SymbolLookup symbols, String name) {
    this.symbols = symbols;
    this.name = name;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment to = arena.allocate(JAVA_LONG);
      check("cublasLtCreate", call("cublasLtCreate", to));
      handle = to.get(JAVA_LONG, 0);
    }
  }

  /** What was found of the library. */
  public sealed interface Found {
    /**
     * It works.
     *
     * @param library the library
     */
    record Works(CublasLt library) implements Found {}

    /**
     * There is none, or it does not start.
     *
     * @param reason why
     */
    record Absent(String reason) implements Found {}
  }

  /**
   * {@return the library, started for the device whose context is current}
   *
   * @param found where it is
   */
  public static Found open(Libraries.Found found) {
    return switch (found) {
      case Libraries.Found.Absent(String reason) -> new Found.Absent(reason);
      case Libraries.Found.Library(String name, SymbolLookup symbols) -> {
        try {
          yield new Found.Works(new CublasLt(symbols, name));
        } catch (LibraryException e) {
          yield new Found.Absent(name + " does not start: " + e.getMessage());
        }
      }
    };
  }

  /** {@return its file} */
  public String name() {
    return name;
  }

  /** A call that the library did not carry out. */
  public static final class LibraryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LibraryException(String call, int status) {
      super(call + " answered " + status + " (" + meaning(status) + ")");
    }

    private static String meaning(int status) {
      return switch (status) {
        case -1 -> "the library has no such function";
        case 1 -> "CUBLAS_STATUS_NOT_INITIALIZED";
        case 3 -> "CUBLAS_STATUS_ALLOC_FAILED";
        case 7 -> "CUBLAS_STATUS_INVALID_VALUE";
        case 8 -> "CUBLAS_STATUS_ARCH_MISMATCH";
        case 13 -> "CUBLAS_STATUS_EXECUTION_FAILED";
        case 14 -> "CUBLAS_STATUS_INTERNAL_ERROR";
        case 15 -> "CUBLAS_STATUS_NOT_SUPPORTED";
        default -> "an unknown status";
      };
    }
  }

  private static void check(String call, int status) {
    if (status != SUCCESS) {
      throw new LibraryException(call, status);
    }
  }

  private int call(String function, Object... arguments) {
    MethodHandle known = functions.get(function);
    if (known == null) {
      MemorySegment symbol = symbols.find(function).orElse(null);
      if (symbol == null) {
        return -1;
      }
      MemoryLayout[] layouts = new MemoryLayout[arguments.length];
      for (int i = 0; i < layouts.length; i++) {
        layouts[i] =
            arguments[i] instanceof Integer
                ? JAVA_INT
                : arguments[i] instanceof Long ? JAVA_LONG : ADDRESS;
      }
      known =
          Linker.nativeLinker().downcallHandle(symbol, FunctionDescriptor.of(JAVA_INT, layouts));
      functions.put(function, known);
    }
    try {
      return (int) known.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(function, e);
    }
  }

  private long made(Arena arena, String function, Object... arguments) {
    MemorySegment to = arena.allocate(JAVA_LONG);
    Object[] all = new Object[arguments.length + 1];
    all[0] = to;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    check(function, call(function, all));
    return to.get(JAVA_LONG, 0);
  }

  private void set(Arena arena, String function, long object, int attribute, Number value) {
    boolean wide = value instanceof Long;
    MemorySegment at = arena.allocate(JAVA_LONG);
    if (wide) {
      at.set(JAVA_LONG, 0, value.longValue());
    } else {
      at.set(JAVA_INT, 0, value.intValue());
    }
    check(function, call(function, object, attribute, at, wide ? 8L : 4L));
  }

  /** cudaDataType. */
  private static int type(DType type) {
    return switch (type) {
      case F32 -> 0;
      case F64 -> 1;
      case F16 -> 2;
      case BF16 -> 14;
      default -> throw new IllegalArgumentException(type + " is no type of cuBLASLt here");
    };
  }

  private long layout(Arena arena, DType type, Operand operand, int batches) {
    long layout =
        made(
            arena,
            "cublasLtMatrixLayoutCreate",
            type(type),
            operand.rows,
            operand.columns,
            operand.step);
    String set = "cublasLtMatrixLayoutSetAttribute";
    set(arena, set, layout, BATCH_COUNT, batches);
    set(arena, set, layout, BATCH_STRIDE, operand.batch);
    return layout;
  }

  private Planned plan(Product p) {
    try (Arena arena = Arena.ofConfined()) {
      boolean wide = p.type == DType.F64;
      // f32 is f32: the library's TF32 has another number.
      long product =
          made(
              arena,
              "cublasLtMatmulDescCreate",
              wide ? COMPUTE_64F : COMPUTE_32F,
              type(wide ? DType.F64 : DType.F32));
      String set = "cublasLtMatmulDescSetAttribute";
      set(arena, set, product, TRANS_A, p.a.turned ? 1 : 0);
      set(arena, set, product, TRANS_B, p.b.turned ? 1 : 0);
      long[] layouts = {
        layout(arena, p.type, p.a, p.batches),
        layout(arena, p.type, p.b, p.batches),
        layout(arena, p.type, p.result, p.batches)
      };
      long preference = made(arena, "cublasLtMatmulPreferenceCreate");
      set(arena, "cublasLtMatmulPreferenceSetAttribute", preference, MAX_WORKSPACE, WORKSPACE);
      MemorySegment result = arena.allocate(RESULT, 8);
      MemorySegment count = arena.allocate(JAVA_INT);
      String heuristic = "cublasLtMatmulAlgoGetHeuristic";
      int status =
          call(
              heuristic,
              handle,
              product,
              layouts[0],
              layouts[1],
              layouts[2],
              layouts[2],
              preference,
              1,
              result,
              count);
      call("cublasLtMatmulPreferenceDestroy", preference);
      check(heuristic, status);
      if (count.get(JAVA_INT, 0) == 0) {
        throw new LibraryException(heuristic, 15);
      }
      MemorySegment algorithm = Arena.ofAuto().allocate(ALGORITHM, 8);
      algorithm.copyFrom(result.asSlice(0, ALGORITHM));
      return new Planned(product, layouts, algorithm, result.get(JAVA_LONG, ALGORITHM));
    }
  }

  private Planned planned(Product product) {
    Planned known = products.get(product);
    if (known == null) {
      if (products.size() == MOST) {
        products.values().forEach(this::destroy);
        products.clear();
      }
      known = plan(product);
      products.put(product, known);
    }
    return known;
  }

  private void destroy(Planned planned) {
    call("cublasLtMatmulDescDestroy", planned.product);
    for (long layout : planned.layouts) {
      call("cublasLtMatrixLayoutDestroy", layout);
    }
  }

  /**
   * {@return the bytes of workspace that a product needs, at most {@link #WORKSPACE}}
   *
   * @throws LibraryException if the library has no algorithm for it
   */
  public synchronized long workspace(Product product) {
    return planned(product).workspace;
  }

  /**
   * Multiplies, in the order of a stream.
   *
   * @param product what
   * @param a address of the first operand
   * @param b address of the second operand
   * @param to address of the result
   * @param workspace address of its workspace
   * @param stream the stream
   * @throws LibraryException if the library refuses
   */
  public synchronized void multiply(
      Product product, long a, long b, long to, long workspace, long stream) {
    Planned planned = planned(product);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocate(8, 8);
      MemorySegment zero = arena.allocate(8, 8);
      if (product.type == DType.F64) {
        one.set(java.lang.foreign.ValueLayout.JAVA_DOUBLE, 0, 1);
      } else {
        one.set(java.lang.foreign.ValueLayout.JAVA_FLOAT, 0, 1);
      }
      check(
          "cublasLtMatmul",
          call(
              "cublasLtMatmul",
              handle,
              planned.product,
              one,
              a,
              planned.layouts[0],
              b,
              planned.layouts[1],
              zero,
              to,
              planned.layouts[2],
              to,
              planned.layouts[2],
              planned.algorithm,
              workspace,
              planned.workspace,
              stream));
    }
  }
}
