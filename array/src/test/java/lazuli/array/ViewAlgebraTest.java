package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import lazuli.array.profile.Trace;
import lazuli.array.type.Tolerance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Laws of reshape, transpose, broadcast and slice, on random shapes from fixed seeds. */
class ViewAlgebraTest {
  private static final int ROUNDS = 200;

  private static long[] shape(Random random) {
    long[] dims = new long[random.nextInt(5)];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = new int[] {0, 1, 2, 3, 5}[Math.min(4, random.nextInt(11) / 2)];
    }
    return dims;
  }

  private static Array counting(long... dims) {
    long n = 1;
    for (long d : dims) {
      n *= d;
    }
    return Lazuli.arange(n).reshape(dims);
  }

  private static int[] permutation(int rank, Random random) {
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      axes.add(i);
    }
    Collections.shuffle(axes, random);
    return axes.stream().mapToInt(i -> i).toArray();
  }

  @Test
  void aPermutationAndItsInverseCancel() {
    Random random = new Random(11);
    for (int round = 0; round < ROUNDS; round++) {
      Array x = counting(shape(random));
      int[] order = permutation(x.rank(), random);
      int[] inverse = new int[order.length];
      for (int i = 0; i < order.length; i++) {
        inverse[order[i]] = i;
      }
      Array back = order.length == 0 ? x.transpose() : x.transpose(order).transpose(inverse);
      assertEquals(x.shape(), back.shape());
      assertArrayEquals(x.toIntArray(), back.toIntArray(), "seed 11 round " + round);
    }
  }

  @Test
  void elementsOfATransposeAreWhereTheDefinitionSays() {
    Random random = new Random(12);
    for (int round = 0; round < ROUNDS; round++) {
      Array x = counting(2 + random.nextInt(3), 3, 1 + random.nextInt(4));
      int[] order = permutation(3, random);
      Array y = x.transpose(order);
      int[] got = y.toIntArray();
      long[] strides = x.shape().strides();
      long[] dims = y.shape().dims();
      int at = 0;
      for (long i = 0; i < dims[0]; i++) {
        for (long j = 0; j < dims[1]; j++) {
          for (long k = 0; k < dims[2]; k++) {
            long expected = i * strides[order[0]] + j * strides[order[1]] + k * strides[order[2]];
            assertEquals(expected, got[at++], "seed 12 round " + round);
          }
        }
      }
    }
  }

  @Test
  void reshapesComposeAlsoOfStridedViews() {
    Random random = new Random(13);
    for (int round = 0; round < ROUNDS; round++) {
      Array x = counting(4, 3, 2, 5);
      Array view =
          round % 2 == 0 ? x.transpose(permutation(4, random)) : x.get("::-1, :, ::2, 1:4");
      int[] flat = view.toIntArray();
      long n = view.size();
      long[] dims = {n};
      for (long d = 2 + random.nextInt(4); d > 1; d--) {
        if (n % d == 0) {
          dims = new long[] {n / d, d};
        }
      }
      Array once = view.reshape(dims);
      assertArrayEquals(flat, once.toIntArray(), "seed 13 round " + round);
      assertArrayEquals(flat, once.reshape(view.shape().dims()).toIntArray());
      assertArrayEquals(flat, once.add(0).reshape(-1).toIntArray());
    }
  }

  @Test
  void aBroadcastRepeatsAndSumsBack() {
    Random random = new Random(14);
    for (int round = 0; round < ROUNDS; round++) {
      Array x = counting(1 + random.nextInt(4), 1, 3);
      long repeat = 1 + random.nextInt(4);
      Array big = x.broadcastTo(2, x.shape().dim(0), repeat, 3);
      assertArrayEquals(x.mul(2 * repeat).toIntArray(), big.sum(true, 2).sum(0).toIntArray());
    }
  }

  /** Every start, stop and step against Python's definition of a slice, element by element. */
  @Test
  void slicesFollowPython() {
    int n = 5;
    Array x = Lazuli.arange(n);
    Integer[] ends = {null, -7, -5, -3, -1, 0, 1, 3, 5, 7};
    Integer[] steps = {null, 1, 2, 3, 7, -1, -2, -7};
    for (Integer start : ends) {
      for (Integer stop : ends) {
        for (Integer step : steps) {
          String text = text(start) + ":" + text(stop) + (step == null ? "" : ":" + step);
          assertArrayEquals(
              python(n, start, stop, step == null ? 1 : step), x.get(text).toIntArray(), text);
        }
      }
    }
  }

  private static String text(Integer number) {
    return number == null ? "" : number.toString();
  }

  /** Walks from start while the index lies in the array and before stop. */
  private static int[] python(int n, Integer start, Integer stop, int step) {
    List<Integer> out = new ArrayList<>();
    int from = start == null ? (step > 0 ? 0 : n - 1) : start < 0 ? start + n : start;
    Integer to = stop == null ? null : (Integer) (stop < 0 ? stop + n : stop);
    if (step > 0) {
      for (int i = Math.max(from, 0); i < n && (to == null || i < to); i += step) {
        out.add(i);
      }
    } else {
      for (int i = Math.min(from, n - 1); i >= 0 && (to == null || i > to); i += step) {
        out.add(i);
      }
    }
    return out.stream().mapToInt(i -> i).toArray();
  }

  @Test
  void slicesOfSlicesReadTheSameElements() {
    Array x = counting(6, 8);
    assertArrayEquals(
        x.get("1:5:2, ::-3").toIntArray(), x.get("1:5").get("::2").get("..., ::-3").toIntArray());
    assertArrayEquals(new int[] {9}, x.get("1, 1").toIntArray());
    assertEquals("[6]", x.get(":, -1").shape().toString());
    assertEquals("[6,1,8]", x.get(":, new, ...").shape().toString());
    assertEquals("[1,6,8]", x.get("new").shape().toString());
    assertEquals("[6,3]", x.get("..., 0:3").shape().toString());
    assertEquals("[0,8]", x.get("4:2").shape().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"t", "get", "reshape", "broadcast", "expand"})
  void viewsMoveNothing(String view) throws Exception {
    Array x = counting(4, 6).eval();
    Trace trace = new Trace();
    trace.record(
        () ->
            switch (view) {
              case "t" -> x.t().eval();
              case "get" -> x.get("::2, ::-1").eval();
              case "reshape" -> x.reshape(2, 2, 6).t().eval();
              case "broadcast" -> x.broadcastTo(3, 4, 6).eval();
              default -> x.expandDims(1).squeeze().eval();
            });
    assertEquals(List.of(), trace.spans());
  }

  @Test
  void aReshapeThatNoViewCanShowIsACopyWithItsReason() throws Exception {
    Array x = counting(4, 6).eval();
    Trace trace = new Trace();
    int[] got = trace.record(() -> x.t().reshape(-1).toIntArray());
    assertEquals(0, got[0]);
    assertEquals(6, got[1]);
    assertEquals(1, trace.spans().size());
    assertEquals("copy", trace.spans().getFirst().op());
    assertEquals("reshape of a strided view", trace.spans().getFirst().origin());
  }

  @Test
  void matmulAgreesWithPlainLoopsOnAnyViewsAndBatches() {
    Random random = new Random(15);
    for (int round = 0; round < 60; round++) {
      int m = 1 + random.nextInt(9);
      int k = random.nextInt(7);
      int n = 1 + random.nextInt(9);
      int batch = 1 + random.nextInt(3);
      Array a = Lazuli.normal(Lazuli.key(round), batch, 1, k, m).t();
      Array b = Lazuli.normal(Lazuli.key(round + 1000), 2, k, 2 * n).get(":, :, ::-2");
      Array y = a.matmul(b);
      assertEquals("[" + batch + ",2," + m + "," + n + "]", y.shape().toString());
      float[] x = a.toFloatArray();
      float[] z = b.toFloatArray();
      float[] got = y.toFloatArray();
      for (int i = 0; i < got.length; i++) {
        int row = i / n % m;
        int left = i / (2 * m * n);
        int right = i / (m * n) % 2;
        double sum = 0;
        double scale = 0;
        for (int j = 0; j < k; j++) {
          double term = (double) x[(left * m + row) * k + j] * z[(right * k + j) * n + i % n];
          sum += term;
          scale += Math.abs(term);
        }
        assertEquals(
            sum,
            got[i],
            Tolerance.of(Lazuli.F32, k, scale),
            Arrays.toString(new int[] {round, m, k, n}));
      }
    }
  }

  @Test
  void vectorsMultiplyAsRowsAndColumns() {
    Array v = Lazuli.array(1f, 2f, 3f);
    Array m = counting(3, 2).astype(Lazuli.F32);
    assertEquals(14, v.matmul(v).item());
    assertArrayEquals(new float[] {16, 22}, v.matmul(m).toFloatArray());
    assertArrayEquals(new float[] {16, 22}, m.t().matmul(v).toFloatArray());
  }

  /** A part without elements, of a value without elements: nothing is read behind its memory. */
  @Test
  void partsWithoutElementsCanBeCopiedAndSaved(
      @org.junit.jupiter.api.io.TempDir java.nio.file.Path folder) {
    Array none = zeros(F64, 5, 0).eval();
    assertEquals(0, none.get("4").toDoubleArray().length);
    assertEquals(0, none.get("::-1").toDoubleArray().length);
    Array part = ones(F64, 3, 4).eval().get("2:2").eval();
    assertEquals(0, part.toDoubleArray().length);
    save(folder.resolve("none.npy").toString(), part);
    assertEquals("[0,4]", load(folder.resolve("none.npy")).shape().toString());
  }
}
