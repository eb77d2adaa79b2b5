package lazuli.array.cpu;

import java.lang.reflect.Field;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import lazuli.array.op.Binary;
import lazuli.array.op.Reduction;
import lazuli.array.op.Rule;
import lazuli.array.op.Unary;
import org.jspecify.annotations.Nullable;

/**
 * The loop of each operation in each {@link Bank}: of the vector operator that its row names, else
 * of its scalar meaning.
 */
final class Loops {
  private static final Loop ERF = new ErfF32Loop();
  private static final Loop LARGEST = new ExtremeF32Loop(true);
  private static final Loop SMALLEST = new ExtremeF32Loop(false);

  /** The constants of {@link VectorOperators} by name: each plan asks for some. */
  private static final Map<String, VectorOperators.Operator> OPERATORS = new ConcurrentHashMap<>();

  private Loops() {}

  /** The vector operator that a row names, if it works on the bank's lanes; else null. */
  private static VectorOperators.@Nullable Operator operator(@Nullable String name, Bank bank) {
    if (name == null) {
      return null;
    }
    VectorOperators.Operator operator = OPERATORS.computeIfAbsent(name, Loops::named);
    Class<?> lane =
        switch (bank) {
          case F32 -> float.class;
          case F64 -> double.class;
          case I32 -> int.class;
          case I64 -> long.class;
        };
    return operator.compatibleWith(lane) ? operator : null;
  }

  private static VectorOperators.Operator named(String name) {
    try {
      Field field = VectorOperators.class.getField(name);
      return Objects.requireNonNull((VectorOperators.Operator) field.get(null));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the row names no vector operator: " + name, e);
    }
  }

  /** Whether the row's own vector operator serves the bank. */
  static boolean vectorised(Unary row, Bank bank) {
    return operator(row.vector(), bank) != null;
  }

  static Loop unary(Unary row, Bank bank) {
    if (row == Unary.ERF && bank == Bank.F32) {
      return ERF;
    }
    if (row.rule() == Rule.COMPARE) {
      return test(row, bank);
    }
    VectorOperators.Operator operator = operator(row.vector(), bank);
    if (operator != null) {
      return Specialised.loop(
          switch (bank) {
            case F32 -> UnaryF32Loop.class;
            case F64 -> UnaryF64Loop.class;
            case I32 -> UnaryI32Loop.class;
            case I64 -> UnaryI64Loop.class;
          },
          operator);
    }
    return switch (bank) {
      case F32 -> scalarF32(row.function());
      case F64 -> scalarF64(row.function());
      case I32 -> scalarI32(integer(row));
      case I64 -> scalarI64(integer(row));
    };
  }

  /** A binary operation; comparisons give 0 or 1 in the bank of bool. */
  static Loop binary(Binary row, Bank bank) {
    VectorOperators.Operator operator = operator(row.vector(), bank);
    if (operator instanceof VectorOperators.Comparison && bank == Bank.F32) {
      return Specialised.loop(CompareF32Loop.class, operator);
    }
    if (operator instanceof VectorOperators.Comparison && bank == Bank.I32) {
      return Specialised.loop(CompareI32Loop.class, operator);
    }
    if (operator instanceof VectorOperators.Comparison) {
      return bank == Bank.F64 ? compareF64(row.function()) : compareI64(integer(row));
    }
    if (operator instanceof VectorOperators.Binary) {
      return Specialised.loop(
          switch (bank) {
            case F32 -> BinaryF32Loop.class;
            case F64 -> BinaryF64Loop.class;
            case I32 -> BinaryI32Loop.class;
            case I64 -> BinaryI64Loop.class;
          },
          operator);
    }
    return switch (bank) {
      case F32 -> scalarF32(row.function());
      case F64 -> scalarF64(row.function());
      case I32 -> scalarI32(integer(row));
      case I64 -> scalarI64(integer(row));
    };
  }

  /**
   * The loop that joins two runs element by element, or null when vectors must not: products of f32
   * lanes could overflow where the whole product does not.
   */
  static @Nullable Loop join(Reduction row, Bank bank) {
    VectorOperators.Operator operator = operator(row.vector(), bank);
    if (operator == null || operator == VectorOperators.MUL) {
      return null;
    }
    return Specialised.loop(
        switch (bank) {
          case F32 -> BinaryF32Loop.class;
          case F64 -> BinaryF64Loop.class;
          case I32 -> BinaryI32Loop.class;
          case I64 -> BinaryI64Loop.class;
        },
        operator);
  }

  /** The loop that folds one run into the lanes of a vector, or null as for {@link #join}. */
  static @Nullable Loop fold(Reduction row, Bank bank) {
    VectorOperators.Operator operator = operator(row.vector(), bank);
    if (operator == null || operator == VectorOperators.MUL) {
      return null;
    }
    if (bank == Bank.F32 && row == Reduction.MAX) {
      return LARGEST;
    }
    if (bank == Bank.F32 && row == Reduction.MIN) {
      return SMALLEST;
    }
    return Specialised.loop(
        switch (bank) {
          case F32 -> FoldF32Loop.class;
          case F64 -> FoldF64Loop.class;
          case I32 -> FoldI32Loop.class;
          case I64 -> FoldI64Loop.class;
        },
        operator);
  }

