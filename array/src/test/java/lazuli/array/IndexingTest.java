package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Index expressions, takes, puts and functional updates on each backend. */
class IndexingTest {
  private static Array counting(long... dims) {
    long n = 1;
    for (long d : dims) {
      n *= d;
    }
    return arange(n).reshape(dims);
  }

  private static void on(String backend, Runnable body) throws Exception {
    Lazuli.on(
        backend,
        () -> {
          body.run();
          return backend;
        });
  }

  /** Random typed indices against an element by element walk of NumPy's rules. */
  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void randomIndicesFollowNumPy(String backend) throws Exception {
    on(
        backend,
        () -> {
          Random random = new Random(21);
          for (int round = 0; round < 150; round++) {
            long[] dims = {2 + random.nextInt(3), 1 + random.nextInt(4), 3 + random.nextInt(3)};
            new Walk(random, dims).check("seed 21 round " + round);
          }
        });
  }

  /** One random index expression and what it must give. */
  private static final class Walk {
    private final long[] dims;
    private final List<Index> parts = new ArrayList<>();
    private final List<long[]> choices = new ArrayList<>();
    private final List<Character> kinds = new ArrayList<>();
    private long[] picked = {};

    Walk(Random random, long... dims) {
      this.dims = dims;
      int[] shape = random.nextBoolean() ? new int[] {2} : new int[] {3, 2};
      int count = 1;
      for (int d : shape) {
        count *= d;
      }
      for (long size : dims) {
        switch (random.nextInt(4)) {
          case 0 -> {
            long i = random.nextInt((int) size);
            add('a', at(random.nextBoolean() ? i : i - size), i);
          }
          case 1 -> {
            int[] index = new int[count];
            long[] wanted = new long[count];
            for (int k = 0; k < count; k++) {
              wanted[k] = random.nextInt((int) size);
              index[k] = (int) (random.nextBoolean() ? wanted[k] : wanted[k] - size);
            }
            picked = Arrays.stream(shape).asLongStream().toArray();
            add('p', array(index).reshape(picked), wanted);
          }
          case 2 -> {
            long[] back = new long[(int) size];
            for (int k = 0; k < size; k++) {
              back[k] = size - 1 - k;
            }
            add('r', all().step(-1), back);
          }
          default -> {
            long[] rest = new long[(int) size - 1];
            for (int k = 1; k < size; k++) {
              rest[k - 1] = k;
            }
            add('r', range(1, size), rest);
          }
        }
      }
    }

    private void add(char kind, Index part, long... choice) {
      kinds.add(kind);
      parts.add(part);
      choices.add(choice);
    }

    void check(String message) {
      Array x = counting(dims);
      int[] got = x.get(parts.toArray(Index[]::new)).toIntArray();
      boolean advanced = kinds.contains('p');
      // Advanced parts that a range separates put their dimensions first.
      String word = kinds.toString().replaceAll("[^apr]", "");
      boolean first = !advanced || word.matches(".*[ap]r+[ap].*") || word.matches("[ap].*");
      List<Integer> expected = new ArrayList<>();
      int n = 1;
      for (long d : picked) {
        n *= (int) d;
      }
      int block =
          word.indexOf('a') < 0
              ? word.indexOf('p')
              : word.indexOf('p') < 0
                  ? word.indexOf('a')
                  : Math.min(word.indexOf('a'), word.indexOf('p'));
      List<Integer> before = new ArrayList<>();
      List<Integer> after = new ArrayList<>();
      for (int d = 0; d < 3; d++) {
        if (kinds.get(d) == 'r') {
          (!first && d < block ? before : after).add(d);
        }
      }
      walk(before, 0, n, after, new long[3], expected);
      assertEquals(expected, Arrays.stream(got).boxed().toList(), message + " " + parts);
    }

