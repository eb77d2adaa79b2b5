package lazuli.kernel.platform;

import java.io.File;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.JavaFileObject.Kind;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import org.jspecify.annotations.Nullable;

/**
 * A file manager of javac that knows from a record which classes the packages of the JDK have.
 *
 * <p>javac lists a whole package when the first name of it is looked up, and its own file manager
 * asks the JDK's image four questions for each file: half of the time that the imports of a start
 * take. What is not in the record, and every class file, comes from where it always does. Options
 * that put another JDK in the place of this one end the use of the record.
 *
 * <p>Used under the compiler's lock.
 */
public final class PlatformFiles extends ForwardingJavaFileManager<StandardJavaFileManager>
    implements StandardJavaFileManager {
  /** The system property with the path of the record. */
  public static final String PROPERTY = "lazuli.cells.packages";

  /** The system property that says that this run makes the record. */
  static final String TRAINING = "lazuli.training";

  private static final String SYSTEM = StandardLocation.SYSTEM_MODULES.getName() + "[";

  private final PackageRecord record;
  private final Map<String, List<PlatformFile>> made = new HashMap<>();
  private boolean other;

  PlatformFiles(StandardJavaFileManager files, PackageRecord record) {
    super(files);
    this.record = record;
  }

  /**
   * {@return a file manager that uses the record which the system property {@value #PROPERTY}
   * names, or makes it in a training run; without one, the given file manager}
   *
   * @param files what javac would use
   */
  public static StandardJavaFileManager over(StandardJavaFileManager files) {
    String named = System.getProperty(PROPERTY);
    if (named == null) {
      return files;
    }
    try {
      Path home = Path.of(System.getProperty("java.home", ""));
      Path file = Path.of(named);
      PackageRecord record =
          Boolean.getBoolean(TRAINING)
              ? PackageRecord.begin(file, home)
              : PackageRecord.read(file, home);
      return record == null ? files : new PlatformFiles(files, record);
    } catch (IOException | InvalidPathException e) {
      return files;
    }
  }

  @Override
  public Iterable<JavaFileObject> list(
      Location location, String packageName, Set<Kind> kinds, boolean recurse) throws IOException {
    List<PlatformFile> known = recurse ? null : known(location, packageName);
    if (known == null) {
      return super.list(location, packageName, kinds, recurse);
    }
    List<JavaFileObject> wanted = new ArrayList<>(known.size());
    for (PlatformFile one : known) {
      if (kinds.contains(one.getKind())) {
        wanted.add(one);
      }
    }
    return wanted;
  }

  /** {@return the files of a package of the JDK; null when only the image can tell} */
  private @Nullable List<PlatformFile> known(Location location, String packageName)
      throws IOException {
    String name = location.getName();
    if (other || !name.startsWith(SYSTEM)) {
      return null;
    }
    String module = name.substring(SYSTEM.length(), name.length() - 1);
    String key = module + "/" + packageName;
    List<PlatformFile> files = made.get(key);
    if (files != null) {
      return files;
    }
    List<String> names = record.names(module, packageName);
    if (names == null && record.open()) {
      names = listed(location, packageName);
      record.put(module, packageName, names);
    }
    if (names == null) {
      return null;
    }
    files = new ArrayList<>(names.size());
    for (String one : names) {
      files.add(new PlatformFile(module, packageName, one));
    }
    made.put(key, files);
    return files;
  }

  private List<String> listed(Location location, String packageName) throws IOException {
    List<String> names = new ArrayList<>();
    for (JavaFileObject one : super.list(location, packageName, Set.of(Kind.values()), false)) {
      names.add(one.getName().substring(one.getName().lastIndexOf('/') + 1));
    }
    return names;
  }

  @Override
  public @Nullable JavaFileObject getJavaFileForInput(
      Location location, String className, Kind kind) throws IOException {
    int dot = className.lastIndexOf('.');
    List<PlatformFile> known = known(location, className.substring(0, Math.max(0, dot)));
    if (known == null) {
      return super.getJavaFileForInput(location, className, kind);
    }
    String file = className.substring(dot + 1) + kind.extension;
    for (PlatformFile one : known) {
      if (one.file().equals(file)) {
        return one;
      }
    }
    return null;
  }

  @Override
  public String inferBinaryName(Location location, JavaFileObject file) {
    return file instanceof PlatformFile ours
        ? ours.binaryName()
        : super.inferBinaryName(location, file);
  }

  @Override
  public boolean isSameFile(FileObject a, FileObject b) {
    return a instanceof PlatformFile || b instanceof PlatformFile
        ? a.getName().equals(b.getName())
        : super.isSameFile(a, b);
  }

  @Override
  public boolean contains(Location location, FileObject file) throws IOException {
    if (file instanceof PlatformFile(var module, var name, var simple)) {
      return location == StandardLocation.SYSTEM_MODULES
          || location.getName().equals(SYSTEM + module + "]");
    }
    return super.contains(location, file);
  }

  @Override
  public @Nullable Location getLocationForModule(Location location, JavaFileObject file)
      throws IOException {
    if (file instanceof PlatformFile(var module, var name, var simple)) {
      return location == StandardLocation.SYSTEM_MODULES
          ? super.getLocationForModule(location, module)
          : null;
    }
    return super.getLocationForModule(location, file);
  }

  @Override
  public boolean handleOption(String current, Iterator<String> remaining) {
    if (current.startsWith("--system")) {
      forget();
    }
    return super.handleOption(current, remaining);
  }

  private void forget() {
    other = true;
    made.clear();
  }

  private void changed(Location location) {
    if (location == StandardLocation.SYSTEM_MODULES) {
      forget();
    }
  }

  @Override
  public Path asPath(FileObject file) {
    return file instanceof PlatformFile ours ? ours.path() : fileManager.asPath(file);
  }

  @Override
  public void setLocation(Location location, Iterable<? extends File> files) throws IOException {
    changed(location);
    fileManager.setLocation(location, files);
  }

  @Override
  public void setLocationFromPaths(Location location, Collection<? extends Path> paths)
      throws IOException {
    changed(location);
    fileManager.setLocationFromPaths(location, paths);
  }

  @Override
  public void setLocationForModule(
      Location location, String moduleName, Collection<? extends Path> paths) throws IOException {
    changed(location);
    fileManager.setLocationForModule(location, moduleName, paths);
  }

  @Override
  public Iterable<? extends File> getLocation(Location location) {
    return fileManager.getLocation(location);
  }

  @Override
  public Iterable<? extends Path> getLocationAsPaths(Location location) {
    return fileManager.getLocationAsPaths(location);
  }

  @Override
  public Iterable<? extends JavaFileObject> getJavaFileObjectsFromFiles(
      Iterable<? extends File> files) {
    return fileManager.getJavaFileObjectsFromFiles(files);
  }

  @Override
  public Iterable<? extends JavaFileObject> getJavaFileObjectsFromPaths(
      Collection<? extends Path> paths) {
    return fileManager.getJavaFileObjectsFromPaths(paths);
  }

  @Override
  public Iterable<? extends JavaFileObject> getJavaFileObjects(File... files) {
    return fileManager.getJavaFileObjects(files);
  }

  @Override
  public Iterable<? extends JavaFileObject> getJavaFileObjects(Path... paths) {
    return fileManager.getJavaFileObjects(paths);
  }

  @Override
  public Iterable<? extends JavaFileObject> getJavaFileObjectsFromStrings(Iterable<String> names) {
    return fileManager.getJavaFileObjectsFromStrings(names);
  }

  @Override
  public Iterable<? extends JavaFileObject> getJavaFileObjects(String... names) {
    return fileManager.getJavaFileObjects(names);
  }

  @Override
  public void setPathFactory(PathFactory factory) {
    fileManager.setPathFactory(factory);
  }
}
