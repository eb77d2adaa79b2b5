package lazuli.array.plan;

import lazuli.array.backend.Buffer;
import lazuli.array.backend.Pool;

/**
 * A block that many small results share, so that none of them costs an allocation and an entry for
 * the garbage collector. It goes back to the pool when the last of them is unreachable.
 */
final class Slab {
  /** Results up to this size live in slabs. */
  static final long LARGEST = 4096;

  private static final long BYTES = 16 << 10;
  private static final long ALIGNMENT = 64;

  private final Pool pool;
  private final Buffer block;
  private final Storage storage;
  private long used;

  /** Takes a block from the pool; {@code storage} stands for it. */
  Slab(Pool pool, Buffer block, Storage storage) {
    this.pool = pool;
    this.block = block;
    this.storage = storage;
  }

  static long bytes() {
    return BYTES;
  }

  /** {@return whether a result of this size still fits} */
  boolean fits(Pool wanted, long bytes) {
    return pool == wanted && used + bytes <= BYTES;
  }

  /** {@return the next free part} */
  Part take(long bytes) {
    Buffer part = new Buffer(block.device(), block.segment().asSlice(used, bytes), bytes);
    used += (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    return new Part(part, storage);
  }

  /**
   * A part of a slab.
   *
   * @param buffer the memory
   * @param storage keeps the whole slab while it is reachable
   */
  record Part(Buffer buffer, Storage storage) {}
}
