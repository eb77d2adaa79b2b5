package lazuli.kernel.platform;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.NestingKind;
import javax.tools.JavaFileObject;
import org.jspecify.annotations.Nullable;

/**
 * A file of the running JDK's image by its name alone; its bytes are read from the image when they
 * are asked for.
 *
 * @param module the module, such as {@code java.base}
 * @param packageName the package, such as {@code java.util}; empty for the module's own folder
 * @param file such as {@code List.class}
 */
record PlatformFile(String module, String packageName, String file) implements JavaFileObject {
  /** Made late, and once. */
  private static final class Image {
    private static final FileSystem FILES = FileSystems.getFileSystem(URI.create("jrt:/"));
  }

  /** {@return the name by which javac knows a class, such as {@code java.util.List}} */
  String binaryName() {
    int dot = file.lastIndexOf('.');
    String simple = dot < 0 ? file : file.substring(0, dot);
    return packageName.isEmpty() ? simple : packageName + "." + simple;
  }

  Path path() {
    return Image.FILES.getPath(getName());
  }

  @Override
  public String getName() {
    String folder = packageName.isEmpty() ? "" : packageName.replace('.', '/') + "/";
    return "/modules/" + module + "/" + folder + file;
  }

  @Override
  public Kind getKind() {
    return kind(file);
  }

  static Kind kind(String name) {
    for (Kind kind : new Kind[] {Kind.CLASS, Kind.SOURCE, Kind.HTML}) {
      if (name.endsWith(kind.extension)) {
        return kind;
      }
    }
    return Kind.OTHER;
  }

  @Override
  public boolean isNameCompatible(String simpleName, Kind kind) {
    return getKind() == kind && file.equals(simpleName + kind.extension);
  }

  @Override
  public URI toUri() {
    return path().toUri();
  }

  @Override
  public InputStream openInputStream() throws IOException {
    return Files.newInputStream(path());
  }

  @Override
  public Reader openReader(boolean ignoreEncodingErrors) throws IOException {
    return new InputStreamReader(openInputStream(), StandardCharsets.UTF_8);
  }

  @Override
  public CharSequence getCharContent(boolean ignoreEncodingErrors) throws IOException {
    return new String(Files.readAllBytes(path()), StandardCharsets.UTF_8);
  }

  @Override
  public long getLastModified() {
    try {
      return Files.getLastModifiedTime(path()).toMillis();
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public @Nullable NestingKind getNestingKind() {
    return null;
  }

  @Override
  public @Nullable Modifier getAccessLevel() {
    return null;
  }

  @Override
  public OutputStream openOutputStream() {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public Writer openWriter() {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public boolean delete() {
    return false;
  }

  @Override
  public String toString() {
    return getName();
  }
}
