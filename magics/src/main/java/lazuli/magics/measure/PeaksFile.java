package lazuli.magics.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import lazuli.array.profile.Peaks;
import lazuli.array.type.Device;
import lazuli.magics.report.Environment;
import lazuli.magics.report.Json;
import org.jspecify.annotations.Nullable;

/**
 * The measured limits of this machine, kept between sessions in the user's cache folder: measured
 * once for each processor, Java version and number of threads.
 *
 * @param file where they are kept
 * @param processor the processor's name
 * @param java the Java version
 * @param threads threads that work is measured with
 * @param measure measures them now; takes a second or two
 */
public record PeaksFile(
    Path file, String processor, String java, int threads, Supplier<Peaks> measure) {

  /**
   * {@return the file of this user: {@code lazuli/peaks.json} in {@code XDG_CACHE_HOME}, or in
   * {@code .cache} in the home folder}
   *
   * @param threads threads that work is measured with
   * @param measure measures them now
   */
  public static PeaksFile ofUser(int threads, Supplier<Peaks> measure) {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path folder =
        cache == null || cache.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return new PeaksFile(
        folder.resolve("lazuli").resolve("peaks.json"),
        Environment.processorName(),
        Runtime.version().toString(),
        threads,
        measure);
  }

  private String key() {
    return processor + " | Java " + java + " | threads " + threads;
  }

  /** {@return the limits: as kept, or measured now and kept} */
  public Peaks get() {
    Peaks kept = kept();
    return kept == null ? measureNow() : kept;
  }

  /** {@return the limits as kept, null when none are} */
  public @Nullable Peaks kept() {
    return read().get(key()) instanceof Map<?, ?> entry ? peaks(entry) : null;
  }

  /**
   * {@return the limits measured now, or those that were kept where they are better} Other work on
   * the machine only ever slows a measurement down, so the best one is nearest to the truth.
   */
  public Peaks measureNow() {
    Peaks now = measure.get();
    Peaks before = kept();
    Peaks peaks = before == null ? now : best(now, before);
    Map<String, @Nullable Object> all = new LinkedHashMap<>(read());
    all.put(key(), entry(peaks));
    write(all);
    return peaks;
  }

  private static Peaks best(Peaks now, Peaks before) {
    return new Peaks(
        now.device(),
        now.name(),
        now.threads(),
        Math.max(now.f32(), before.f32()),
        Math.max(now.f64(), before.f64()),
        Math.max(now.half(), before.half()),
        Math.max(now.bandwidth(), before.bandwidth()),
        Math.max(now.cache(), before.cache()),
        Math.min(now.launchNanos(), before.launchNanos()),
        now.measured());
  }

  private Map<String, @Nullable Object> read() {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    try {
      if (Files.exists(file) && Json.read(Files.readString(file)) instanceof Map<?, ?> map) {
        map.forEach((key, value) -> all.put(String.valueOf(key), value));
      }
    } catch (IOException damaged) {
      // Measured again and replaced.
      all.clear();
    }
    return all;
  }

  private void write(Map<String, ?> all) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
        // Two sessions may write at once: each writes its own file and moves it into place.
        Path own = Files.createTempFile(folder, "peaks", ".json");
        Files.writeString(own, Json.write(all));
        Files.move(own, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException readOnly) {
      // A home that cannot be written costs a measurement in every session, nothing else.
    }
  }

  private static Map<String, Object> entry(Peaks peaks) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("device", peaks.device().kind());
    entry.put("index", peaks.device().index());
    entry.put("name", peaks.name());
    entry.put("threads", peaks.threads());
    entry.put("f32", peaks.f32());
    entry.put("f64", peaks.f64());
    entry.put("half", peaks.half());
    entry.put("bandwidth", peaks.bandwidth());
    entry.put("cache", peaks.cache());
    entry.put("launchNanos", peaks.launchNanos());
    entry.put("measured", peaks.measured().toString());
    return entry;
  }

  private static @Nullable Peaks peaks(Map<?, ?> entry) {
    try {
      return new Peaks(
          new Device(String.valueOf(entry.get("device")), (int) number(entry, "index")),
          String.valueOf(entry.get("name")),
          (int) number(entry, "threads"),
          number(entry, "f32"),
          number(entry, "f64"),
          number(entry, "half"),
          number(entry, "bandwidth"),
          number(entry, "cache"),
          number(entry, "launchNanos"),
          Instant.parse(String.valueOf(entry.get("measured"))));
    } catch (RuntimeException incomplete) {
      return null;
    }
  }

  private static double number(Map<?, ?> entry, String key) {
    if (entry.get(key) instanceof Number number) {
      return number.doubleValue();
    }
    throw new IllegalArgumentException(key);
  }
}
