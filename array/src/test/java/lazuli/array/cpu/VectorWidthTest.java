package lazuli.array.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** The kernels' tests once more with the narrower vectors of other machines, each in a new JVM. */
class VectorWidthTest {
  private static final List<Class<?>> CONTRACT =
      List.of(
          RowsTest.class,
          GemmTest.class,
          FusedKernelTest.class,
          TiersTest.class,
          ShortRowsTest.class,
          CpuBackendTest.class);

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(ints = {128, 256})
  void everyKernelWorksWithNarrowerVectors(int bits) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Dlazuli.vector.bits=" + bits,
                "-cp",
                System.getProperty("java.class.path"),
                VectorWidthTest.class.getName(),
                Integer.toString(bits))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertTrue(output.contains("all passed with vectors of " + bits + " bits"), output);
  }

  /** Runs the tests in this JVM; exit status 1 when one fails. */
  public static void main(String[] args) {
    if (Species.BITS > Integer.parseInt(args[0])) {
      System.out.println("vectors have " + Species.BITS + " bits");
      System.exit(1);
    }
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(CONTRACT.stream().map(DiscoverySelectors::selectClass).toList())
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    listener.getSummary().printFailuresTo(out);
    boolean passed =
        listener.getSummary().getTotalFailureCount() == 0
            && listener.getSummary().getTestsSucceededCount() > 200;
    out.println(
        passed
            ? "all passed with vectors of " + args[0] + " bits"
            : "succeeded: " + listener.getSummary().getTestsSucceededCount());
    System.exit(passed ? 0 : 1);
  }
}
