package lazuli.gpu.exec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import lazuli.gpu.driver.PrivateFolder;

/**
 * Compiled kernels kept in a folder of the user's, by driver, device and the text's hash, so that
 * the next process need not compile them. Only the owner can read or write it; a folder that others
 * can write is not used, and an entry that is damaged is told of, deleted and made again.
 */
public final class KernelCache {
  private static final byte[] MAGIC = "lazuli1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int HASH = 32;

  private final Path folder;
  private final String device;
  private final Consumer<String> told;
  private boolean usable = true;

  /**
   * Describes a cache; nothing is made before it is used.
   *
   * @param folder where it is
   * @param device what the code is for: driver, product, capability
   * @param told gets a line when something is wrong
   */
  public KernelCache(Path folder, String device, Consumer<String> told) {
    this.folder = folder;
    this.device = device;
    this.told = told;
  }

  /** {@return the user's folder for it} */
  public static Path usual() {
    String given = System.getenv("XDG_CACHE_HOME");
    Path base =
        given == null || given.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(given);
    return base.resolve("lazuli").resolve("kernels");
  }

  private static MessageDigest sha() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path file(byte[] text) {
    MessageDigest sha = sha();
    sha.update(device.getBytes(StandardCharsets.UTF_8));
    sha.update((byte) 0);
    sha.update(text);
    return folder.resolve(HexFormat.of().formatHex(sha.digest()) + ".cubin");
  }

  /** {@return the compiled code of a text; empty when it is not there or not whole} */
  public synchronized byte[] find(byte[] text) {
    Path file = file(text);
    if (!usable || !Files.isRegularFile(file)) {
      return new byte[0];
    }
    try {
      if (!PrivateFolder.isPrivate(folder)) {
        off("others can write " + folder);
        return new byte[0];
      }
      byte[] all = Files.readAllBytes(file);
      int head = MAGIC.length + HASH;
      byte[] code = all.length < head ? new byte[0] : Arrays.copyOfRange(all, head, all.length);
      boolean whole =
          all.length > head
              && Arrays.equals(Arrays.copyOf(all, MAGIC.length), MAGIC)
              && Arrays.equals(Arrays.copyOfRange(all, MAGIC.length, head), sha().digest(code));
      if (!whole) {
        told.accept("a compiled kernel is damaged and is made again: " + file);
        Files.deleteIfExists(file);
        return new byte[0];
      }
      return code;
    } catch (IOException e) {
      off(String.valueOf(e));
      return new byte[0];
    }
  }

  /** Keeps the compiled code of a text. */
  public synchronized void keep(byte[] text, byte[] code) {
    if (!usable || code.length == 0) {
      return;
    }
    try {
      make();
      if (!PrivateFolder.isPrivate(folder)) {
        off("others can write " + folder);
        return;
      }
      // Under another name first: whoever reads meanwhile sees all of it or nothing.
      Path part = Files.createTempFile(folder, "part", ".tmp");
      try (var out = Files.newOutputStream(part)) {
        out.write(MAGIC);
        out.write(sha().digest(code));
        out.write(code);
      }
      Files.move(part, file(text), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      off(String.valueOf(e));
    }
  }

  private void make() throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Files.createDirectories(folder.getParent());
    if (Files.getFileStore(folder.getParent()).supportsFileAttributeView("posix")) {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectory(folder);
    }
  }

  private void off(String why) {
    usable = false;
    told.accept("compiled kernels are not kept: " + why);
  }
}
