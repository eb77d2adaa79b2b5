package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;

/** Java's arrays and memory become arrays and come back. */
class JavaArraysTest {
  private static void assertArray(String head, double[] values, Array array) {
    assertEquals(head, array.dtype() + array.shape().toString());
    assertArrayEquals(values, array.toDoubleArray());
  }

  @Test
  void nestedArraysOfEveryKind() {
    assertArray(
        "f32[2,1,2]", new double[] {1, 2, 3, 4}, array(new float[][][] {{{1, 2}}, {{3, 4}}}));
    assertArray("f32[1,1,1,1]", new double[] {0.5}, array(new double[][][][] {{{{0.5}}}}));
    assertArray("i64[1,2]", new double[] {1, 2}, array(new long[][] {{1, 2}}));
    assertArray("i16[2,1]", new double[] {-1, 2}, array(new short[][] {{-1}, {2}}));
    assertArray("i8[2,1]", new double[] {-1, 2}, array(new byte[][] {{-1}, {2}}));
    assertArray("bool[1,1,2]", new double[] {1, 0}, array(new boolean[][][] {{{true, false}}}));
    assertArray("i32[1,1,2]", new double[] {7, 8}, array(new int[][][] {{{7, 8}}}));
    assertArray("f32[0,0,0]", new double[] {}, array(new float[0][][]));
    assertArray("f64[1,2]", new double[] {0.1, 2}, array(new double[][] {{0.1, 2}}, F64));
    assertArray("bf16[1,1,1]", new double[] {3}, array(new int[][][] {{{3}}}, BF16));
    assertArrayEquals(
        new long[] {Long.MAX_VALUE}, array(new long[][] {{Long.MAX_VALUE}}).toLongArray());
  }

  @Test
  void bytesAndShorts() {
    assertArray("i8[2]", new double[] {-1, 5}, array(new byte[] {-1, 5}));
    assertArray("i16[2]", new double[] {-1, 500}, array(new short[] {-1, 500}));
  }

  @Test
  void memorySegments() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3, 4);
      Array x = array(memory, F32, 2, 2);
      memory.set(ValueLayout.JAVA_FLOAT, 0, 9);
      assertArray("f32[2,2]", new double[] {1, 2, 3, 4}, x);
    }
    MemorySegment out = toMemorySegment(arange(6).reshape(2, 3).t());
    assertArrayEquals(new int[] {0, 3, 1, 4, 2, 5}, out.toArray(ValueLayout.JAVA_INT));
  }

  @Test
  void matrices() {
    assertArrayEquals(
        new double[][] {{0, 1, 2}, {3, 4, 5}}, toDoubleMatrix(arange(6).reshape(2, 3)));
  }

  private static String text(Runnable body) {
    return assertThrows(ArrayException.class, body::run).getMessage();
  }

  @Test
  void errorsSayWhatToDo() {
    assertEquals(
        """
        array was given a part of length 1 beside parts of length 2 at depth 2
          accepted: parts of one length at each depth
          fix: pad the shorter parts""",
        text(() -> array(new float[][][] {{{1, 2}}, {{3}}})));
    assertEquals(
        """
        array was given null beside parts of length 1 at depth 1
          accepted: parts of one length at each depth
          fix: pad the shorter parts""",
        text(() -> array(new float[][][] {{{1}}, null})));
    assertEquals(
        """
        array was given String[]
          accepted: nested Java arrays of numbers or truth values, such as float[][][]
          fix: convert them""",
        text(() -> array(new String[] {"a"})));
    assertEquals(
        """
        array was given Array[]
          accepted: nested Java arrays of numbers or truth values, such as float[][][]
          fix: use stack or concatenate to join arrays""",
        text(() -> array(new Array[] {zeros(1)})));
    assertEquals(
        """
        array was given 8 bytes for f32[3]
          accepted: memory of 12 bytes
          fix: cut it with asSlice, or change the shape""",
        text(() -> array(MemorySegment.ofArray(new long[1]), DType.F32, 3)));
    assertEquals(
        """
        toDoubleMatrix was given f32[3]
          accepted: [rows, columns]
          fix: reshape it, or take a part with get""",
        text(() -> toDoubleMatrix(zeros(3))));
  }
}