  private static LongUnaryOperator integer(Unary row) {
    LongUnaryOperator f = row.integer();
    if (f == null) {
      throw new IllegalStateException(row + " has no meaning in integers");
    }
    return f;
  }

  private static LongBinaryOperator integer(Binary row) {
    LongBinaryOperator f = row.integer();
    if (f == null) {
      throw new IllegalStateException(row + " has no meaning in integers");
    }
    return f;
  }

  private static Loop scalarF32(DoubleUnaryOperator f) {
    return (to, a, b, c, n) -> {
      for (long i = 0; i < 4L * n; i += 4) {
        Memory.putFloat(to + i, (float) f.applyAsDouble(Memory.getFloat(a + i)));
      }
    };
  }

  private static Loop scalarF32(DoubleBinaryOperator f) {
    return (to, a, b, c, n) -> {
      for (long i = 0; i < 4L * n; i += 4) {
        float x = Memory.getFloat(a + i);
        Memory.putFloat(to + i, (float) f.applyAsDouble(x, Memory.getFloat(b + i)));
      }
    };
  }

  private static Loop scalarF64(DoubleUnaryOperator f) {
    return (to, a, b, c, n) -> {
      for (long i = 0; i < 8L * n; i += 8) {
        Memory.putDouble(to + i, f.applyAsDouble(Memory.getDouble(a + i)));
      }
    };
  }

  private static Loop scalarF64(DoubleBinaryOperator f) {
    return (to, a, b, c, n) -> {
      for (long i = 0; i < 8L * n; i += 8) {
        double x = Memory.getDouble(a + i);
        Memory.putDouble(to + i, f.applyAsDouble(x, Memory.getDouble(b + i)));
      }
    };
  }

  private static Loop scalarI32(LongUnaryOperator f) {
    return (to, a, b, c, n) -> {
      for (long i = 0; i < 4L * n; i += 4) {
        Memory.putInt(to + i, (int) f.applyAsLong(Memory.getInt(a + i)));
      }
    };
  }

  private static Loop scalarI32(LongBinaryOperator f) {
    return (to, a, b, c, n) -> {
      for (long i = 0; i < 4L * n; i += 4) {
        int x = Memory.getInt(a + i);
        Memory.putInt(to + i, (int) f.applyAsLong(x, Memory.getInt(b + i)));
      }
    };
  }

  private static Loop scalarI64(LongUnaryOperator f) {
    return (to, a, b, c, n) -> {
      for (long i = 0; i < 8L * n; i += 8) {
        Memory.putLong(to + i, f.applyAsLong(Memory.getLong(a + i)));
      }
    };
  }

  private static Loop scalarI64(LongBinaryOperator f) {
    return (to, a, b, c, n) -> {
      for (long i = 0; i < 8L * n; i += 8) {
        long x = Memory.getLong(a + i);
        Memory.putLong(to + i, f.applyAsLong(x, Memory.getLong(b + i)));
      }
    };
  }

  /** A question about each element, answered with 0 or 1 in the bank of bool. */
  private static Loop test(Unary row, Bank bank) {
    DoubleUnaryOperator f = row.function();
    return switch (bank) {
      case F32 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < 4L * n; i += 4) {
              Memory.putInt(to + i, (int) f.applyAsDouble(Memory.getFloat(a + i)));
            }
          };
      case F64 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < n; i++) {
              Memory.putInt(to + 4 * i, (int) f.applyAsDouble(Memory.getDouble(a + 8 * i)));
            }
          };
      // Whole numbers are finite: every one gets the same answer.
      case I32, I64 -> (to, a, b, c, n) -> Movers.fill4((int) integer(row).applyAsLong(0), to, n);
    };
  }

  private static Loop compareF64(DoubleBinaryOperator f) {
    return (to, a, b, c, n) -> {
      for (long i = 0; i < n; i++) {
        double x = Memory.getDouble(a + 8 * i);
        Memory.putInt(to + 4 * i, (int) f.applyAsDouble(x, Memory.getDouble(b + 8 * i)));
      }
    };
  }

  private static Loop compareI64(LongBinaryOperator f) {
    return (to, a, b, c, n) -> {
      for (long i = 0; i < n; i++) {
        long x = Memory.getLong(a + 8 * i);
        Memory.putInt(to + 4 * i, (int) f.applyAsLong(x, Memory.getLong(b + 8 * i)));
      }
    };
  }

  /** b where a is not 0, else c. */
  static Loop where(Bank bank) {
    return bank.bytes() == 4 ? Loops::where4 : Loops::where8;
  }

  private static void where4(long to, long a, long b, long c, int n) {
    int i = 0;
    for (; i <= n - Species.LANES; i += Species.LANES) {
      long at = 4L * i;
      IntVector other = Memory.ints(c + at);
      Memory.put(
          to + at,
          other.blend(Memory.ints(b + at), Memory.ints(a + at).compare(VectorOperators.NE, 0)));
    }
    for (; i < n; i++) {
      long at = 4L * i;
      Memory.putInt(to + at, Memory.getInt((Memory.getInt(a + at) != 0 ? b : c) + at));
    }
  }

  private static void where8(long to, long a, long b, long c, int n) {
    for (long i = 0; i < n; i++) {
      long x = Memory.getLong(b + 8 * i);
      long y = Memory.getLong(c + 8 * i);
      Memory.putLong(to + 8 * i, Memory.getInt(a + 4 * i) != 0 ? x : y);
    }
  }
}
