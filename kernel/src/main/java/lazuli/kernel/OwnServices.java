package lazuli.kernel;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Enumeration;
import lazuli.kernel.cell.JavaSession;
import org.jspecify.annotations.Nullable;

/**
 * Finds services in the application's own jars and no others. The class path has thirty more, with
 * 25,000 entries, and asking a class path for a service opens every jar; classes that come from an
 * AOT cache open none.
 */
final class OwnServices extends ClassLoader {
  private final URLClassLoader jars;

  private OwnServices(URL[] jars, ClassLoader classes) {
    super(classes);
    this.jars = new URLClassLoader(jars, null);
  }

  /** {@return a loader of the application's classes that lists the resources of its own jars} */
  static ClassLoader loader() {
    return loader(System.getProperty(JavaSession.OWN_JARS), OwnServices.class.getClassLoader());
  }

  /** {@return as {@link #loader()}, of the jars of a class path; of all jars when it is null} */
  static ClassLoader loader(@Nullable String own, ClassLoader classes) {
    if (own == null) {
      return classes;
    }
    String[] paths = own.split(File.pathSeparator);
    URL[] urls = new URL[paths.length];
    try {
      for (int i = 0; i < paths.length; i++) {
        urls[i] = Path.of(paths[i]).toUri().toURL();
      }
    } catch (MalformedURLException e) {
      return classes;
    }
    return new OwnServices(urls, classes);
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    return jars.findResources(name);
  }
}
