package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import lazuli.array.type.ArrayException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** The whole texts of the errors of random numbers. */
class SamplingErrorsTest {
  private static final List<Map.Entry<Executable, String>> ROWS =
      List.of(
          Map.entry(
              () -> multivariateNormal(key(1), zeros(3), zeros(2, 2), 5),
              "multivariateNormal was given a mean f32[3] and a covariance f32[2,2]\n"
                  + "  accepted: floating types, a mean of n numbers and a symmetric positive"
                  + " definite covariance of n by n\n"
                  + "  fix: diag(variances) makes one of independent numbers"),
          Map.entry(
              () -> truncatedNormal(key(1), 2, 2, 5),
              "truncatedNormal was given 2.0 to 2.0 and type f32\n"
                  + "  accepted: a lower end below the upper one, and a floating type\n"
                  + "  fix: use normal for numbers without limits"),
          Map.entry(
              () -> categorical(key(1), zeros(3, 0)),
              "categorical was given logits f32[3,0] and 0 samples\n"
                  + "  accepted: floating logits of at least one class, and 0 samples or more\n"
                  + "  fix: pass logarithms of probabilities"),
          Map.entry(
              () -> permutation(key(1), -1),
              "permutation was given -1\n  accepted: 0 or more numbers\n  fix: pass a count"));

  @TestFactory
  Stream<DynamicTest> eachSaysWhatIsAcceptedAndHowToFixIt() {
    return ROWS.stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.getValue().lines().findFirst().orElse(""),
                    () ->
                        assertEquals(
                            row.getValue(),
                            assertThrows(ArrayException.class, row.getKey()).getMessage())));
  }
}
