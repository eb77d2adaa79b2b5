package lazuli.array;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Long loops leave the process as large as it was: each in a JVM of its own. */
class FlatMemoryTest {
  private static long anonymous() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("RssAnon:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    throw new IOException("no RssAnon");
  }

  // The compilers take 12 MB for good until about 8,000 evaluations of 1M floats.
  @ParameterizedTest(name = "{2} evaluations of {0} floats")
  @CsvSource({"16, 200000, 1000000", "1000000, 10000, 10000"})
  @Tag("slow")
  void memoryStaysFlat(int size, int warmup, int evaluations) throws Exception {
    assumeTrue(
        Files.exists(Path.of("/proc/self/status")), "needs /proc/self/status, which Linux has");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                FlatMemoryTest.class.getName(),
                Integer.toString(size),
                Integer.toString(warmup),
                Integer.toString(evaluations))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    Matcher said = Pattern.compile("from (\\d+) to (\\d+)").matcher(output);
    assertTrue(said.find(), output);
    long before = Long.parseLong(said.group(1));
    long after = Long.parseLong(said.group(2));
    assertTrue(before > 10 << 20, "memory was not measured: " + output);
    assertTrue(after <= 1.05 * before, output);
  }

  /** Warms up, runs the loop, and prints the process's own memory around it. */
  public static void main(String[] args) throws Exception {
    int size = Integer.parseInt(args[0]);
    int warmup = Integer.parseInt(args[1]);
    int evaluations = Integer.parseInt(args[2]);
    Array x = Lazuli.ones(size).eval();
    for (int i = 0; i < warmup; i++) {
      x = x.mul(1.0001).add(1).eval();
    }
    long before = anonymous();
    for (int i = 0; i < evaluations; i++) {
      x = x.mul(1.0001).add(1).eval();
    }
    long after = anonymous();
    System.out.println("from " + before + " to " + after + " bytes");
  }
}
