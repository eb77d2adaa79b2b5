package lazuli.magics.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where and how a result came to be.
 *
 * @param device where it ran, such as {@code cpu}
 * @param processor the processor's name
 * @param java the Java version and vendor
 * @param threads threads that Lazuli computes with
 * @param date when it ran, ISO 8601 in UTC
 * @param lazuli Lazuli's version
 * @param seed of every random choice
 * @param peaks the measured limits that shares refer to, or empty when none was needed
 */
public record Environment(
    String device,
    String processor,
    String java,
    int threads,
    String date,
    String lazuli,
    long seed,
    String peaks) {

  /**
   * {@return the environment of this process, now}
   *
   * @param device where the work ran
   * @param threads threads that it used
   * @param seed of every random choice
   * @param peaks the measured limits in words, or empty
   */
  public static Environment here(String device, int threads, long seed, String peaks) {
    return new Environment(
        device,
        processorName(),
        Runtime.version() + " (" + System.getProperty("java.vendor") + ")",
        threads,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        version(),
        seed,
        peaks);
  }

  /** {@return Lazuli's version, {@code development} when run from class files} */
  public static String version() {
    String version = Environment.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** {@return the processor as the operating system names it} */
  public static String processorName() {
    Path cpuinfo = Path.of("/proc/cpuinfo");
    try {
      if (Files.isReadable(cpuinfo)) {
        for (String line : Files.readAllLines(cpuinfo)) {
          if (line.startsWith("model name")) {
            return line.substring(line.indexOf(':') + 1).strip();
          }
        }
      }
    } catch (IOException unreadable) {
      // The architecture below says enough.
    }
    String identifier = System.getenv("PROCESSOR_IDENTIFIER");
    return identifier == null ? System.getProperty("os.arch") : identifier;
  }

  /** {@return the entries in order, by name} */
  public Map<String, String> entries() {
    var map = new LinkedHashMap<String, String>();
    map.put("device", device);
    map.put("processor", processor);
    map.put("java", java);
    map.put("threads", Integer.toString(threads));
    map.put("date", date);
    map.put("lazuli", lazuli);
    map.put("seed", Long.toString(seed));
    if (!peaks.isEmpty()) {
      map.put("peaks", peaks);
    }
    return map;
  }
}
