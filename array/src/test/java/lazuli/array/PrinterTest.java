package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The text form against a table that NumPy wrote. */
class PrinterTest {
  @TestFactory
  List<DynamicTest> valuesAreWrittenAsNumPyWritesThem() throws IOException {
    String all;
    try (InputStream in =
        Objects.requireNonNull(PrinterTest.class.getResourceAsStream("numpy-text.txt"))) {
      all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    List<DynamicTest> tests = new ArrayList<>();
    String[] blocks = all.split("(^|\n)# ");
    for (int i = 1; i < blocks.length; i++) {
      String block = blocks[i];
      String name = i + ": " + block.lines().findFirst().orElse("");
      tests.add(DynamicTest.dynamicTest(name, () -> numpy(block)));
    }
    assertTrue(tests.size() > 100, "cases: " + tests.size());
    return tests;
  }

  private static void numpy(String block) {
    String[] lines = block.split("\n", 3);
    String[] head = lines[0].split(" ", 3);
    DType type =
        Arrays.stream(DType.values())
            .filter(t -> t.label().equals(head[0]))
            .findFirst()
            .orElseThrow();
    String dims = head[1].substring(1, head[1].length() - 1);
    long[] shape =
        dims.isEmpty()
            ? new long[0]
            : Arrays.stream(dims.split(",")).mapToLong(Long::parseLong).toArray();
    String[] words = lines[1].isEmpty() ? new String[0] : lines[1].split(" ");
    Array array;
    if (type.isFloat()) {
      array = array(Arrays.stream(words).mapToDouble(PrinterTest::parse).toArray(), type);
    } else {
      array = array(Arrays.stream(words).mapToLong(Long::parseLong).toArray()).astype(type);
    }
    PrintOptions options = PrintOptions.DEFAULT;
    for (String option : head.length < 3 ? new String[0] : head[2].split(",")) {
      String[] pair = option.split("=");
      options =
          switch (pair[0]) {
            case "precision" -> options.withPrecision(Integer.parseInt(pair[1]));
            case "threshold" -> options.withThreshold(Integer.parseInt(pair[1]));
            case "edgeitems" -> options.withEdgeItems(Integer.parseInt(pair[1]));
            case "max_line_width" -> options.withLineWidth(Integer.parseInt(pair[1]));
            case "suppress_small" -> options.withSuppress(true);
            case "" -> options;
            default -> throw new IllegalArgumentException(option);
          };
    }
    String expected = lines[2].stripTrailing();
    if (type == DType.BOOL) {
      expected = expected.replace("True", "true").replace("False", "false");
    }
    printOptions(options);
    try {
      String text = array.reshape(shape).eval().toString();
      assertEquals(expected, text.substring(text.indexOf('\n') + 1));
    } finally {
      printOptions(PrintOptions.DEFAULT);
    }
  }

  private static double parse(String word) {
    return switch (word) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(word);
    };
  }

  @Test
  void theHeadSaysTypeShapeAndDevice() {
    assertEquals("f32[2] cpu\n[ 1. , -0.5]", array(1f, -0.5f).toString());
    assertEquals("bf16[1] cpu\n[0.1]", array(new double[] {0.1}, BF16).toString());
    assertEquals("bool[2] cpu\n[ true, false]", array(true, false).toString());
  }

  @Test
  void largeArraysStayLazyUntilEvaluatedThenShowTheirCorners() {
    Array x = arange(10_000).reshape(100, 100);
    assertEquals("i32[100,100] cpu lazy", x.toString());
    assertFalse(x.evaluated());
    assertTrue(x.eval().toString().contains("[   0,    1,    2, ...,   97,   98,   99],"));
    assertEquals(
        "[[9999, 9899, 9799, ", x.get("::-1, ::-1").t().eval().toString().substring(17, 37));
  }

  @Test
  void aSmallResultOfALongComputationIsNotComputedToBeShown() {
    Array big = ones(20_000, 20_000);
    Array sum = big.matmul(big).sum();
    assertTrue(
        sum.toString().matches("f32\\[\\] cpu lazy, about [0-9.e+]+ s to compute"), sum.toString());
    assertFalse(sum.evaluated());
    assertEquals("f32[] cpu\n3.", ones(3).sum().toString());
  }

  @Test
  void wrongOptionsSayWhatIsAccepted() {
    assertEquals(
        """
        printOptions was given precision -1, threshold 1000, edgeItems 3, lineWidth 75
          accepted: precision 0 to 20, threshold 0 or more, edgeItems 1 or more, lineWidth 10 or\
         more
          fix: start from PrintOptions.DEFAULT, such as DEFAULT.withPrecision(4)""",
        assertThrows(ArrayException.class, () -> PrintOptions.DEFAULT.withPrecision(-1))
            .getMessage());
  }
}
