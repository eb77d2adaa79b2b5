package lazuli.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnServicesTest {
  /** A service and two providers of it. */
  public interface Greeting {}

  public static final class Ours implements Greeting {}

  public static final class Theirs implements Greeting {}

  private static Path jar(Path file, Class<? extends Greeting> provider) throws Exception {
    try (var jar = new JarOutputStream(Files.newOutputStream(file))) {
      jar.putNextEntry(new ZipEntry("META-INF/services/" + Greeting.class.getName()));
      jar.write(provider.getName().getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  @Test
  void onlyTheOwnJarsAreLookedThrough(@TempDir Path folder) throws Exception {
    Path empty = folder.resolve("empty.jar");
    try (var jar = new JarOutputStream(Files.newOutputStream(empty))) {
      jar.putNextEntry(new ZipEntry("nothing"));
    }
    Path ours = jar(folder.resolve("ours.jar"), Ours.class);
    Path theirs = jar(folder.resolve("theirs.jar"), Theirs.class);
    ClassLoader all =
        new java.net.URLClassLoader(
            new java.net.URL[] {ours.toUri().toURL(), theirs.toUri().toURL()},
            OwnServicesTest.class.getClassLoader());
    assertEquals(List.of(Ours.class, Theirs.class), found(all));
    String own = empty + File.pathSeparator + ours;
    ClassLoader few = OwnServices.loader(own, all);
    assertEquals(List.of(Ours.class), found(few));
    assertSame(Ours.class, few.loadClass(Ours.class.getName()), "classes are the application's");
    assertEquals(List.of(Ours.class, Theirs.class), found(OwnServices.loader(null, all)));
  }

  private static List<Class<?>> found(ClassLoader loader) {
    return ServiceLoader.load(Greeting.class, loader).stream()
        .<Class<?>>map(ServiceLoader.Provider::type)
        .toList();
  }
}
