package lazuli.kernel.cell;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * Javadoc comments and names of parameters from source files: of the JDK from its {@code src.zip},
 * of a jar from the folder {@code META-INF/sources} inside it or from the jar of sources beside it.
 *
 * <p>Mutable state under one lock: the files that were parsed lately, and the JDK's open archive.
 */
final class SourceDocs {
  /** Where a jar may carry its own sources. */
  static final String INSIDE = "META-INF/sources/";

  private static final int REMEMBERED = 48;

  /**
   * A documented declaration.
   *
   * @param comment the Javadoc comment, empty for none
   * @param parameterNames as in the source
   */
  record Found(String comment, List<String> parameterNames) {}

  private record Declared(String type, String name, List<String> parameterTypes, Found found) {}

  private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
  private final StandardJavaFileManager files =
      compiler.getStandardFileManager(null, Locale.ENGLISH, StandardCharsets.UTF_8);
  private final Path jdkSources;
  private @Nullable ZipFile jdk;
  private final Map<String, List<Declared>> parsed =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<Declared>> eldest) {
          return size() > REMEMBERED;
        }
      };

  SourceDocs() {
    this(Path.of(System.getProperty("java.home"), "lib", "src.zip"));
  }

  SourceDocs(Path jdkSources) {
    this.jdkSources = jdkSources;
  }

  /**
   * {@return the declaration of a type or member with its comment, or what it inherits; null when
   * no source is found}
   *
   * @param type who declares it
   * @param name the member's name, empty for the type itself
   * @param parameterTypes erased simple names; null when it is no call
   */
  synchronized @Nullable Found find(
      Class<?> type, String name, @Nullable List<String> parameterTypes) {
    Found first = null;
    for (Class<?> one : lineage(type, name)) {
      Found found = declaredIn(one, name, parameterTypes);
      if (found == null) {
        continue;
      }
      if (first == null) {
        first = found;
      }
      String comment = found.comment;
      if (!comment.isBlank() && !comment.strip().equals("{@inheritDoc}")) {
        return new Found(comment, first.parameterNames);
      }
    }
    return first;
  }

  /** The type, and for its methods what it may inherit their comments from. */
  private static Collection<Class<?>> lineage(Class<?> type, String name) {
    if (name.isEmpty() || name.equals(Signature.CONSTRUCTOR)) {
      return List.of(type);
    }
    Set<Class<?>> seen = new java.util.LinkedHashSet<>();
    Deque<Class<?>> open = new ArrayDeque<>(List.of(type));
    while (!open.isEmpty()) {
      Class<?> one = open.poll();
      if (seen.add(one)) {
        open.addAll(List.of(one.getInterfaces()));
        Class<?> parent = one.getSuperclass();
        if (parent != null) {
          open.add(parent);
        }
      }
    }
    return seen;
  }

  private @Nullable Found declaredIn(
      Class<?> type, String name, @Nullable List<String> parameterTypes) {
    Class<?> top = type;
    String nested = type.getSimpleName();
    while (top.getEnclosingClass() != null) {
      top = top.getEnclosingClass();
      nested = top.getSimpleName() + "." + nested;
    }
    return pick(declarations(top), nested, name, parameterTypes);
  }

  private static @Nullable Found pick(
      List<Declared> all, String type, String name, @Nullable List<String> parameterTypes) {
    List<Declared> named =
        all.stream().filter(one -> one.type.equals(type) && one.name.equals(name)).toList();
    if (parameterTypes == null) {
      return named.isEmpty() ? null : named.getFirst().found;
    }
    for (Declared one : named) {
      if (one.parameterTypes.equals(parameterTypes)) {
        return one.found;
      }
    }
    // Type variables have other names in a subtype: then the count must tell.
    List<Declared> sameCount =
        named.stream().filter(one -> one.parameterTypes.size() == parameterTypes.size()).toList();
    return sameCount.size() == 1 ? sameCount.getFirst().found : null;
  }

  /**
   * {@return the declaration in a piece of a cell, null for none}
   *
   * @param java declarations as they stand in a class
   */
  synchronized @Nullable Found inCell(
      String java, String type, String name, @Nullable List<String> parameterTypes) {
    List<Declared> all = parse("class $ {\n" + java + "\n}");
    return pick(all, type.isEmpty() ? "$" : "$." + type, name, parameterTypes);
  }

  private List<Declared> declarations(Class<?> top) {
    List<Declared> known = parsed.get(top.getName());
    if (known == null) {
      String source = null;
      try {
        source = source(top);
      } catch (IOException | URISyntaxException | IllegalArgumentException e) {
        // A class without readable source has no documentation: nothing to tell the user.
        source = null;
      }
      known = source == null ? List.of() : parse(source);
      parsed.put(top.getName(), known);
    }
    return known;
  }

  private @Nullable String source(Class<?> top) throws IOException, URISyntaxException {
    String path = top.getName().replace('.', '/') + ".java";
    if (top.getModule().isNamed()) {
      ZipFile zip = jdk;
      if (zip == null && Files.exists(jdkSources)) {
        zip = new ZipFile(jdkSources.toFile());
        jdk = zip;
      }
      return zip == null ? null : entry(zip, top.getModule().getName() + "/" + path);
    }
    ClassLoader loader = top.getClassLoader();
    if (loader == null) {
      return null;
    }
    try (InputStream inside = loader.getResourceAsStream(INSIDE + path)) {
      if (inside != null) {
        return new String(inside.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
    CodeSource code = top.getProtectionDomain().getCodeSource();
    URL location = code == null ? null : code.getLocation();
    if (location == null || !location.getProtocol().equals("file")) {
      return null;
    }
    for (Path jar : sourceJars(Path.of(location.toURI()))) {
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        String text = entry(zip, path);
        if (text != null) {
          return text;
        }
      }
    }
    return null;
  }

  private static @Nullable String entry(ZipFile zip, String name) throws IOException {
    var entry = zip.getEntry(name);
    if (entry == null) {
      return null;
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Beside the jar, as Maven keeps it, or in a folder beside its folder, as Gradle does. */
  private static List<Path> sourceJars(Path jar) throws IOException {
    String file = jar.getFileName().toString();
    Path folder = jar.getParent();
    if (!file.endsWith(".jar") || folder == null) {
      return List.of();
    }
    String wanted = file.substring(0, file.length() - ".jar".length()) + "-sources.jar";
    List<Path> found = new ArrayList<>();
    if (Files.exists(folder.resolve(wanted))) {
      found.add(folder.resolve(wanted));
    } else if (folder.getParent() != null && folder.toString().contains("files-2.1")) {
      try (Stream<Path> hashes = Files.list(folder.getParent())) {
        hashes.map(hash -> hash.resolve(wanted)).filter(Files::exists).forEach(found::add);
      }
    }
    return found;
  }

  private List<Declared> parse(String source) {
    var file =
        new SimpleJavaFileObject(URI.create("string:///$.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    var task =
        (JavacTask)
            compiler.getTask(null, files, error -> {}, List.of("-proc:none"), null, List.of(file));
    List<Declared> found = new ArrayList<>();
    try {
      DocTrees docs = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new Scanner(docs, found).scan(unit, null);
      }
    } catch (IOException | IllegalStateException e) {
      return List.of();
    }
    return List.copyOf(found);
  }

  /** Collects what is declared, without looking into bodies. */
  private static final class Scanner extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final DocTrees docs;
    private final List<Declared> found;
    private String type = "";

    Scanner(DocTrees docs, List<Declared> found) {
      this.docs = docs;
      this.found = found;
    }

    private String comment() {
      String comment = docs.getDocComment(getCurrentPath());
      return comment == null ? "" : comment;
    }

    @Override
    public @Nullable Void visitClass(ClassTree tree, @Nullable Void nothing) {
      String outer = type;
      type = outer.isEmpty() ? "" + tree.getSimpleName() : outer + "." + tree.getSimpleName();
      found.add(new Declared(type, "", List.of(), new Found(comment(), List.of())));
      super.visitClass(tree, nothing);
      type = outer;
      return null;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree tree, @Nullable Void nothing) {
      List<? extends VariableTree> parameters = tree.getParameters();
      found.add(
          new Declared(
              type,
              tree.getName().toString(),
              parameters.stream().map(one -> Signature.simple("" + one.getType())).toList(),
              new Found(
                  comment(), parameters.stream().map(one -> one.getName().toString()).toList())));
      return null;
    }

    @Override
    public @Nullable Void visitVariable(VariableTree tree, @Nullable Void nothing) {
      found.add(
          new Declared(
              type, tree.getName().toString(), List.of(), new Found(comment(), List.of())));
      return null;
    }
  }

  /** {@return the class that a name means, trying packages and nesting; null for none} */
  static @Nullable Class<?> resolve(String name, Collection<String> packages, ClassLoader loader) {
    Set<String> tried = new HashSet<>();
    List<String> prefixes = new ArrayList<>(packages);
    prefixes.addFirst("");
    for (String prefix : prefixes) {
      for (String binary = prefix + name; tried.add(binary); binary = nest(binary)) {
        try {
          return Class.forName(binary, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
          continue;
        }
      }
    }
    return null;
  }

  private static String nest(String binary) {
    int dot = binary.lastIndexOf('.');
    return dot < 0 ? binary : binary.substring(0, dot) + "$" + binary.substring(dot + 1);
  }
}
