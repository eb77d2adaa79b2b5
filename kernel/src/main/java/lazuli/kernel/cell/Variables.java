package lazuli.kernel.cell;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.ImportSnippet;
import jdk.jshell.JShell;
import jdk.jshell.MethodSnippet;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Status;
import jdk.jshell.TypeDeclSnippet;
import jdk.jshell.VarSnippet;
import org.jspecify.annotations.Nullable;

/** The session's variables: their live values, and the types under which cells can hold objects. */
final class Variables {
  private static final Pattern WRAPPER = Pattern.compile("REPL\\.\\$JShell\\$[0-9A-Z_]+[.$]");

  private final JShell shell;
  private final SessionLoader loader;
  private final TypeNames names;

  Variables(JShell shell, SessionLoader loader, TypeNames names) {
    this.shell = shell;
    this.loader = loader;
    this.names = names;
  }

  /** {@return a variable's declared type as a cell would write it} */
  String typeName(VarSnippet variable) {
    return names.shorten(variable.typeName());
  }

  private Stream<VarSnippet> declared() {
    return shell
        .variables()
        .filter(snippet -> shell.status(snippet) == Status.VALID)
        .filter(snippet -> !snippet.name().startsWith("$"));
  }

  Map<String, @Nullable Object> values() {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    declared().forEach(snippet -> values.put(snippet.name(), value(snippet.name())));
    return Collections.unmodifiableMap(values);
  }

  List<Declaration> declarations() {
    return shell
        .snippets()
        .filter(snippet -> shell.status(snippet).isActive())
        .flatMap(this::declarations)
        .toList();
  }

  private Stream<Declaration> declarations(Snippet snippet) {
    return switch (snippet) {
      // The imports of the start are one snippet.
      case ImportSnippet one ->
          one.source()
              .strip()
              .lines()
              .filter(line -> !line.equals(JavaSession.FIRST_IMPORT))
              .map(line -> new Declaration(Declaration.Kind.IMPORT, line));
      case TypeDeclSnippet one ->
          Stream.of(new Declaration(Declaration.Kind.TYPE, one.source().strip()));
      case MethodSnippet one -> {
        String types = names.shorten(one.signature());
        int close = types.lastIndexOf(')');
        yield Stream.of(
            new Declaration(
                Declaration.Kind.METHOD,
                types.substring(close + 1) + " " + one.name() + types.substring(0, close + 1)));
      }
      case VarSnippet one when !one.name().startsWith("$") ->
          Stream.of(new Declaration(Declaration.Kind.VARIABLE, typeName(one) + " " + one.name()));
      default -> Stream.empty();
    };
  }

  void forgetAll() {
    List<Snippet> all =
        shell
            .snippets()
            .filter(one -> shell.status(one).isActive())
            .filter(one -> one instanceof DeclarationSnippet && !(one instanceof ImportSnippet))
            .toList();
    for (Snippet snippet : all) {
      if (snippet instanceof VarSnippet variable) {
        loader.forget(variable.name());
      }
      shell.drop(snippet);
    }
  }

  Optional<VarSnippet> find(String name) {
    return declared().filter(snippet -> snippet.name().equals(name)).findFirst();
  }

  @Nullable Object value(String name) {
    Field field = loader.variable(name);
    if (field == null) {
      return null;
    }
    try {
      return field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("the field of variable " + name + " is closed", e);
    }
  }

  /** {@return the type under which a cell can declare a variable that holds the object} */
  String typeFor(@Nullable Object value) {
    if (value == null) {
      return "Object";
    }
    Class<?> primitive =
        java.lang.invoke.MethodType.methodType(value.getClass()).unwrap().returnType();
    return primitive.isPrimitive() ? primitive.getName() : name(nearest(value.getClass()));
  }

  /** The class itself, else the nearest that it extends or interface with methods. */
  private Class<?> nearest(Class<?> type) {
    for (Class<?> one = type; one != null; one = one.getSuperclass()) {
      boolean named = accessible(one) && one != Object.class;
      // Of a list's hidden class a cell wants List, not AbstractList.
      boolean half = one.getSimpleName().startsWith("Abstract");
      if (named && !half) {
        return one;
      }
      for (Class<?> face : one.getInterfaces()) {
        if (accessible(face) && face.getMethods().length > 0) {
          return face;
        }
      }
      if (named) {
        return one;
      }
    }
    return Object.class;
  }

  private boolean accessible(Class<?> type) {
    if (type.isArray()) {
      return accessible(type.componentType());
    }
    if (type.isPrimitive()) {
      return true;
    }
    if (type.isAnonymousClass() || type.isLocalClass() || type.isHidden()) {
      return false;
    }
    if (WRAPPER.matcher(type.getName()).lookingAt()) {
      // Only the newest class of a name can be named.
      return isCurrent(type);
    }
    for (Class<?> one = type; one != null; one = one.getEnclosingClass()) {
      if (!Modifier.isPublic(one.getModifiers())) {
        return false;
      }
    }
    return !type.getPackageName().isEmpty()
        && type.getModule().isExported(type.getPackageName())
        && seenByCells(type);
  }

  private boolean seenByCells(Class<?> type) {
    try {
      return Class.forName(type.getName(), false, loader) == type;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private boolean isCurrent(Class<?> type) {
    Class<?> outermost = type;
    while (outermost.getEnclosingClass() != null
        && WRAPPER.matcher(outermost.getEnclosingClass().getName()).lookingAt()) {
      outermost = outermost.getEnclosingClass();
    }
    String wanted = outermost.getName();
    return shell
        .types()
        .filter(snippet -> shell.status(snippet).isDefined())
        .map(
            snippet ->
                shell.sourceCodeAnalysis().wrapper(snippet).fullClassName() + "$" + snippet.name())
        .anyMatch(wanted::equals);
  }

  private static String name(Class<?> type) {
    if (type.isArray()) {
      return name(type.componentType()) + "[]";
    }
    String canonical = type.getCanonicalName();
    String plain = WRAPPER.matcher(canonical).replaceFirst("");
    int parameters = type.getTypeParameters().length;
    return parameters == 0
        ? plain
        : plain
            + Stream.generate(() -> "?")
                .limit(parameters)
                .collect(Collectors.joining(", ", "<", ">"));
  }
}