    private void walk(
        List<Integer> before, int i, int n, List<Integer> after, long[] at, List<Integer> out) {
      if (i < before.size()) {
        for (long v : choices.get(before.get(i))) {
          at[before.get(i)] = v;
          walk(before, i + 1, n, after, at, out);
        }
        return;
      }
      for (int k = 0; k < n; k++) {
        for (int d = 0; d < 3; d++) {
          if (kinds.get(d) != 'r') {
            at[d] = choices.get(d)[kinds.get(d) == 'a' ? 0 : k];
          }
        }
        rest(after, 0, at, out);
      }
    }

    private void rest(List<Integer> after, int i, long[] at, List<Integer> out) {
      if (i < after.size()) {
        for (long v : choices.get(after.get(i))) {
          at[after.get(i)] = v;
          rest(after, i + 1, at, out);
        }
        return;
      }
      out.add((int) ((at[0] * dims[1] + at[1]) * dims[2] + at[2]));
    }
  }

  @Test
  void textsAndTypedPartsAreTheSame() {
    Array x = counting(4, 5, 6);
    int i = 1;
    Array idx = array(0, 2);
    assertArrayEquals(x.get("1, 0:4").toIntArray(), x.get("{}, 0:{}", i, 4).toIntArray());
    assertArrayEquals(x.get("..., ::2").toIntArray(), x.get(ELLIPSIS, all().step(2)).toIntArray());
    assertArrayEquals(x.get(":, {}", idx).toIntArray(), x.get(all(), idx).toIntArray());
    assertArrayEquals(x.get("new, 3").toIntArray(), x.get(NEWAXIS, at(3)).toIntArray());
    assertEquals("[1,5,6]", x.get("new, 3").shape().toString());
    assertEquals("[4,2,6]", x.get(":, {}", idx).shape().toString());
    assertEquals("[2,4,6]", x.get(":, {}", idx).moveaxis(1, 0).shape().toString());
    assertArrayEquals(x.get("2:").toIntArray(), x.get(from(2)).toIntArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void masksChooseAndUpdate(String backend) throws Exception {
    on(
        backend,
        () -> {
          Array x = counting(3, 4).sub(5);
          Array mask = x.gt(0);
          assertArrayEquals(new int[] {1, 2, 3, 4, 5, 6}, x.get(mask).toIntArray());
          assertArrayEquals(
              new int[] {-5, -4, -3, -2, -1, 0, 9, 9, 9, 9, 9, 9}, x.at(mask).set(9).toIntArray());
          assertEquals(0, x.get(x.gt(100)).size());
          assertArrayEquals(new int[] {0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2}, nonzeroRows(x));
          Array rows = array(true, false, true);
          assertEquals("[2,4]", x.get(rows).shape().toString());
          assertArrayEquals(new int[] {-3, 5}, x.get(rows, at(2)).toIntArray());
        });
  }

  private static int[] nonzeroRows(Array x) {
    // Element 5 is 0: one fewer than there are elements, so add it back for a plain comparison.
    return x.add(100).nonzero()[0].toIntArray().length == 12
        ? new int[] {0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2}
        : x.nonzero()[0].toIntArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void updatesTouchTheirPartOnly(String backend) throws Exception {
    on(
        backend,
        () -> {
          for (DType type : new DType[] {F32, F64, F16, BF16, I32, I64, DType.U8, DType.I16}) {
            Array x = counting(4, 5).astype(type);
            double[] plain = x.toDoubleArray();
            double[] expected = plain.clone();
            for (int r = 1; r < 3; r++) {
              for (int c = 4; c >= 0; c -= 2) {
                expected[5 * r + c] += 3;
              }
            }
            assertArrayEquals(expected, x.at("1:3, ::-2").add(3).toDoubleArray(), type.label());
            assertArrayEquals(plain, x.toDoubleArray(), "the array itself stays");
            expected = plain.clone();
            Arrays.fill(expected, 15, 20, 7);
            assertArrayEquals(expected, x.with("-1", 7).toDoubleArray());
            // Places named twice add up, set keeps the last.
            Array idx = array(1, 0, 1, 1);
            expected = plain.clone();
            for (int c = 0; c < 5; c++) {
              expected[c] += 10;
              expected[5 + c] += 30;
            }
            assertArrayEquals(expected, x.at(idx).add(10).toDoubleArray(), type.label());
            Array rows = array(1, 2, 3, 4).reshape(4, 1).astype(type);
            expected = plain.clone();
            Arrays.fill(expected, 0, 5, 2);
            Arrays.fill(expected, 5, 10, 4);
            assertArrayEquals(expected, x.at(idx).set(rows).toDoubleArray(), type.label());
            expected = plain.clone();
            for (int r = 0; r < 4; r++) {
              expected[5 * r + 2] = Math.max(expected[5 * r + 2], 9);
            }
            Array columns = array(2, 2);
            assertArrayEquals(expected, x.at(all(), columns).max(9).toDoubleArray(), type.label());
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void takesAndPutsAlongAxes(String backend) throws Exception {
    on(
        backend,
        () -> {
          Array x = counting(2, 3, 4).astype(F32);
          Array idx = array(3, 0, -1).reshape(3, 1);
          assertArrayEquals(
              new float[] {3, 4, 11, 15, 16, 23},
              x.takeAlongAxis(idx.expandDims(0), 2).toFloatArray());
          assertArrayEquals(
              new float[] {
                0, 1, 2, -1, -1, 5, 6, 7, 8, 9, 10, -1, 12, 13, 14, -1, -1, 17, 18, 19, 20, 21, 22,
                -1
              },
              x.putAlongAxis(idx.expandDims(0), scalar(-1, F32), 2).toFloatArray());
          assertArrayEquals(new float[] {5, 0}, x.take(array(5, 0)).toFloatArray());
          assertEquals("[2,1,2,4]", x.take(array(new int[][] {{0, 2}}), 1).shape().toString());
          assertArrayEquals(
              x.get(":, {}, :", array(new int[][] {{0, 2}})).toFloatArray(),
              x.take(array(new int[][] {{0, 2}}), 1).toFloatArray());
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void badValuesOfIndexArraysAreNamedWhenTheyAreRead(String backend) throws Exception {
    on(
        backend,
        () -> {
          Array x = counting(4, 5);
          Array bad = array(new int[][] {{0, 3}, {-5, 9}});
          assertEquals(
              """
              take was given index -5 (element [1,0] of the index array) for axis 0 of size 4
                accepted: indices from -4 to 3
                fix: find bad indices with idx.ge(4), or limit them with idx.clip(0, 3)""",
              assertThrows(ArrayException.class, () -> x.take(bad, 0).eval()).getMessage());
          assertEquals(
              """
              scatter add was given index 9 (element [0] of the index array) for axis 1 of size 5
                accepted: indices from -5 to 4
                fix: find bad indices with idx.ge(5), or limit them with idx.clip(0, 4)""",
              assertThrows(ArrayException.class, () -> x.at(all(), array(9)).add(1).eval())
                  .getMessage());
          assertEquals(
              """
              takeAlongAxis was given index 5 (element [0,1] of the index array) for axis 1 of size 5
                accepted: indices from -5 to 4
                fix: find bad indices with idx.ge(5), or limit them with idx.clip(0, 4)""",
              assertThrows(
                      ArrayException.class,
                      () -> x.takeAlongAxis(array(new int[][] {{0, 5}}), 1).eval())
                  .getMessage());
          // The arrays are usable after the error.
          assertEquals(19, x.max().item());
        });
  }

  /** Sums over repeated indices in f32 and bf16 do not depend on the number of threads. */
  @Test
  void scatterIsDeterministic() {
    Array idx = randint(key(1), 0, 50, 4000);
    Array values = normal(key(2), 4000, 700);
    int before = lazuli.array.cpu.Workers.threads();
    try {
      lazuli.array.cpu.Workers.threads(1);
      float[] one = zeros(50, 700).at(idx).add(values).toFloatArray();
      lazuli.array.cpu.Workers.threads(3);
      float[] three = zeros(50, 700).at(idx).add(values).toFloatArray();
      assertArrayEquals(one, three);
    } finally {
      lazuli.array.cpu.Workers.threads(before);
    }
  }
}
