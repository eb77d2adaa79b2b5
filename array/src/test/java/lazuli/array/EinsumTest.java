package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Sums of products by letters, against one loop over all of them. */
class EinsumTest {
  /** Random subscripts against one loop over all letters. */
  @Test
  void einsumAgreesWithOneLoopOverAllLetters() {
    String[] texts = {
      "ij,jk->ik",
      "ij,jk",
      "bij,bjk->bik",
      "i,i->",
      "i,j->ij",
      "ii->i",
      "ii",
      "ij->ji",
      "ijk->j",
      "ab,bc,cd->ad",
      "ab,bc,cd,de->ae",
      "bhqd,bhkd->bhqk",
      "...ij,...jk->...ik",
      "iij,jk->ik",
      "ij,ij->ij",
      "abc,cd,ae->bde",
      "i,ij,j->",
      "a,b,c->cab"
    };
    for (String text : texts) {
      String[] sides = text.split("->");
      String[] terms = sides[0].split(",");
      Array[] operands = new Array[terms.length];
      for (int i = 0; i < terms.length; i++) {
        String letters = terms[i].replace("...", "xy");
        long[] dims = letters.chars().mapToLong(EinsumSizes::of).toArray();
        operands[i] = normal(key(i), F64, dims);
      }
      double[] got = einsum(text, operands).toDoubleArray();
      double[] expected = EinsumSizes.loop(text, operands);
      assertArrayEquals(expected, got, 1e-12, text);
    }
    assertEquals(
        """
        einsum ab,bc,cd->ad
          operands 0, 1  ab,bc->ac                4,000 flops
          operands 0, 1  cd,ac->da                2,000 flops
          in all 6,000 flops; one loop over all letters: 60,000""",
        einsumPath("ab,bc,cd->ad", zeros(10, 20), zeros(20, 10), zeros(10, 10)).toString());
  }

  /** The plain meaning of an einsum text. */
  private static final class EinsumSizes {
    static long of(int letter) {
      return 2 + letter % 3;
    }

    static double[] loop(String text, Array... operands) {
      String plain = text.replace("...", "xy");
      String[] terms = plain.split("->")[0].split(",");
      String all =
          plain
              .replaceAll("[^a-z]", "")
              .chars()
              .distinct()
              .sorted()
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      String joined = String.join("", terms);
      String out =
          plain.contains("->")
              ? (plain.split("->").length > 1 ? plain.split("->")[1] : "")
              : all.chars()
                  .filter(c -> joined.chars().filter(d -> d == c).count() == 1)
                  .collect(
                      StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                  .toString();
      double[][] values =
          Arrays.stream(operands).map(Array::toDoubleArray).toArray(double[][]::new);
      int size = 1;
      for (char c : out.toCharArray()) {
        size *= (int) of(c);
      }
      double[] result = new double[size];
      int[] at = new int[128];
      int n = 1;
      for (char c : all.toCharArray()) {
        n *= (int) of(c);
      }
      for (int i = 0; i < n; i++) {
        int rest = i;
        for (char c : all.toCharArray()) {
          at[c] = rest % (int) of(c);
          rest /= (int) of(c);
        }
        double product = 1;
        for (int o = 0; o < terms.length; o++) {
          product *= values[o][place(terms[o], at)];
        }
        result[place(out, at)] += product;
      }
      return result;
    }

    private static int place(String letters, int... at) {
      int place = 0;
      for (char c : letters.toCharArray()) {
        place = place * (int) of(c) + at[c];
      }
      return place;
    }
  }
}
