package lazuli.kernel.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import lazuli.kernel.wire.Json;
import org.jspecify.annotations.Nullable;

/**
 * The cells of all sessions of a user in one file, a JSON object on each line; only the owner can
 * read it.
 *
 * <p>Several kernels write to it: each touches it only while it holds the lock of a file beside it,
 * and never keeps it open. A line that is broken, as a full disk leaves it, is skipped. When the
 * file is too large its older part is cut off.
 */
final class HistoryFile {
  /** One cell that ran. */
  record Entry(int session, int line, String source, @Nullable String output) {}

  private static final int MOST_SOURCE = 1 << 18;
  private static final int MOST_OUTPUT = 1 << 13;
  private static final int MOST_DIGITS = 9;

  // FileLock keeps processes apart and refuses a second lock inside one.
  private static final ReentrantLock INSIDE = new ReentrantLock();

  private final Path file;
  private final long mostBytes;

  // What was read, to read only what is new. Guarded by INSIDE.
  private final List<Entry> known = new ArrayList<>();
  private @Nullable Object knownFile;
  private long knownBytes;
  private int latestSession;

  HistoryFile(Path file, long mostBytes) {
    this.file = file.toAbsolutePath();
    this.mostBytes = mostBytes;
  }

  /**
   * {@return the file that the environment names, empty for none}
   *
   * @param named {@code LAZULI_HISTORY}: a file, {@code off}, or null for the user's data folder
   */
  static Optional<Path> standard(@Nullable String named) {
    if (named != null && !named.isBlank()) {
      return named.equals("off") ? Optional.empty() : Optional.of(Path.of(named));
    }
    return Optional.of(dataFolder().resolve("lazuli").resolve("history.jsonl"));
  }

  private static Path dataFolder() {
    String home =
        Objects.requireNonNullElse(System.getenv("HOME"), System.getProperty("user.home"));
    String os = System.getProperty("os.name");
    String appData = System.getenv("APPDATA");
    if (os.startsWith("Windows") && appData != null) {
      return Path.of(appData);
    }
    if (os.startsWith("Mac")) {
      return Path.of(home, "Library", "Application Support");
    }
    String xdg = System.getenv("XDG_DATA_HOME");
    return xdg != null && xdg.startsWith("/") ? Path.of(xdg) : Path.of(home, ".local", "share");
  }

  /**
   * {@return the number of a session that begins now: one more than any before}
   *
   * <p>The latest number is in the file of the lock, so that a start does not read the cells of a
   * year; where it is not, it is found by reading.
   */
  int begin() throws IOException {
    return locked(
        lock -> {
          int latest = Files.exists(file) ? noted(lock) : 0;
          if (latest < 0) {
            readNew();
            latest = latestSession;
          }
          int session = latest + 1;
          note(lock, session);
          write(Json.object("session", session, "started", java.time.Instant.now().toString()));
          return session;
        });
  }

