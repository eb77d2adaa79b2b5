package lazuli.array.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lazuli.array.Array;
import lazuli.array.ArrayFile;
import lazuli.array.Lazuli;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a large file costs. */
class LargeFileTest {
  private static final long TENSOR = 256L << 20;
  private static final int TENSORS = 8;

  /** A safetensors file of 2 GiB of f32 in eight tensors, mostly holes of zeros. */
  private static void write(Path path) throws IOException {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < TENSORS; i++) {
      header.append(i == 0 ? "" : ",").append("\"t").append(i).append("\":{\"dtype\":\"F32\",");
      header.append("\"shape\":[").append(TENSOR / 4 / 1024).append(",1024],\"data_offsets\":[");
      header.append(i * TENSOR).append(',').append((i + 1) * TENSOR).append("]}");
    }
    header.append('}');
    while (header.length() % 8 != 0) {
      header.append(' ');
    }
    ByteBuffer start = ByteBuffer.allocate(8 + header.length()).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(header.length()).put(header.toString().getBytes(StandardCharsets.UTF_8));
    try (FileChannel file =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      file.write(start.flip());
      long data = start.limit();
      for (int i = 0; i < TENSORS; i++) {
        ByteBuffer one = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(i + 0.5f);
        file.write(one.flip(), data + (i + 1) * TENSOR - 4);
      }
    }
  }

  /** The process's anonymous memory: what it asked for itself, without mapped files. */
  private static long anonymous() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("RssAnon:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    throw new IOException("no RssAnon");
  }

  /** In a JVM of its own: whatever ran before would leave blocks in the pool to reuse. */
  @Test
  @Tag("slow")
  void castingTwoGigabytesOfF32ToBf16TakesTheBf16AndFivePercent(@TempDir Path folder)
      throws Exception {
    assumeTrue(
        Files.exists(Path.of("/proc/self/status")), "needs /proc/self/status, which Linux has");
    Path path = folder.resolve("large.safetensors");
    write(path);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                // The heap is there from the start, so that what grows is the arrays' memory.
                "-Xms128m",
                "-Xmx128m",
                "-XX:+AlwaysPreTouch",
                "-cp",
                System.getProperty("java.class.path"),
                LargeFileTest.class.getName(),
                path.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    Matcher grew = Pattern.compile("grew by (\\d+) bytes").matcher(output);
    assertTrue(grew.find(), output);
    long grown = Long.parseLong(grew.group(1));
    long result = TENSORS * TENSOR / 2;
    // Less by what the warming-up left in the pool to reuse.
    assertTrue(grown >= 0.99 * result, "memory was not measured: " + output);
    assertTrue(grown <= 1.05 * result, grown + " bytes for a result of " + result);
  }

  /** Casts the file and prints by how many bytes the process's own memory grew meanwhile. */
  public static void main(String[] args) throws Exception {
    Lazuli.zeros(1 << 20).astype(Lazuli.BF16).eval();
    long before = anonymous();
    AtomicLong peak = new AtomicLong(before);
    Thread watch =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    while (!Thread.interrupted()) {
                      peak.accumulateAndGet(anonymous(), Math::max);
                    }
                  } catch (IOException gone) {
                    throw new IllegalStateException(gone);
                  }
                });
    ArrayFile file = Lazuli.loadAll(Path.of(args[0]));
    List<Array> cast = new ArrayList<>();
    for (String name : file.keySet()) {
      cast.add(file.array(name).astype(Lazuli.BF16));
    }
    Lazuli.eval(cast.toArray(Array[]::new));
    watch.interrupt();
    watch.join();
    peak.accumulateAndGet(anonymous(), Math::max);
    for (int i = 0; i < TENSORS; i++) {
      assertEquals(i + 0.5, cast.get(i).get("-1, -1").item());
    }
    System.out.println("grew by " + (peak.get() - before) + " bytes");
  }
}
