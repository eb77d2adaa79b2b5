package lazuli.array.type;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromotionTest {
  /** MLX's table, written out from mlx/dtype.cpp without its complex column. */
  private static final String TABLE =
      """
           bool u8   u16  u32  u64  i8   i16  i32  i64  f16  bf16 f32  f64
      bool bool u8   u16  u32  u64  i8   i16  i32  i64  f16  bf16 f32  f64
      u8   u8   u8   u16  u32  u64  i16  i16  i32  i64  f16  bf16 f32  f64
      u16  u16  u16  u16  u32  u64  i32  i32  i32  i64  f16  bf16 f32  f64
      u32  u32  u32  u32  u32  u64  i64  i64  i64  i64  f16  bf16 f32  f64
      u64  u64  u64  u64  u64  u64  f32  f32  f32  f32  f16  bf16 f32  f64
      i8   i8   i16  i32  i64  f32  i8   i16  i32  i64  f16  bf16 f32  f64
      i16  i16  i16  i32  i64  f32  i16  i16  i32  i64  f16  bf16 f32  f64
      i32  i32  i32  i32  i64  f32  i32  i32  i32  i64  f16  bf16 f32  f64
      i64  i64  i64  i64  i64  f32  i64  i64  i64  i64  f16  bf16 f32  f64
      f16  f16  f16  f16  f16  f16  f16  f16  f16  f16  f16  f32  f32  f64
      bf16 bf16 bf16 bf16 bf16 bf16 bf16 bf16 bf16 bf16 f32  bf16 f32  f64
      f32  f32  f32  f32  f32  f32  f32  f32  f32  f32  f32  f32  f32  f64
      f64  f64  f64  f64  f64  f64  f64  f64  f64  f64  f64  f64  f64  f64
      """;

  @TestFactory
  List<DynamicTest> everyPairFollowsTheTable() {
    String[] lines = TABLE.strip().split("\n");
    String[] columns = lines[0].strip().split(" +");
    assertEquals(Stream.of(DType.values()).filter(t -> !t.isStorage()).count(), columns.length);
    List<DynamicTest> tests = new ArrayList<>();
    for (int r = 1; r < lines.length; r++) {
      String[] cells = lines[r].strip().split(" +");
      for (int c = 1; c < cells.length; c++) {
        DType a = type(cells[0]);
        DType b = type(columns[c - 1]);
        DType expected = type(cells[c]);
        tests.add(
            DynamicTest.dynamicTest(
                a + " with " + b, () -> assertEquals(expected, Promotion.of(a, b))));
      }
    }
    assertEquals(13 * 13, tests.size());
    return tests;
  }

  private static DType type(String label) {
    for (DType type : DType.values()) {
      if (type.label().equals(label)) {
        return type;
      }
    }
    throw new IllegalArgumentException(label);
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL, 1, I32",
    "BOOL, 3000000000, I64",
    "I32, 5, I32",
    "U8, 255, U8",
    "I8, -128, I8",
    "F16, 100000, F16",
    "U64, 7, U64",
    "I64, -1, I64"
  })
  void aWholeNumberLiteralTakesTheArraysType(DType array, long value, DType expected) {
    assertEquals(expected, Promotion.weak(array, value));
  }

  @Test
  void typesThatOnlyStoreAreRefusedByArithmetic() {
    for (DType type : DType.values()) {
      if (type.isStorage()) {
        for (DType other : DType.values()) {
          assertThrows(ArrayException.class, () -> Promotion.of(type, other));
          assertThrows(ArrayException.class, () -> Promotion.of(other, type));
        }
        assertEquals(
            """
            arithmetic was asked of %s, a type that only stores
              accepted: bool, integers, f16, bf16, f32 or f64
              fix: convert the operand first, such as x.astype(BF16)"""
                .formatted(type),
            assertThrows(ArrayException.class, () -> Promotion.lifted(type)).getMessage());
      }
    }
  }

  /** Every pair of types, by converting every limit and a few neighbours there and back. */
  @TestFactory
  List<DynamicTest> aTypeCanBeCastWhenEveryValueSurvives() {
    List<DynamicTest> tests = new ArrayList<>();
    for (DType from : DType.values()) {
      for (DType to : DType.values()) {
        tests.add(
            DynamicTest.dynamicTest(
                from + " to " + to,
                () -> assertEquals(survives(from, to), Promotion.canCast(from, to))));
      }
    }
    return tests;
  }

  private static boolean survives(DType from, DType to) {
    if (from == to || from == DType.BOOL) {
      return true;
    }
    if (to == DType.BOOL || (from.isFloat() && !to.isFloat())) {
      return false;
    }
    List<java.math.BigDecimal> values = new ArrayList<>();
    if (from.isFloat()) {
      FloatInfo info = FloatInfo.of(from);
      values.add(new java.math.BigDecimal(info.max()));
      values.add(new java.math.BigDecimal(1 + info.eps()));
      values.add(new java.math.BigDecimal(info.smallestSubnormal()));
    } else {
      IntegerInfo info = IntegerInfo.of(from);
      values.add(new java.math.BigDecimal(info.min()));
      values.add(new java.math.BigDecimal(info.max()));
    }
    for (java.math.BigDecimal value : values) {
      if (to.isFloat()) {
        double near = Rounding.to(to, value.doubleValue());
        if (!Double.isFinite(near) || new java.math.BigDecimal(near).compareTo(value) != 0) {
          return false;
        }
      } else {
        IntegerInfo info = IntegerInfo.of(to);
        java.math.BigInteger whole = value.toBigInteger();
        if (whole.compareTo(info.min()) < 0 || whole.compareTo(info.max()) > 0) {
          return false;
        }
      }
    }
    return true;
  }

  @Test
  void limitsAreThoseOfTheTypes() {
    assertEquals(65504, FloatInfo.of(DType.F16).max());
    assertEquals(0x1p-10, FloatInfo.of(DType.F16).eps());
    assertEquals(0x1p-24, FloatInfo.of(DType.F16).smallestSubnormal());
    assertEquals(Float.MAX_VALUE, FloatInfo.of(DType.F32).max());
    assertEquals(Math.ulp(1f), FloatInfo.of(DType.F32).eps());
    assertEquals(Float.MIN_NORMAL, FloatInfo.of(DType.F32).smallestNormal());
    assertEquals(Math.ulp(1.0), FloatInfo.of(DType.F64).eps());
    assertEquals(Double.MIN_VALUE, FloatInfo.of(DType.F64).smallestSubnormal());
    assertEquals(0x1p-7, FloatInfo.of(DType.BF16).eps());
    assertEquals(448, FloatInfo.of(DType.F8_E4M3).max());
    assertEquals(57344, FloatInfo.of(DType.F8_E5M2).max());
    assertEquals("18446744073709551615", IntegerInfo.of(DType.U64).max().toString());
    assertEquals("-128", IntegerInfo.of(DType.I8).min().toString());
    assertEquals(
        """
        finfo was given i32
          accepted: a floating type: f16, bf16, f32, f64, f8_e4m3 or f8_e5m2
          fix: use iinfo(i32)""",
        assertThrows(ArrayException.class, () -> FloatInfo.of(DType.I32)).getMessage());
    assertEquals(
        """
        iinfo was given bf16
          accepted: an integer type: u8, u16, u32, u64, i8, i16, i32 or i64
          fix: use finfo(bf16)""",
        assertThrows(ArrayException.class, () -> IntegerInfo.of(DType.BF16)).getMessage());
  }

  @ParameterizedTest
  @CsvSource({"BOOL, F32", "I64, F32", "F16, F16", "BF16, BF16", "F32, F32", "F64, F64"})
  void aFractionLiteralTakesAFloatingArraysTypeOrF32(DType array, DType expected) {
    assertEquals(expected, Promotion.weakFraction(array));
  }

  @Test
  void aLiteralOutOfRangeIsAnErrorInThreeParts() {
    assertEquals(
        """
        converting 300 to u8 would result in overflow
          accepted: u8 holds 0 to 255
          fix: convert the array first, such as astype(I64), or pass scalar(300L, I64)""",
        assertThrows(ArrayException.class, () -> Promotion.weak(DType.U8, 300)).getMessage());
    assertEquals(
        """
        converting -1 to u64 would result in overflow
          accepted: u64 holds 0 to 18446744073709551615
          fix: convert the array first, such as astype(I64)""",
        assertThrows(ArrayException.class, () -> Promotion.weak(DType.U64, -1)).getMessage());
    assertThrows(ArrayException.class, () -> Promotion.weak(DType.I8, -129));
    assertThrows(ArrayException.class, () -> Promotion.weak(DType.I32, 1L << 31));
    assertThrows(ArrayException.class, () -> Promotion.weak(DType.U32, 1L << 32));
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL, I32",
    "I8, I32",
    "I16, I32",
    "I32, I32",
    "U8, U32",
    "U16, U32",
    "U32, U32",
    "I64, I64",
    "U64, U64",
    "F16, F16",
    "BF16, BF16",
    "F32, F32",
    "F64, F64"
  })
  void sumsAccumulateNarrowIntegersIn32Bits(DType in, DType out) {
    assertEquals(out, Promotion.accumulated(in));
  }
}
