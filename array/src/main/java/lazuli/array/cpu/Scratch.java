package lazuli.array.cpu;

import java.lang.foreign.Arena;
import java.util.EnumMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Working memory of one thread, kept between kernels: growing arrays and off-heap blocks, one per
 * slot. Confined to its thread; contents are unspecified at each request. A kernel may use several
 * slots at once, but must not call another that uses the same slot while it still needs its own.
 */
public final class Scratch {
  /** Who uses a block. */
  public enum Slot {
    /** Rows of a matrix product's left operand, interleaved. */
    GEMM_A,
    /** Panels of a matrix product's right operand. */
    GEMM_B,
    /** One tile of a matrix product. */
    GEMM_TILE,
    /** One converted row or block. */
    ROW,
    /** A second converted row or block. */
    ROW2,
    /** A run of a transposed operand on its way into rows. */
    COLUMN,
    /** Registers of a fused elementwise program. */
    REGISTERS,
    /** Partial results of a reduction. */
    PARTIAL,
    /** Sums in a wider type before they are rounded. */
    WIDE,
    /** Free for attention kernels. */
    ATTENTION_0,
    /** Free for attention kernels. */
    ATTENTION_1,
    /** Free for attention kernels. */
    ATTENTION_2,
    /** Free for attention kernels. */
    ATTENTION_3,
    /** Free for attention kernels. */
    ATTENTION_4,
    /** Free for attention kernels. */
    ATTENTION_5,
    /** Free for attention kernels. */
    ATTENTION_6,
    /** Free for attention kernels. */
    ATTENTION_7,
    /** Free for attention kernels. */
    ATTENTION_8,
    /** Free for attention kernels. */
    ATTENTION_9
  }

  private static final ThreadLocal<Scratch> CURRENT = ThreadLocal.withInitial(Scratch::new);

  private final EnumMap<Slot, float[]> floats = new EnumMap<>(Slot.class);
  private final EnumMap<Slot, double[]> doubles = new EnumMap<>(Slot.class);
  private final EnumMap<Slot, Block> blocks = new EnumMap<>(Slot.class);

  /** The working memory of all threads, in bytes. */
  private static final LongAdder HELD = new LongAdder();

  private Scratch() {}

  /** {@return the bytes of working memory that threads hold now, on the heap and beside it} */
  public static long held() {
    return HELD.sum();
  }

  /** {@return the calling thread's own} */
  public static Scratch current() {
    return CURRENT.get();
  }

  /**
   * {@return an array of at least this length}
   *
   * @param slot who uses it
   * @param length the least length
   */
  public float[] floats(Slot slot, int length) {
    float[] have = floats.get(slot);
    if (have == null || have.length < length) {
      HELD.add(4L * (length - (have == null ? 0 : have.length)));
      have = new float[length];
      floats.put(slot, have);
    }
    return have;
  }

  /**
   * {@return an array of at least this length}
   *
   * @param slot who uses it
   * @param length the least length
   */
  public double[] doubles(Slot slot, int length) {
    double[] have = doubles.get(slot);
    if (have == null || have.length < length) {
      HELD.add(8L * (length - (have == null ? 0 : have.length)));
      have = new double[length];
      doubles.put(slot, have);
    }
    return have;
  }

  /**
   * {@return the address of at least this many bytes off-heap, aligned to 64}
   *
   * <p>Valid until the thread asks for a larger block in the same slot.
   *
   * @param slot who uses it
   * @param bytes the least size
   */
  public long bytes(Slot slot, long bytes) {
    Block have = blocks.get(slot);
    if (have == null || have.bytes < bytes) {
      HELD.add(bytes - (have == null ? 0 : have.bytes));
      blocks.remove(slot);
      have = new Block(bytes);
      blocks.put(slot, have);
    }
    return have.address;
  }

  /** Off-heap memory that goes with its thread. */
  private static final class Block {
    private final Arena arena = Arena.ofAuto();
    private final long bytes;
    private final long address;

    Block(long bytes) {
      this.bytes = bytes;
      this.address = arena.allocate(Math.max(64, bytes), 64).address();
    }
  }
}
