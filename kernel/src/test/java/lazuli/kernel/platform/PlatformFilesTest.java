package lazuli.kernel.platform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager.Location;
import javax.tools.JavaFileObject;
import javax.tools.JavaFileObject.Kind;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformFilesTest {
  private static final Path HOME = Path.of(System.getProperty("java.home"));
  private static final Set<Kind> ALL = Set.of(Kind.values());

  @TempDir private Path folder;

  private final JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
  private final StandardJavaFileManager real = javac.getStandardFileManager(null, null, null);

  @AfterEach
  void close() throws IOException {
    real.close();
  }

  private Path file() {
    return folder.resolve("kernel.packages");
  }

  private PlatformFiles recording() throws IOException {
    return new PlatformFiles(real, PackageRecord.begin(file(), HOME));
  }

  private PlatformFiles recorded() {
    PackageRecord record = PackageRecord.read(file(), HOME);
    assertNotNull(record);
    return new PlatformFiles(real, record);
  }

  private static Location module(StandardJavaFileManager files, String name) throws IOException {
    return files.getLocationForModule(StandardLocation.SYSTEM_MODULES, name);
  }

  /** Everything that javac asks of a listed file, except its bytes. */
  private static List<String> listed(
      StandardJavaFileManager files, String module, String name, Set<Kind> kinds)
      throws IOException {
    Location location = module(files, module);
    List<String> all = new ArrayList<>();
    for (JavaFileObject one : files.list(location, name, kinds, false)) {
      all.add(
          String.join(
              " ",
              one.getName(),
              "" + one.getKind(),
              "" + one.toUri(),
              files.inferBinaryName(location, one),
              "" + one.isNameCompatible("List", Kind.CLASS),
              "" + one.getLastModified(),
              "" + files.asPath(one),
              "" + files.contains(location, one)));
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource({
    "java.base, java.util",
    "java.base, java.lang",
    "java.base, ''",
    "java.base, no.such.name",
    "java.desktop, java.awt",
    "java.prefs, java.util.prefs",
    "jdk.compiler, com.sun.tools.javac.resources",
  })
  void aRecordedPackageIsWhatJavacLists(String module, String name) throws IOException {
    List<String> expected = listed(real, module, name, ALL);
    assertEquals(expected, listed(recording(), module, name, ALL));
    assertEquals(expected, listed(recorded(), module, name, ALL));
    assertEquals(
        listed(real, module, name, Set.of(Kind.CLASS)),
        listed(recorded(), module, name, Set.of(Kind.CLASS)));
  }

  @Test
  void whatIsRecordedIsNotAskedForAgain() throws IOException {
    listed(recording(), "java.base", "java.util", ALL);
    PackageRecord record = PackageRecord.read(file(), HOME);
    assertNotNull(record);
    assertTrue(record.names("java.base", "java.util").contains("List.class"));
    PlatformFiles files = recorded();
    Location base = module(files, "java.base");
    JavaFileObject list = files.getJavaFileForInput(base, "java.util.List", Kind.CLASS);
    assertInstanceOf(PlatformFile.class, list);
    try (var ours = list.openInputStream();
        var theirs =
            real.getJavaFileForInput(base, "java.util.List", Kind.CLASS).openInputStream()) {
      assertArrayEquals(theirs.readAllBytes(), ours.readAllBytes());
    }
    assertNull(files.getJavaFileForInput(base, "java.util.NoSuchClass", Kind.CLASS));
    assertTrue(
        files.isSameFile(list, files.getJavaFileForInput(base, "java.util.List", Kind.CLASS)));
    assertFalse(
        files.isSameFile(list, files.getJavaFileForInput(base, "java.util.Map", Kind.CLASS)));
    assertEquals(base, files.getLocationForModule(StandardLocation.SYSTEM_MODULES, list));
  }

  @Test
  void whatIsNotRecordedComesFromTheImage() throws IOException {
    listed(recording(), "java.base", "java.util", ALL);
    assertEquals(
        listed(real, "java.base", "java.time", ALL),
        listed(recorded(), "java.base", "java.time", ALL));
    List<JavaFileObject> deep = new ArrayList<>();
    Location base = module(recorded(), "java.base");
    recorded().list(base, "java.util", Set.of(Kind.CLASS), true).forEach(deep::add);
    assertTrue(
        deep.stream()
            .anyMatch(one -> one.getName().endsWith("/java/util/function/Function.class")));
  }

  @Test
  void aRecordOfAnotherJdkIsNone() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other/lib")).getParent();
    Path image = other.resolve("lib/modules");
    Files.writeString(image, "an image");
    PackageRecord record = PackageRecord.begin(file(), other);
    assertNotNull(record);
    record.put("java.base", "java.util", List.of("Never.class"));
    assertNotNull(PackageRecord.read(file(), other));
    assertNull(PackageRecord.read(file(), HOME));
    // The same folder, updated in place.
    Files.setLastModifiedTime(image, FileTime.fromMillis(1));
    assertNull(PackageRecord.read(file(), other));
  }

  @Test
  void aMissingBrokenOrCutRecordIsNone() throws IOException {
    assertNull(PackageRecord.read(file(), HOME));
    listed(recording(), "java.base", "java.util", ALL);
    byte[] whole = Files.readAllBytes(file());
    Files.write(file(), Arrays.copyOf(whole, whole.length - 1));
    assertNull(PackageRecord.read(file(), HOME));
    Files.writeString(file(), "");
    assertNull(PackageRecord.read(file(), HOME));
    Files.writeString(file(), "something else that is long enough");
    assertNull(PackageRecord.read(file(), HOME));
  }

  @Test
  void anotherJdkForTheCellsEndsTheUseOfTheRecord() throws IOException {
    listed(recording(), "java.base", "java.util", ALL);
    PlatformFiles files = recorded();
    assertTrue(files.handleOption("--system", List.of(System.getProperty("java.home")).iterator()));
    Location base = module(files, "java.base");
    assertFalse(
        files.getJavaFileForInput(base, "java.util.List", Kind.CLASS) instanceof PlatformFile);
  }

  @Test
  void javacCompilesFromTheRecordAlone() throws IOException {
    compile(recording());
    PlatformFiles files = recorded();
    compile(files);
    assertTrue(Files.size(file()) > 0);
  }

  private void compile(PlatformFiles files) throws IOException {
    files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(folder));
    var source =
        new SimpleJavaFileObject(URI.create("string:///Sorted.java"), Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return """
                import java.util.*;
                import java.util.stream.*;
                class Sorted {
                  List<String> of(String... all) {
                    return Stream.of(all).sorted(Comparator.reverseOrder()).toList();
                  }
                }
                """;
          }
        };
    var found = new DiagnosticCollector<JavaFileObject>();
    boolean done =
        javac.getTask(null, files, found, List.of("-proc:none"), null, List.of(source)).call();
    assertTrue(done, () -> "" + found.getDiagnostics());
  }

  @Test
  void withoutTheOptionNothingIsPutInBetween() {
    assertNull(System.getProperty(PlatformFiles.PROPERTY));
    assertSame(real, PlatformFiles.over(real));
  }

  @Test
  void withoutARecordNothingIsPutInBetween() {
    System.setProperty(PlatformFiles.PROPERTY, file().toString());
    try {
      assertSame(real, PlatformFiles.over(real));
      System.setProperty(PlatformFiles.TRAINING, "true");
      assertInstanceOf(PlatformFiles.class, PlatformFiles.over(real));
      System.clearProperty(PlatformFiles.TRAINING);
      assertInstanceOf(PlatformFiles.class, PlatformFiles.over(real));
      System.setProperty(PlatformFiles.PROPERTY, folder.resolve("no/such").toString());
      System.setProperty(PlatformFiles.TRAINING, "true");
      assertSame(real, PlatformFiles.over(real));
    } finally {
      System.clearProperty(PlatformFiles.TRAINING);
      System.clearProperty(PlatformFiles.PROPERTY);
    }
  }
}
