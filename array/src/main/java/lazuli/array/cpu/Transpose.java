package lazuli.array.cpu;

import lazuli.array.cpu.Scratch.Slot;

/**
 * Copies a view whose innermost elements are far apart while those of another dimension are
 * adjacent. Square tiles are read along the one and written along the other, through a buffer whose
 * rows do not compete for the same cache sets, as those of a large matrix do.
 */
final class Transpose {
  private static final int TILE = 64;

  /** One more than a tile: neighbouring rows of the buffer then fall into different sets. */
  private static final int PITCH = TILE + 1;

  private final Feed feed;
  private final int bytes;
  private final long to;
  private final long[] dims;
  private final long[] strides;
  private final int near;
  private final int last;

  /** From one element to the next along the near dimension in the result, in elements. */
  private final long resultStep;

  private Transpose(Feed feed, int bytes, long to) {
    this.feed = feed;
    this.bytes = bytes;
    this.to = to;
    this.dims = feed.dims();
    this.strides = feed.strides();
    this.near = feed.adjacent();
    this.last = dims.length - 1;
    long step = 1;
    for (int i = last; i > near; i--) {
      step *= dims[i];
    }
    this.resultStep = step;
  }

  /** Copies all elements in row-major order. */
  static void run(Feed feed, int bytes, long to) {
    Transpose t = new Transpose(feed, bytes, to);
    long tiles = Math.ceilDiv(t.dims[t.near], TILE);
    long others = 1;
    for (int i = 0; i < t.last; i++) {
      others *= i == t.near ? 1 : t.dims[i];
    }
    Workers.run(
        Math.toIntExact(Math.multiplyExact(tiles, others)),
        tiles * others * TILE * t.dims[t.last] / 2,
        item -> t.band(item / tiles, item % tiles * TILE));
  }

  /** All tiles of one place in the other dimensions and one range of the near dimension. */
  private void band(long place, long from) {
    long in = from;
    long out = from * resultStep;
    long left = place;
    long step = dims[last];
    for (int i = last - 1; i >= 0; i--) {
      if (i != near) {
        long index = left % dims[i];
        left /= dims[i];
        in += index * strides[i];
        out += index * step;
      }
      step *= dims[i];
    }
    int high = (int) Math.min(TILE, dims[near] - from);
    long buffer = Scratch.current().bytes(Slot.ROW, (long) TILE * PITCH * bytes);
    Feed.Mover mover = Movers.same(bytes);
    long pitch = (long) PITCH * bytes;
    for (long c = 0; c < dims[last]; c += TILE) {
      int wide = (int) Math.min(TILE, dims[last] - c);
      for (int i = 0; i < wide; i++) {
        long address = feed.address(in + (c + i) * strides[last]);
        mover.move(address, bytes, buffer + i * pitch, high);
      }
      for (int j = 0; j < high; j++) {
        long address = to + (out + j * resultStep + c) * bytes;
        mover.move(buffer + (long) j * bytes, pitch, address, wide);
      }
    }
  }
}
