package lazuli.kernel.platform;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which files some packages of the JDK have, as javac's file manager lists them, in a file that
 * belongs to one JDK: its folder, version and the size and time of its image. The record of another
 * JDK, or a broken one, is none.
 *
 * <p>Mutable state: what was recorded and the file that it goes to. Used under the compiler's lock.
 */
final class PackageRecord {
  private static final int MOST_NAME = 0xffff;

  private final Map<String, List<String>> packages = new HashMap<>();
  private @Nullable DataOutputStream out;

  private PackageRecord() {}

  /** {@return a record that is complete as far as it goes; null when there is none of this JDK} */
  static @Nullable PackageRecord read(Path file, Path home) {
    try {
      String jdk = identity(home);
      if (jdk == null || !Files.exists(file)) {
        return null;
      }
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      if (!text(bytes).equals(jdk)) {
        return null;
      }
      var record = new PackageRecord();
      while (bytes.hasRemaining()) {
        record.readPackage(bytes);
      }
      return record;
    } catch (IOException | BufferUnderflowException | IllegalArgumentException e) {
      // A file that was cut off or overwritten by something else.
      return null;
    }
  }

  /** {@return an empty record; everything that is put into it is written to the file too} */
  static @Nullable PackageRecord begin(Path file, Path home) throws IOException {
    String jdk = identity(home);
    if (jdk == null) {
      return null;
    }
    var record = new PackageRecord();
    DataOutputStream out = new DataOutputStream(Files.newOutputStream(file));
    record.out = out;
    write(out, jdk);
    return record;
  }

  /** {@return what the record of a JDK begins with; null for one without an image} */
  private static @Nullable String identity(Path home) throws IOException {
    Path image = home.resolve("lib").resolve("modules");
    if (!Files.isRegularFile(image)) {
      return null;
    }
    BasicFileAttributes attributes = Files.readAttributes(image, BasicFileAttributes.class);
    return "packages 1\n%s\n%s\n%d\n%s"
        .formatted(
            home.toRealPath(),
            Runtime.version(),
            attributes.size(),
            attributes.lastModifiedTime().toMillis());
  }

  /** {@return the names of a package's files, null when it is not in the record} */
  @Nullable List<String> names(String module, String name) {
    return packages.get(module + "/" + name);
  }

  /** {@return whether more packages can be put in} */
  boolean open() {
    return out != null;
  }

  /** Puts a package in, and writes it. */
  void put(String module, String name, List<String> names) throws IOException {
    DataOutputStream file = out;
    String key = module + "/" + name;
    if (file == null || packages.put(key, List.copyOf(names)) != null) {
      return;
    }
    write(file, key);
    file.writeInt(names.size());
    for (String one : names) {
      write(file, one);
    }
    file.flush();
  }

  private static void write(DataOutputStream file, String text) throws IOException {
    byte[] bytes = text.getBytes(ISO_8859_1);
    if (bytes.length > MOST_NAME || !new String(bytes, ISO_8859_1).equals(text)) {
      throw new IOException("cannot be recorded: " + text);
    }
    file.writeShort(bytes.length);
    file.write(bytes);
  }

  private void readPackage(ByteBuffer bytes) {
    String key = text(bytes);
    int count = bytes.getInt();
    List<String> names = new ArrayList<>(Math.min(count, bytes.remaining()));
    for (int i = 0; i < count; i++) {
      names.add(text(bytes));
    }
    packages.put(key, names);
  }

  private static String text(ByteBuffer bytes) {
    int length = Short.toUnsignedInt(bytes.getShort());
    if (length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    String text = new String(bytes.array(), bytes.position(), length, ISO_8859_1);
    bytes.position(bytes.position() + length);
    return text;
  }
}
