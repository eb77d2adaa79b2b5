package lazuli.array.cpu;

import java.util.Set;
import lazuli.array.op.Binary;
import lazuli.array.op.Cast;
import lazuli.array.op.Pointwise;
import lazuli.array.op.Ternary;
import lazuli.array.op.Unary;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * What a step of a fused program computes in vector registers. Only what has one right answer is
 * here (whole numbers, exactly rounded arithmetic, selection): then the code that computes it
 * cannot change a bit. Exponentials and the like differ between a vector library, its scalar twin
 * and Java's own, so they stay in their loops.
 *
 * @param kind what it does
 * @param from the bank of the operands; of the condition it is always {@link Bank#I32}
 * @param to the bank of the result
 * @param operator the constant of {@link jdk.incubator.vector.VectorOperators}, or empty
 * @param bits the bits that are kept, for the kinds that narrow
 */
record VectorForm(Kind kind, Bank from, Bank to, String operator, int bits) {
  /** The shapes of vector code. */
  enum Kind {
    /** An operator on one vector. */
    UNARY,
    /** An operator on two vectors. */
    BINARY,
    /** A comparison of two vectors; 0 or 1. */
    COMPARE,
    /** Whether lanes are not 0; 0 or 1. */
    TRUTH,
    /** Whether lanes are 0; 0 or 1. */
    FALSE,
    /** The second operand where the first is not 0, else the third. */
    SELECT,
    /** A conversion between banks. */
    CONVERT,
    /** The operand. */
    SAME,
    /** The lowest bits, the others 0. */
    UNSIGNED,
    /** The lowest bits, the highest of them repeated. */
    SIGNED
  }

  private static final Set<String> EXACT =
      Set.of("NEG", "ABS", "SQRT", "ADD", "SUB", "MUL", "DIV", "MAX", "MIN", "AND", "OR", "XOR");

  private static final Set<String> COMPARISONS = Set.of("GT", "GE", "LT", "LE", "EQ", "NE");

  /** Conversions that every machine with vectors of 256 bits has as instructions. */
  private static final Set<String> CONVERSIONS =
      Set.of("F2I", "I2F", "F2D", "D2F", "I2D", "I2L", "L2I");

  /** The form of an operation on registers of some type, or null when it has none. */
  static @Nullable VectorForm of(Pointwise op, DType operand, DType result) {
    Bank from = Bank.of(operand);
    Bank to = Bank.of(result);
    if (from == null || to == null) {
      return null;
    }
    return switch (op) {
      case Unary row when row == Unary.IS_NAN ->
          // The second operand of a row of one is the first.
          new VectorForm(Kind.COMPARE, from, to, "NE", 0);
      case Unary row when row == Unary.LOGICAL_NOT -> new VectorForm(Kind.FALSE, from, to, "", 0);
      case Unary row ->
          EXACT.contains(name(row.vector())) && Loops.vectorised(row, from)
              ? new VectorForm(Kind.UNARY, from, to, name(row.vector()), 0)
              : null;
      case Binary row -> binary(name(row.vector()), from, to);
      case Ternary row -> new VectorForm(Kind.SELECT, to, to, "", 0);
      case Cast cast -> cast(operand, result, from, to);
    };
  }

  /** The form that brings a register back into the range of its type, or null for none. */
  static @Nullable VectorForm wrap(DType dtype) {
    return switch (dtype) {
      case BOOL -> new VectorForm(Kind.TRUTH, Bank.I32, Bank.I32, "", 0);
      case U8 -> new VectorForm(Kind.UNSIGNED, Bank.I32, Bank.I32, "", 8);
      case U16 -> new VectorForm(Kind.UNSIGNED, Bank.I32, Bank.I32, "", 16);
      case U32 -> new VectorForm(Kind.UNSIGNED, Bank.I64, Bank.I64, "", 32);
      case I8 -> new VectorForm(Kind.SIGNED, Bank.I32, Bank.I32, "", 8);
      case I16 -> new VectorForm(Kind.SIGNED, Bank.I32, Bank.I32, "", 16);
      case F16, BF16, F32, F64, I32, I64, U64, F8_E4M3, F8_E5M2 -> null;
    };
  }

  /** The form that leaves a register as it is. */
  static VectorForm same(Bank bank) {
    return new VectorForm(Kind.SAME, bank, bank, "", 0);
  }

  private static String name(@Nullable String operator) {
    return operator == null ? "" : operator;
  }

  private static @Nullable VectorForm binary(String name, Bank from, Bank to) {
    if (COMPARISONS.contains(name)) {
      return new VectorForm(Kind.COMPARE, from, to, name, 0);
    }
    boolean bits = name.equals("AND") || name.equals("OR") || name.equals("XOR");
    boolean floats = from == Bank.F32 || from == Bank.F64;
    if (!EXACT.contains(name) || bits && floats || name.equals("DIV") && !floats) {
      return null;
    }
    return new VectorForm(Kind.BINARY, from, to, name, 0);
  }

  private static @Nullable VectorForm cast(DType operand, DType result, Bank from, Bank to) {
    switch (result) {
      case BOOL -> {
        return new VectorForm(Kind.TRUTH, from, to, "", 0);
      }
      case F32, F64, I32, I64 -> {
        String name = letter(from) + "2" + letter(to);
        return from == to
            ? same(to)
            : CONVERSIONS.contains(name) ? new VectorForm(Kind.CONVERT, from, to, name, 0) : null;
      }
      case F16, BF16 -> {
        return operand == result ? same(to) : null;
      }
      default -> {
        return from == to && from != Bank.F32 ? wrap(result) : null;
      }
    }
  }

  private static String letter(Bank bank) {
    return switch (bank) {
      case F32 -> "F";
      case F64 -> "D";
      case I32 -> "I";
      case I64 -> "L";
    };
  }

  /** The bank of an operand: 0, 1 or 2. */
  Bank operand(int number) {
    return kind == Kind.SELECT && number == 0 ? Bank.I32 : from;
  }

  /** How many operands it reads. */
  int operands() {
    return switch (kind) {
      case BINARY, COMPARE -> 2;
      case SELECT -> 3;
      case UNARY, TRUTH, FALSE, CONVERT, SAME, UNSIGNED, SIGNED -> 1;
    };
  }
}
