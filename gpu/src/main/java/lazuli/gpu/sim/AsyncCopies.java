package lazuli.gpu.sim;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * cp.async (PTX ISA, section 9.7.9.25.3): copies from device memory to shared memory that happen at
 * the wait and not before, so that a missing wait reads poison.
 */
final class AsyncCopies {
  private AsyncCopies() {}

  static @Nullable Exec decode(Line line, Program p) {
    String op = line.opcode();
    if (op.equals("cp.async.commit_group")) {
      return (w, m) -> {
        w.groups.add(w.open);
        w.open = new ArrayList<>();
      };
    }
    if (op.equals("cp.async.wait_group")) {
      int left = Integer.parseInt(line.operand(0));
      return (w, m) -> finish(line, w, left);
    }
    if (op.equals("cp.async.wait_all")) {
      return (w, m) -> {
        w.groups.add(w.open);
        w.open = new ArrayList<>();
        finish(line, w, 0);
      };
    }
    if (op.equals("cp.async.cg.shared.global") || op.equals("cp.async.ca.shared.global")) {
      return copy(line, p);
    }
    return null;
  }

  private static Exec copy(Line line, Program p) {
    MemoryAccess.Address to = MemoryAccess.Address.of(line, line.operand(0), p, false);
    MemoryAccess.Address from = MemoryAccess.Address.of(line, line.operand(1), p, true);
    int size = Integer.parseInt(line.operand(2));
    if (size != 16 && (line.has("cg") || size != 8 && size != 4)) {
      throw line.fault("copies 16 bytes, or with .ca also 4 and 8");
    }
    // The fourth operand says how many bytes are read; the rest is filled with zeros.
    int read = line.operands().size() > 3 ? p.b32(line, line.operand(3)) : -1;
    return (w, m) -> {
      long[] seen = new long[Warp.LANES];
      int n = 0;
      for (int x = m; x != 0; x &= x - 1) {
        int l = Integer.numberOfTrailingZeros(x);
        int bytes = read < 0 ? size : w.b32[read][l];
        long source = from.at(w, l);
        if ((source & size - 1) != 0 && bytes > 0) {
          throw line.fault(String.format("%d bytes at 0x%x: misaligned", size, source));
        }
        int place = (int) to.at(w, l);
        // The copy may arrive from here on: whoever still reads the place races with it.
        w.block.shared.check(w, line, place, size, true);
        w.open.add(new long[] {place, source, bytes, size});
        if (bytes > 0) {
          seen[n++] = source;
        }
      }
      w.block.traffic(seen, n, size);
    };
  }

  private static void finish(Line line, Warp w, int left) {
    while (w.groups.size() > left) {
      List<long[]> group = w.groups.removeFirst();
      for (long[] copy : group) {
        int to = (int) copy[0];
        int bytes = (int) copy[2];
        int size = (int) copy[3];
        w.block.shared.check(w, line, to, size, true);
        if (bytes > 0) {
          DeviceMemory.Block memory = w.memory(copy[1], bytes, line);
          MemorySegment.copy(
              memory.segment, copy[1] - memory.base, w.block.shared.memory, to, bytes);
        }
        w.block.shared.memory.asSlice(to + bytes, size - bytes).fill((byte) 0);
      }
    }
  }
}
