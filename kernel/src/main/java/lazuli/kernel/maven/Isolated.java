package lazuli.kernel.maven;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import lazuli.kernel.ext.UsageException;

/**
 * Libraries that only one part of the kernel uses, in a loader of their own: cells never see them,
 * and they see nothing but the kernel's interfaces and the JDK.
 */
public final class Isolated extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  private static final String SHARED = "lazuli.kernel.";
  private static final String RESOLVER = "lazuli/compat/maven/MimaResolver.class";

  private Isolated(URL[] libraries) {
    super(libraries, ClassLoader.getPlatformClassLoader());
  }

  /**
   * {@return an instance of a class in libraries of its own}
   *
   * @param folder the name of their folder beside the kernel's jar
   * @param implementation the class, with a constructor without parameters
   * @param type an interface of the kernel
   * @param <T> the interface
   * @throws UsageException when the folder is missing
   */
  public static <T> T load(String folder, String implementation, Class<T> type) {
    List<Path> files = libraries(folder);
    try {
      var loader = new Isolated(files.stream().map(Isolated::url).toArray(URL[]::new));
      return type.cast(loader.loadClass(implementation).getDeclaredConstructor().newInstance());
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new UsageException(
          "the libraries in the folder " + folder + " cannot be used (" + e + "); install again");
    }
  }

  /**
   * {@return the jars of a folder beside the kernel's jar; in a build, where what uses them is on
   * the class path itself, all of the class path}
   *
   * @param folder the folder's name
   * @throws UsageException when it is missing
   */
  public static List<Path> libraries(String folder) {
    Path kernel;
    try {
      kernel = Path.of(Isolated.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    if (Files.isDirectory(kernel) || ClassLoader.getSystemResource(RESOLVER) != null) {
      return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(Path::of)
          .toList();
    }
    Path jars = kernel.resolveSibling(folder);
    try (Stream<Path> files = Files.list(jars)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UsageException(
          "the folder " + jars + " is missing from this installation; install again");
    }
  }

  private static URL url(Path file) {
    try {
      return file.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    return name.startsWith(SHARED)
        ? Isolated.class.getClassLoader().loadClass(name)
        : super.loadClass(name, resolve);
  }
}
