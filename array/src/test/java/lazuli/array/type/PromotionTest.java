package lazuli.array.type;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
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
    assertEquals(DType.values().length, columns.length);
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