  /** {@return the number in the lock's file, negative when there is none} */
  private static int noted(FileChannel lock) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(MOST_DIGITS + 1);
    lock.read(text, 0);
    String digits = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
    return digits.matches("[0-9]{1," + MOST_DIGITS + "}\n") ? Integer.parseInt(digits.trim()) : -1;
  }

  private static void note(FileChannel lock, int session) throws IOException {
    lock.truncate(0);
    lock.write(ByteBuffer.wrap((session + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
  }

  /** Adds a cell; of a very long one nothing, of a long output the beginning. */
  void add(Entry entry) throws IOException {
    if (entry.source.length() > MOST_SOURCE) {
      return;
    }
    String output = entry.output;
    Json.Obj json =
        Json.object("session", entry.session, "line", entry.line, "source", entry.source);
    Json.Obj line =
        output == null
            ? json
            : json.with("output", output.substring(0, Math.min(output.length(), MOST_OUTPUT)));
    locked(
        lock -> {
          write(line);
          return 0;
        });
  }

  /** {@return the cells of all sessions in the order in which they were added} */
  List<Entry> entries() throws IOException {
    return locked(
        lock -> {
          readNew();
          return List.copyOf(known);
        });
  }

  @FunctionalInterface
  private interface Work<T> {
    T run(FileChannel lock) throws IOException;
  }

  private <T> T locked(Work<T> work) throws IOException {
    INSIDE.lock();
    try {
      Path folder = file.getParent();
      if (folder != null && !Files.isDirectory(folder)) {
        Files.createDirectories(folder, ownerOnly("rwx------"));
      }
      Path lock = file.resolveSibling(file.getFileName() + ".lock");
      try (FileChannel channel =
              FileChannel.open(
                  lock,
                  Set.of(
                      StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                  ownerOnly("rw-------"));
          FileLock held = channel.lock()) {
        if (!held.isValid()) {
          throw new IOException("the lock of " + file + " was lost");
        }
        return work.run(channel);
      }
    } finally {
      INSIDE.unlock();
    }
  }

  private static FileAttribute<?>[] ownerOnly(String permissions) {
    boolean posix =
        java.nio.file.FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private void write(Json.Obj json) throws IOException {
    if (Files.exists(file) && Files.size(file) > mostBytes) {
      cut();
    }
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            ownerOnly("rw-------"))) {
      long end = channel.size();
      ByteBuffer last = ByteBuffer.allocate(1);
      boolean broken = end > 0 && channel.read(last, end - 1) == 1 && last.get(0) != '\n';
      byte[] text = json.bytes();
      ByteBuffer line = ByteBuffer.allocate(text.length + 2);
      if (broken) {
        line.put((byte) '\n');
      }
      line.put(text).put((byte) '\n').flip();
      channel.position(end);
      while (line.hasRemaining()) {
        channel.write(line);
      }
    }
  }

  /** Keeps the newer half, in whole lines. */
  private void cut() throws IOException {
    byte[] all = Files.readAllBytes(file);
    int from = (int) Math.max(0, all.length - mostBytes / 2);
    while (from > 0 && from < all.length && all[from - 1] != '\n') {
      from++;
    }
    Path half = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(half);
    try (FileChannel channel =
        FileChannel.open(
            half,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            ownerOnly("rw-------"))) {
      ByteBuffer kept = ByteBuffer.wrap(all, from, all.length - from);
      while (kept.hasRemaining()) {
        channel.write(kept);
      }
    }
    Files.move(half, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private void readNew() throws IOException {
    Object key;
    long size;
    try {
      var attributes =
          Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class);
      key = attributes.fileKey();
      size = attributes.size();
    } catch (NoSuchFileException e) {
      key = null;
      size = 0;
    }
    if (size < knownBytes || !java.util.Objects.equals(key, knownFile)) {
      known.clear();
      knownBytes = 0;
    }
    knownFile = key;
    if (size == knownBytes) {
      return;
    }
    byte[] bytes = new byte[(int) Math.min(Integer.MAX_VALUE - 8, size - knownBytes)];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining() && channel.read(buffer, knownBytes + buffer.position()) > 0) {
        continue;
      }
    }
    int at = 0;
    for (int end = next(bytes, at); end >= 0; end = next(bytes, at)) {
      read(Arrays.copyOfRange(bytes, at, end));
      at = end + 1;
    }
    knownBytes += at;
  }

  private static int next(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private void read(byte[] line) {
    Json json;
    try {
      json = Json.parse(line);
    } catch (IOException e) {
      return;
    }
    int session = (int) json.at("session").number(0);
    latestSession = Math.max(latestSession, session);
    String source = json.at("source").text("");
    if (session > 0 && !source.isEmpty()) {
      Json output = json.at("output");
      known.add(
          new Entry(
              session,
              (int) json.at("line").number(0),
              source,
              output.isNull() ? null : output.text("")));
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
