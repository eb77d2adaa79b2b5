package lazuli.gpu.sim;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** ld, st and atom (PTX ISA, sections 9.7.9.8, 9.7.9.12 and 9.7.13.5). */
final class MemoryAccess {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private MemoryAccess() {}

  static @Nullable Exec decode(Line line, Program p) {
    String op = line.opcode();
    if (op.startsWith("ld.param.")) {
      return param(line, p);
    }
    if (op.startsWith("ld.global") || op.startsWith("ld.shared")) {
      return access(line, p, 0, 1, false);
    }
    if (op.startsWith("st.global") || op.startsWith("st.shared")) {
      return access(line, p, 1, 0, true);
    }
    if (op.startsWith("atom.")) {
      return atomic(line, p);
    }
    if (op.equals("membar.gl") || op.startsWith("fence.")) {
      return (w, m) -> {};
    }
    if (op.equals("bar.warp.sync")) {
      return (w, m) -> {};
    }
    return null;
  }

  private static Exec param(Line line, Program p) {
    String from = line.operand(1);
    String inside = from.substring(1, from.length() - 1);
    int plus = inside.indexOf('+');
    int at =
        p.param(line, plus < 0 ? inside : inside.substring(0, plus))
            + (plus < 0 ? 0 : Integer.parseInt(inside.substring(plus + 1)));
    Slot to = slot(line, line.operand(0), p);
    int bytes = Parser.bytes(line.last());
    return (w, m) -> {
      byte[] params = w.block.params;
      long value = bytes == 8 ? (long) LONGS.get(params, at) : (int) INTS.get(params, at);
      for (int x = m; x != 0; x &= x - 1) {
        to.set(w, Integer.numberOfTrailingZeros(x), value);
      }
    };
  }

  /** One register as bits. */
  private abstract static class Slot {
    abstract long get(Warp w, int lane);

    abstract void set(Warp w, int lane, long value);
  }

  private static Slot slot(Line line, String name, Program p) {
    int kind = p.isRegister(name) ? p.kindOf(line, name) : constant(line);
    int n =
        switch (kind) {
          case 1 -> p.b16(line, name);
          case 2 -> p.b32(line, name);
          case 3 -> p.b64(line, name);
          case 4 -> p.f32(line, name);
          case 5 -> p.f64(line, name);
          default -> throw line.fault("truth values are not in memory");
        };
    return switch (kind) {
      case 1 ->
          new Slot() {
            @Override
            long get(Warp w, int l) {
              return w.b16[n][l];
            }

            @Override
            void set(Warp w, int l, long x) {
              w.b16[n][l] = (int) x & 0xffff;
            }
          };
      case 2 ->
          new Slot() {
            @Override
            long get(Warp w, int l) {
              return w.b32[n][l];
            }

            @Override
            void set(Warp w, int l, long x) {
              w.b32[n][l] = (int) x;
            }
          };
      case 3 ->
          new Slot() {
            @Override
            long get(Warp w, int l) {
              return w.b64[n][l];
            }

            @Override
            void set(Warp w, int l, long x) {
              w.b64[n][l] = x;
            }
          };
      case 4 ->
          new Slot() {
            @Override
            long get(Warp w, int l) {
              return Float.floatToRawIntBits(w.f32[n][l]);
            }

            @Override
            void set(Warp w, int l, long x) {
              w.f32[n][l] = Float.intBitsToFloat((int) x);
            }
          };
      default ->
          new Slot() {
            @Override
            long get(Warp w, int l) {
              return Double.doubleToRawLongBits(w.f64[n][l]);
            }

            @Override
            void set(Warp w, int l, long x) {
              w.f64[n][l] = Double.longBitsToDouble(x);
            }
          };
    };
  }

  private static int constant(Line line) {
    return switch (line.last()) {
      case "f32" -> 4;
      case "f64" -> 5;
      case "u64", "s64", "b64" -> 3;
      default -> 2;
    };
  }

  private static long load(MemorySegment memory, long at, String type) {
    return switch (type) {
      case "u8", "b8" -> memory.get(JAVA_BYTE, at) & 0xff;
      case "s8" -> memory.get(JAVA_BYTE, at);
      case "u16", "b16" -> memory.get(JAVA_SHORT_UNALIGNED, at) & 0xffff;
      case "s16" -> memory.get(JAVA_SHORT_UNALIGNED, at);
      case "u32", "s32", "b32", "f32" -> memory.get(JAVA_INT_UNALIGNED, at);
      default -> memory.get(JAVA_LONG_UNALIGNED, at);
    };
  }

  private static void store(MemorySegment memory, long at, int bytes, long value) {
    switch (bytes) {
      case 1 -> memory.set(JAVA_BYTE, at, (byte) value);
      case 2 -> memory.set(JAVA_SHORT_UNALIGNED, at, (short) value);
      case 4 -> memory.set(JAVA_INT_UNALIGNED, at, (int) value);
      default -> memory.set(JAVA_LONG_UNALIGNED, at, value);
    }
  }

