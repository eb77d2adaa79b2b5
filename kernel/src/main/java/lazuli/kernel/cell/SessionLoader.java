package lazuli.kernel.cell;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jshell.execution.LoaderDelegate;
import jdk.jshell.spi.ExecutionControl.ClassBytecodes;
import jdk.jshell.spi.ExecutionControl.ClassInstallException;
import jdk.jshell.spi.ExecutionControl.InternalException;
import org.jspecify.annotations.Nullable;

/**
 * The classes of one session: those compiled from cells and those of added jars. Its parent is the
 * application's loader.
 *
 * <p>What a user adds wins over the libraries of the application: a cell that adds its own Jackson
 * or Guava gets that one. Only the JDK, this project's classes and the libraries that its API shows
 * (see {@link #SHARED}) come from the parent first.
 */
final class SessionLoader extends URLClassLoader implements LoaderDelegate {
  static {
    registerAsParallelCapable();
  }

  /** JShell's class around one top-level declaration; its static fields are the variables. */
  private static final Pattern WRAPPER = Pattern.compile("REPL\\.\\$JShell\\$[0-9A-Z_]+");

  /**
   * Packages that cells and the application must share: this project's, the API of the kernels
   * whose notebooks run here, and the tables that arrays and reports are made from.
   */
  private static final List<String> SHARED =
      List.of(
          "lazuli.",
          "org.dflib.jjava.",
          "io.github.spencerpark.",
          "tech.tablesaw.",
          "it.unimi.dsi.fastutil.",
          "org.jspecify.");

  /** Packages of the JDK. Made late: most sessions add no jar. */
  private static final class Jdk {
    private static final Set<String> PACKAGES =
        ModuleLayer.boot().modules().stream()
            .flatMap(module -> module.getPackages().stream())
            .collect(Collectors.toUnmodifiableSet());
  }

  private final StopChecks stopChecks;
  private final BiConsumer<String, @Nullable Object> lost;
  private volatile boolean jars;
  private final Map<String, byte[]> declared = new ConcurrentHashMap<>();
  private final Map<String, Class<?>> loaded = new ConcurrentHashMap<>();

  /** The field that holds each session variable now, by the variable's name. */
  private final Map<String, Field> variables = new ConcurrentHashMap<>();

  /**
   * Makes the loader.
   *
   * @param stopChecks what the checks in compiled cells ask
   * @param lost told of a variable whose value could not follow a recompilation
   */
  SessionLoader(
      ClassLoader parent, StopChecks stopChecks, BiConsumer<String, @Nullable Object> lost) {
    super(new URL[0], parent);
    this.stopChecks = stopChecks;
    this.lost = lost;
    declared.put(StopChecks.CLASS_NAME, StopChecks.checkClass());
  }

  StopChecks stopChecks() {
    return stopChecks;
  }

  /** {@return the field of a session variable, null if there is none of the name} */
  @Nullable Field variable(String name) {
    return variables.get(name);
  }

  /** {@return the field of a variable that is one no longer, null if there was none} */
  @Nullable Field forget(String name) {
    return variables.remove(name);
  }

  /** Forgets classes that JShell will not ask for again; they stay loaded. */
  void forgetClasses(Iterable<String> names) {
    names.forEach(loaded::remove);
  }

  @Override
  public void load(ClassBytecodes[] classes) throws ClassInstallException {
    boolean[] done = new boolean[classes.length];
    try {
      for (ClassBytecodes one : classes) {
        declared.put(one.name(), one.bytecodes());
      }
      for (int i = 0; i < classes.length; i++) {
        Class<?> type = loadClass(classes[i].name());
        loaded.put(classes[i].name(), type);
        done[i] = true;
        if (WRAPPER.matcher(classes[i].name()).matches()) {
          adopt(type);
        }
      }
      for (ClassBytecodes one : classes) {
        // The JVM finds a loaded class by itself.
        declared.remove(one.name());
      }
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new ClassInstallException(String.valueOf(e), done);
    }
  }

  /**
   * JShell compiles a variable's class again when something that it mentions changes, and its value
   * would silently be null. The value follows as long as its type still fits.
   */
  private void adopt(Class<?> type) {
    for (Field field : type.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers()) || field.isSynthetic()) {
        continue;
      }
      field.setAccessible(true);
      Held before = held(field.getName());
      variables.put(field.getName(), field);
      if (before != null && !follow(field.getName(), before) && before.isLost()) {
        lost.accept(field.getName(), before.value());
      }
    }
  }

  /** What a variable held, under which type. */
  record Held(Class<?> type, @Nullable Object value) {
    private boolean isLost() {
      return value != null && !type.isPrimitive();
    }
  }

  /** {@return what a variable holds now, null if there is none of the name} */
  @Nullable Held held(String name) {
    Field field = variables.get(name);
    if (field == null) {
      return null;
    }
    try {
      return new Held(field.getType(), field.get(null));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("the field of " + name + " is closed", e);
    }
  }

  /** Gives a variable what it held under an earlier declaration; returns whether it fits. */
  boolean follow(String name, @Nullable Held before) {
    Field field = variables.get(name);
    if (field == null || before == null) {
      return false;
    }
    if (before.type() != field.getType() && !field.getType().isInstance(before.value())) {
      return false;
    }
    try {
      field.set(null, before.value());
      return true;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("the field of " + name + " is closed", e);
    }
  }

  @Override
  public void classesRedefined(ClassBytecodes[] classes) {
    for (ClassBytecodes one : classes) {
      declared.put(one.name(), one.bytecodes());
    }
  }

  @Override
  public Class<?> findClass(String name) throws ClassNotFoundException {
    // JShell asks by name for what was loaded; a class loader asks for what was declared.
    Class<?> known = loaded.get(name);
    if (known != null) {
      return known;
    }
    byte[] bytes = declared.get(name);
    return bytes == null ? super.findClass(name) : defineClass(name, bytes, 0, bytes.length);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!addedFirst(name)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      // Asking for the file first spares an exception for each class that is not there.
      if (known == null && findResource(name.replace('.', '/') + ".class") != null) {
        known = findClass(name);
      }
      if (known != null) {
        return known;
      }
    }
    return super.loadClass(name, resolve);
  }

  private boolean addedFirst(String name) {
    return jars
        && !name.startsWith("java.")
        && SHARED.stream().noneMatch(name::startsWith)
        && !Jdk.PACKAGES.contains(name.substring(0, Math.max(0, name.lastIndexOf('.'))));
  }

  @Override
  public @Nullable URL getResource(String name) {
    URL added = jars && !name.startsWith("META-INF/") ? findResource(name) : null;
    return added == null ? super.getResource(name) : added;
  }

  @Override
  public void addToClasspath(String paths) throws InternalException {
    for (String path : paths.split(java.io.File.pathSeparator)) {
      try {
        addURL(Path.of(path).toUri().toURL());
        jars = true;
      } catch (MalformedURLException e) {
        throw new InternalException(e.toString());
      }
    }
  }
}
