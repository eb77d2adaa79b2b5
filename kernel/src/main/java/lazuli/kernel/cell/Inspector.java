package lazuli.kernel.cell;

import java.lang.reflect.Array;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import jdk.jshell.JShell;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import jdk.jshell.VarSnippet;
import org.jspecify.annotations.Nullable;

/** Signatures, documentation and values of what stands at the cursor. Runs no user code. */
final class Inspector {
  private static final int LONGEST = 200;
  private static final int MOST_DOCUMENTED = 50;

  private final JShell shell;
  private final Variables variables;
  private final SourceDocs docs = new SourceDocs();
  private final TypeNames names;
  private final ClassLoader loader;
  // Cells with Javadoc comments, the newest first: JShell keeps no comments.
  private final Deque<String> documented = new ConcurrentLinkedDeque<>();

  Inspector(JShell shell, Variables variables, TypeNames names, ClassLoader loader) {
    this.shell = shell;
    this.names = names;
    this.variables = variables;
    this.loader = loader;
  }

  /** Remembers the text of a cell that may document what it declares. */
  void ran(String cell) {
    if (cell.contains("/**")) {
      documented.addFirst(cell);
      if (documented.size() > MOST_DOCUMENTED) {
        documented.pollLast();
      }
    }
  }

  /**
   * What JShell says of a place.
   *
   * @param whole what is known without further reading, null when documentation can be looked for
   * @param signatures the declarations that it may mean
   * @param packages where simple names in them are looked up
   */
  record Seen(@Nullable Inspection whole, List<Signature> signatures, List<String> packages) {}

  /** {@return what JShell says; needs the compiler for itself} */
  Seen look(String code, int cursor) {
    int start = Math.clamp(cursor, 0, code.length());
    int end = start;
    while (start > 0 && Character.isJavaIdentifierPart(code.charAt(start - 1))) {
      start--;
    }
    while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
      end++;
    }
    boolean member = code.substring(0, start).stripTrailing().endsWith(".");
    Optional<VarSnippet> variable =
        member ? Optional.empty() : variables.find(code.substring(start, end));
    if (variable.isPresent()) {
      return new Seen(Inspection.text(describe(variable.get())), List.of(), List.of());
    }
    SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
    CellContext context = CellContext.before(code, end, analysis);
    String before = context.code();
    List<Documentation> found = analysis.documentation(before, before.length(), false);
    if (found.isEmpty() && end > start) {
      // JShell knows a method only with its parenthesis.
      found = analysis.documentation(before + "(", before.length() + 1, false);
    }
    List<Signature> signatures =
        found.stream().map(Documentation::signature).distinct().map(Signature::of).toList();
    return new Seen(signatures.isEmpty() ? Inspection.NONE : null, signatures, packages());
  }

  /** {@return all that is known; reads source files, and needs no compiler} */
  Inspection document(Seen seen) {
    if (seen.whole != null) {
      return seen.whole;
    }
    List<String> text = new ArrayList<>();
    List<String> html = new ArrayList<>();
    for (Signature signature : seen.signatures) {
      SourceDocs.Found found = find(signature, seen);
      String full = found == null ? signature.header() : signature.with(found.parameterNames());
      String header = names.shorten(full);
      String comment = found == null ? "" : found.comment();
      String plain = JavadocText.render(comment);
      text.add(plain.isEmpty() ? header : header + "\n\n" + plain);
      html.add(
          "<pre><code>"
              + JavadocHtml.escape(header)
              + "</code></pre>"
              + JavadocHtml.render(comment));
    }
    return new Inspection(true, String.join("\n\n", text), String.join("\n", html));
  }

  private SourceDocs.@Nullable Found find(Signature signature, Seen seen) {
    List<String> types = signature.call() ? signature.parameterTypes() : null;
    String owner = signature.owner();
    if (owner.isEmpty()) {
      return inCells("", signature.name(), types);
    }
    Class<?> type = SourceDocs.resolve(owner, seen.packages, loader);
    if (type != null) {
      SourceDocs.Found found = docs.find(type, signature.name(), types);
      // A record's header looks as its constructor's does.
      boolean constructor = signature.name().equals(Signature.CONSTRUCTOR);
      return found == null && constructor ? docs.find(type, "", null) : found;
    }
    int dot = owner.lastIndexOf('.');
    Class<?> outer =
        dot < 0 ? null : SourceDocs.resolve(owner.substring(0, dot), seen.packages, loader);
    if (outer != null && signature.name().isEmpty()) {
      // A constant's header is written as a type's is.
      return docs.find(outer, owner.substring(dot + 1), null);
    }
    return inCells(owner, signature.name(), types);
  }

  private SourceDocs.@Nullable Found inCells(
      String type, String name, @Nullable List<String> types) {
    for (String cell : documented) {
      SourceDocs.Found found = docs.inCell(cell, type, name, types);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private List<String> packages() {
    List<String> packages = new ArrayList<>(List.of("java.lang."));
    shell
        .imports()
        .forEach(
            one -> {
              String name = one.fullname();
              boolean all = name.endsWith("*");
              packages.add(name.substring(0, all ? name.length() - 1 : name.lastIndexOf('.') + 1));
            });
    return packages;
  }

  private String describe(VarSnippet variable) {
    return variables.typeName(variable)
        + " "
        + variable.name()
        + " = "
        + summary(variables.value(variable.name()));
  }

  /** Only what the JDK itself prints is printed: a user's toString may take long or print. */
  private static String summary(@Nullable Object value) {
    if (value == null) {
      return "null";
    }
    Class<?> type = value.getClass();
    if (type.isArray()) {
      return type.componentType().getSimpleName() + "[" + Array.getLength(value) + "]";
    }
    boolean ofJdk = type.getClassLoader() == null;
    String name = type.getSimpleName();
    boolean open = Modifier.isPublic(type.getModifiers());
    if (ofJdk && value instanceof Collection<?> collection) {
      return (open ? name : "Collection") + " of " + collection.size();
    }
    if (ofJdk && value instanceof Map<?, ?> map) {
      return (open ? name : "Map") + " of " + map.size();
    }
    if (value instanceof CharSequence text && ofJdk) {
      String shown = text.length() > LONGEST ? text.subSequence(0, LONGEST) + "..." : "" + text;
      return '"' + shown.replace("\n", "\\n") + '"';
    }
    boolean plain =
        value instanceof Number || value instanceof Boolean || value instanceof Character;
    if (ofJdk && plain || value instanceof Enum<?>) {
      return value instanceof Enum<?> constant ? constant.name() : value.toString();
    }
    return "an object of " + (name.isEmpty() || type.isHidden() ? "an unnamed class" : name);
  }
}
