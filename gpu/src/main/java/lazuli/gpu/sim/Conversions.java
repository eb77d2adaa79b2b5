package lazuli.gpu.sim;

import lazuli.array.type.Rounding;
import org.jspecify.annotations.Nullable;

/** cvt (PTX ISA, section 9.7.9.21): between sizes and kinds of numbers. */
final class Conversions {
  private Conversions() {}

  static @Nullable Exec decode(Line line, Program p) {
    if (line.opcode().startsWith("cvta.")) {
      throw line.fault("the simulator has one address space for each kind of memory: no cvta");
    }
    if (!line.opcode().startsWith("cvt.")) {
      return null;
    }
    String[] parts = line.opcode().split("\\.");
    String to = parts[parts.length - 2];
    String from = parts[parts.length - 1];
    String rounding = parts.length > 3 ? parts[1] : "";
    if (to.endsWith("x2")) {
      return pair(line, to, p);
    }
    boolean realFrom = from.startsWith("f") || from.startsWith("bf");
    boolean realTo = to.startsWith("f") || to.startsWith("bf");
    Read read = reader(line, from, p);
    Write write = writer(line, to, p);
    if (realFrom && realTo) {
      return (w, m) -> each(m, l -> write.real(w, l, real(read.real(w, l), to, rounding)));
    }
    if (realFrom) {
      return (w, m) ->
          each(m, l -> write.bits(w, l, integer(whole(read.real(w, l), rounding), to)));
    }
    if (realTo) {
      boolean unsigned = from.equals("u64");
      return (w, m) ->
          each(m, l -> write.real(w, l, real(read.bits(w, l), unsigned, to, rounding)));
    }
    return (w, m) -> each(m, l -> write.bits(w, l, read.bits(w, l)));
  }

  /** Something done for one lane. */
  private interface Lane {
    void run(int lane);
  }

  private static void each(int m, Lane lane) {
    for (int x = m; x != 0; x &= x - 1) {
      lane.run(Integer.numberOfTrailingZeros(x));
    }
  }

  /** Reads a lane's operand. */
  private interface Read {
    long bits(Warp w, int lane);

    default double real(Warp w, int lane) {
      throw new IllegalStateException();
    }
  }

  /** Reads a lane's floating operand. */
  private interface ReadReal extends Read {
    @Override
    double real(Warp w, int lane);

    @Override
    default long bits(Warp w, int lane) {
      throw new IllegalStateException();
    }
  }

  /** Writes a lane's result. */
  private interface Write {
    void bits(Warp w, int lane, long value);

    default void real(Warp w, int lane, double value) {
      throw new IllegalStateException();
    }
  }

  /** Writes a lane's floating result. */
  private interface WriteReal extends Write {
    @Override
    void real(Warp w, int lane, double value);

    @Override
    default void bits(Warp w, int lane, long value) {
      throw new IllegalStateException();
    }
  }

  private static Read reader(Line line, String type, Program p) {
    String name = line.operand(1);
    switch (type) {
      case "f32" -> {
        int a = p.f32(line, name);
        return (ReadReal) (w, l) -> w.f32[a][l];
      }
      case "f64" -> {
        int a = p.f64(line, name);
        return (ReadReal) (w, l) -> w.f64[a][l];
      }
      case "f16" -> {
        int a = p.b16(line, name);
        return (ReadReal) (w, l) -> Float.float16ToFloat((short) w.b16[a][l]);
      }
      case "bf16" -> {
        int a = p.b16(line, name);
        return (ReadReal) (w, l) -> Rounding.bf16((short) w.b16[a][l]);
      }
      default -> {
        int kind = p.isRegister(name) ? p.kindOf(line, name) : 2;
        int a =
            switch (kind) {
              case 1 -> p.b16(line, name);
              case 2 -> p.b32(line, name);
              default -> p.b64(line, name);
            };
        return (w, l) ->
            extended(kind == 1 ? w.b16[a][l] : kind == 2 ? w.b32[a][l] : w.b64[a][l], type);
      }
    }
  }