  /** An address: a register or a constant, plus an offset. */
  record Address(int register, boolean wide, int offset) {
    static Address of(Line line, String operand, Program p, boolean wide) {
      String inside = operand.substring(1, operand.length() - 1);
      int plus = inside.indexOf('+', 1);
      String base = plus < 0 ? inside : inside.substring(0, plus);
      int offset = plus < 0 ? 0 : Integer.parseInt(inside.substring(plus + 1));
      return new Address(wide ? p.b64(line, base) : p.b32(line, base), wide, offset);
    }

    long at(Warp w, int lane) {
      return offset + (wide ? w.b64[register][lane] : w.b32[register][lane]);
    }
  }

  private static Exec access(Line line, Program p, int value, int address, boolean writes) {
    String operand = line.operand(value);
    String[] names = operand.startsWith("{") ? Moves.vector(operand) : new String[] {operand};
    Slot[] slots = new Slot[names.length];
    for (int i = 0; i < names.length; i++) {
      slots[i] = slot(line, names[i], p);
    }
    String type = line.last();
    int bytes = Parser.bytes(type);
    int size = bytes * slots.length;
    boolean shared = line.has("shared");
    Address at = Address.of(line, line.operand(address), p, !shared);
    if (shared) {
      return (w, m) -> shared(line, w, m, slots, at, type, bytes, size, writes);
    }
    return (w, m) -> global(line, w, m, slots, at, type, bytes, size, writes);
  }

  private static void global(
      Line line,
      Warp w,
      int m,
      Slot[] slots,
      Address address,
      String type,
      int bytes,
      int size,
      boolean writes) {
    long[] seen = new long[Warp.LANES];
    int n = 0;
    for (int x = m; x != 0; x &= x - 1) {
      int l = Integer.numberOfTrailingZeros(x);
      long at = address.at(w, l);
      if ((at & size - 1) != 0) {
        throw line.fault(String.format("%d bytes at 0x%x: misaligned", size, at));
      }
      DeviceMemory.Block memory = w.memory(at, size, line);
      long offset = at - memory.base;
      for (int i = 0; i < slots.length; i++) {
        long where = offset + (long) i * bytes;
        if (writes) {
          store(memory.segment, where, bytes, slots[i].get(w, l));
        } else {
          slots[i].set(w, l, load(memory.segment, where, type));
        }
      }
      seen[n++] = at;
    }
    w.block.traffic(seen, n, size);
  }

  private static void shared(
      Line line,
      Warp w,
      int m,
      Slot[] slots,
      Address address,
      String type,
      int bytes,
      int size,
      boolean writes) {
    Shared shared = w.block.shared;
    // 32 banks of 4 bytes serve a warp: 8-byte accesses go by halves, 16-byte ones by quarters.
    int lanes = size == 16 ? 8 : size == 8 ? 16 : 32;
    int group = -1;
    for (int x = m; x != 0; x &= x - 1) {
      int l = Integer.numberOfTrailingZeros(x);
      int at = (int) address.at(w, l);
      shared.check(w, line, at, size, writes);
      if (l / lanes != group) {
        if (group >= 0) {
          shared.end();
        }
        group = l / lanes;
        shared.begin();
      }
      shared.touch(at, size);
      for (int i = 0; i < slots.length; i++) {
        long where = at + (long) i * bytes;
        if (writes) {
          store(shared.memory, where, bytes, slots[i].get(w, l));
        } else {
          slots[i].set(w, l, load(shared.memory, where, type));
        }
      }
    }
    shared.end();
  }

  private static Exec atomic(Line line, Program p) {
    if (!line.opcode().equals("atom.global.add.u32")
        && !line.opcode().equals("atom.global.inc.u32")) {
      throw line.fault("only atom.global.add.u32 and atom.global.inc.u32");
    }
    boolean wraps = line.has("inc");
    int d = p.b32(line, line.operand(0));
    Address address = Address.of(line, line.operand(1), p, true);
    int b = p.b32(line, line.operand(2));
    return (w, m) -> {
      for (int x = m; x != 0; x &= x - 1) {
        int l = Integer.numberOfTrailingZeros(x);
        long at = address.at(w, l);
        DeviceMemory.Block memory = w.memory(at, 4, line);
        int old = memory.segment.get(JAVA_INT_UNALIGNED, at - memory.base);
        int operand = w.b32[b][l];
        int next =
            wraps ? (Integer.compareUnsigned(old, operand) >= 0 ? 0 : old + 1) : old + operand;
        memory.segment.set(JAVA_INT_UNALIGNED, at - memory.base, next);
        w.b32[d][l] = old;
      }
    };
  }
}
