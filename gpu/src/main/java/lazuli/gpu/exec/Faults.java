package lazuli.gpu.exec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import lazuli.array.backend.Backend;
import lazuli.array.op.Indices;
import lazuli.array.type.ArrayException;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Indices out of bounds, which kernels find and the host hears of when the evaluation ends: a few
 * words of device memory that the first thread with a bad index writes. Mutable: the launches of
 * this evaluation that may write them; used by one thread.
 */
final class Faults {
  /** Bytes: how many were bad, the index, the element, the axis and the launch of the first. */
  static final int BYTES = 32;

  /** A launch that checks indices. */
  private record Checked(String op, List<Integer> axes, long[] sizes, Shape indices) {}

  private final List<Checked> launches = new ArrayList<>();
  private long address;

  /** {@return the words' address} */
  long address(Gpu gpu) {
    if (address == 0) {
      address = gpu.allocate(BYTES);
      gpu.clear(address, BYTES);
    }
    return address;
  }

  /** {@return the number of a launch that checks indices} */
  int add(String op, List<Integer> axes, long[] sizes, Shape indices) {
    launches.add(new Checked(op, axes, sizes, indices));
    return launches.size() - 1;
  }

  /** {@return what was wrong in this evaluation; waits for it if it checked anything} */
  Backend.@Nullable Late take(Gpu gpu) {
    if (launches.isEmpty()) {
      return null;
    }
    List<Checked> checked = List.copyOf(launches);
    launches.clear();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment words = arena.allocate(BYTES, 8);
      gpu.read(address, words);
      if (words.get(ValueLayout.JAVA_INT, 0) == 0) {
        return null;
      }
      gpu.clear(address, BYTES);
      long index = words.get(ValueLayout.JAVA_LONG, 8);
      int element = words.get(ValueLayout.JAVA_INT, 16);
      int which = words.get(ValueLayout.JAVA_INT, 20);
      int launch = words.get(ValueLayout.JAVA_INT, 24);
      Checked bad = checked.get(launch);
      try {
        long found =
            Indices.check(
                bad.op, index, bad.sizes[which], bad.axes.get(which), element, bad.indices);
        throw new IllegalStateException("index " + found + " is within bounds");
      } catch (ArrayException error) {
        return new Backend.Late(launch, error);
      }
    }
  }

  /** Forgets the launches of an evaluation that failed. */
  void forget() {
    launches.clear();
  }
}