  private static Write writer(Line line, String type, Program p) {
    String name = line.operand(0);
    switch (type) {
      case "f32" -> {
        int d = p.f32(line, name);
        return (WriteReal) (w, l, x) -> w.f32[d][l] = (float) x;
      }
      case "f64" -> {
        int d = p.f64(line, name);
        return (WriteReal) (w, l, x) -> w.f64[d][l] = x;
      }
      case "f16" -> {
        int d = p.b16(line, name);
        return (WriteReal) (w, l, x) -> w.b16[d][l] = half(x, false);
      }
      case "bf16" -> {
        int d = p.b16(line, name);
        return (WriteReal) (w, l, x) -> w.b16[d][l] = half(x, true);
      }
      default -> {
        return switch (p.kindOf(line, name)) {
          case 1 -> {
            int d = p.b16(line, name);
            yield (w, l, x) -> w.b16[d][l] = (int) x & 0xffff;
          }
          case 2 -> {
            int d = p.b32(line, name);
            yield (w, l, x) -> w.b32[d][l] = (int) x;
          }
          default -> {
            int d = p.b64(line, name);
            yield (w, l, x) -> w.b64[d][l] = x;
          }
        };
      }
    }
  }

  /** {@return half-precision bits, with the NaN that PTX writes} */
  static int half(double x, boolean brain) {
    if (Double.isNaN(x)) {
      return 0x7fff;
    }
    return (brain ? Rounding.bf16(x) : Rounding.f16(x)) & 0xffff;
  }

  private static long extended(long bits, String type) {
    return switch (type) {
      case "u8" -> bits & 0xff;
      case "s8" -> (byte) bits;
      case "u16", "b16" -> bits & 0xffff;
      case "s16" -> (short) bits;
      case "u32", "b32" -> bits & 0xffff_ffffL;
      case "s32" -> (int) bits;
      default -> bits;
    };
  }

  private static double whole(double x, String rounding) {
    return switch (rounding) {
      case "rni" -> Math.rint(x);
      case "rzi" -> x < 0 ? Math.ceil(x) : Math.floor(x);
      case "rmi" -> Math.floor(x);
      case "rpi" -> Math.ceil(x);
      default -> throw new SimFault("cvt to an integer needs .rni, .rzi, .rmi or .rpi");
    };
  }

  /** Clamped; what NaN becomes is 0 for 32 bits and smaller. */
  private static long integer(double x, String type) {
    return switch (type) {
      case "s32" -> (int) x;
      case "u32" -> Math.clamp((long) x, 0, 0xffff_ffffL);
      case "s64" -> Double.isNaN(x) ? Long.MIN_VALUE : (long) x;
      case "u64" ->
          Double.isNaN(x)
              ? Long.MIN_VALUE
              : x < 0x1p63
                  ? Math.max(0, (long) x)
                  : x < 0x1p64 ? (long) (x - 0x1p63) | Long.MIN_VALUE : -1;
      default -> throw new SimFault("cvt to " + type + " from a floating type");
    };
  }

  private static double real(double x, String to, String rounding) {
    return switch (rounding) {
      case "rni", "rzi", "rmi", "rpi" -> whole(x, rounding);
      case "rz" -> {
        if (!to.equals("f32")) {
          throw new SimFault("cvt.rz to f32 only");
        }
        float near = (float) x;
        yield Math.abs((double) near) > Math.abs(x) ? towardsZero(near) : near;
      }
      default -> x;
    };
  }

  private static float towardsZero(float x) {
    return x > 0 ? Math.nextDown(x) : Math.nextUp(x);
  }

  private static double real(long x, boolean unsigned, String to, String rounding) {
    boolean single = to.equals("f32");
    if (unsigned && x < 0) {
      long half = x >>> 1 | x & 1;
      if (rounding.equals("rz")) {
        return 2.0 * real(x >>> 1, false, to, rounding);
      }
      return single ? 2f * (float) half : 2.0 * (double) half;
    }
    if (!single) {
      return (double) x;
    }
    float near = (float) x;
    if (rounding.equals("rz")) {
      boolean beyond = near == 0x1p63f || Math.abs((long) near) > Math.abs(x);
      return beyond ? towardsZero(near) : near;
    }
    return near;
  }

  /** Two floats to two halves: the first operand to the upper one. */
  private static Exec pair(Line line, String to, Program p) {
    int d = p.b32(line, line.operand(0));
    int high = p.f32(line, line.operand(1));
    int low = p.f32(line, line.operand(2));
    boolean brain = to.equals("bf16x2");
    return (w, m) -> {
      for (int x = m; x != 0; x &= x - 1) {
        int l = Integer.numberOfTrailingZeros(x);
        w.b32[d][l] = half(w.f32[high][l], brain) << 16 | half(w.f32[low][l], brain);
      }
    };
  }
}
