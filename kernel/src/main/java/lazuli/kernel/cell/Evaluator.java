package lazuli.kernel.cell;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.ExpressionSnippet;
import jdk.jshell.JShell;
import jdk.jshell.MethodSnippet;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Kind;
import jdk.jshell.Snippet.Status;
import jdk.jshell.Snippet.SubKind;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.VarSnippet;
import org.jspecify.annotations.Nullable;

/** Evaluates a piece of Java snippet by snippet. Its caller holds the compiler's lock. */
final class Evaluator {
  private final JShell shell;
  private final CellPath path;
  private final TypeNames names;
  private final SourceCodeAnalysis analysis;
  private final SessionLoader loader;
  private final Origins origins;
  private final List<String> lost;
  private final Consumer<String> warnings;
  private final SnippetScope scope;
  private final Traceback traceback;
  private final Ambiguity ambiguity = new Ambiguity();
  private @Nullable SyntaxCheck syntax;

  Evaluator(
      JShell shell,
      CellPath path,
      TypeNames names,
      SourceCodeAnalysis analysis,
      SessionLoader loader,
      Origins origins,
      List<String> lost,
      Consumer<String> warnings,
      SnippetScope scope) {
    this.shell = shell;
    this.scope = scope;
    this.path = path;
    this.names = names;
    this.analysis = analysis;
    this.loader = loader;
    this.origins = origins;
    this.lost = lost;
    this.warnings = warnings;
    this.traceback = new Traceback(shell, origins);
  }

  /** {@return the failure to show for what work outside of snippets threw} */
  Outcome.Failure failure(Throwable thrown) {
    return traceback.failure(thrown, null);
  }

  Outcome evaluate(Source source, Evaluation evaluation) {
    List<Piece> pieces = split(source.text());
    // The first piece needs no look ahead: if it is wrong, nothing ran before it.
    for (Piece piece : pieces.subList(Math.min(1, pieces.size()), pieces.size())) {
      if (!piece.whole() || !parses(piece)) {
        Outcome failure = syntaxError(source, piece);
        if (failure != null) {
          return failure;
        }
      }
    }
    List<DeclarationSnippet> waiting = new ArrayList<>();
    Outcome last = new Outcome.None();
    for (Piece piece : pieces) {
      last = evaluate(source, piece, evaluation, waiting);
      if (last instanceof Outcome.Failure || last instanceof Outcome.Interrupted) {
        break;
      }
    }
    warnUnresolved(waiting);
    return last;
  }

  private List<Piece> split(String text) {
    List<Piece> pieces = new ArrayList<>();
    String rest = text;
    while (true) {
      // JShell counts lines from the first token.
      rest = rest.substring(JavaLexer.codeStart(rest));
      CompletionInfo info = analysis.analyzeCompletion(rest);
      int offset = text.length() - rest.length();
      if (info.completeness() == Completeness.EMPTY) {
        return pieces;
      }
      boolean whole =
          info.completeness() == Completeness.COMPLETE
              || info.completeness() == Completeness.COMPLETE_WITH_SEMI;
      if (!whole || info.remaining().length() >= rest.length()) {
        pieces.add(new Piece(rest, offset, false));
        return pieces;
      }
      pieces.add(new Piece(info.source(), offset, true));
      rest = info.remaining();
    }
  }

  private boolean parses(Piece piece) {
    if (syntax == null) {
      // Made late: the first cell of a notebook is often one snippet, and waits for the start.
      syntax = new SyntaxCheck();
    }
    try {
      return syntax.accepts(piece.text());
    } catch (RuntimeException | OutOfMemoryError | InternalError e) {
      if (Reserve.fullHeap(e) == null) {
        throw e;
      }
      // A compiler of its own needs more than there is; the piece is compiled again when it runs.
      return true;
    }
  }

  /** Asks what is wrong with a text that does not parse, without running it. */
  private @Nullable Outcome syntaxError(Source source, Piece piece) {
    List<Diag> errors = new ArrayList<>();
    for (Snippet snippet : analysis.sourceToSnippets(piece.text())) {
      if (snippet.kind() == Kind.ERRONEOUS) {
        shell.diagnostics(snippet).filter(Diag::isError).forEach(errors::add);
      }
    }
    return errors.isEmpty() ? null : CompileErrors.failure(source, piece, errors);
  }

  private Outcome evaluate(
      Source source, Piece piece, Evaluation evaluation, List<DeclarationSnippet> waiting) {
    if (evaluation.stopped()) {
      return new Outcome.Interrupted();
    }
    if (piece.text().strip().equals(JavaSession.FIRST_IMPORT)) {
      // It would replace the imports of the start, and adds nothing to any cell.
      return new Outcome.None();
    }
    evaluation.reset();
    lost.clear();
    List<SnippetEvent> events;
    var origin = new Origins.Origin(source, piece.offset());
    SnippetScope.Before before = scope.narrow(piece.text());
    origins.begins(origin);
    try {
      events = shell.eval(piece.text());
    } catch (RuntimeException | StackOverflowError e) {
      // JShell itself failed: its own stack says more than nothing.
      Throwable thrown = evaluation.thrown();
      return traceback.failure(thrown == null ? e : thrown, null);
    } finally {
      origins.ended(origin);
      // A thread that was given up must not touch what another uses by now.
      if (!evaluation.abandoned()) {
        scope.back(before);
      }
    }
    events.forEach(this::note);
    if (evaluation.stopped()) {
      events.forEach(event -> release(event.snippet()));
      return new Outcome.Interrupted();
    }
    Outcome outcome = new Outcome.None();
    for (SnippetEvent event : events) {
      if (event.causeSnippet() == null) {
        origins.put(event.snippet().id(), origin);
        outcome = outcome(source, piece, event, evaluation, waiting);
        if (outcome instanceof Outcome.Failure) {
          return outcome;
        }
      }
    }
    warnChanged(events, waiting);
    return outcome;
  }

  private void note(SnippetEvent event) {
    if (event.snippet() instanceof DeclarationSnippet declaration
        && event.snippet().subKind() != SubKind.TEMP_VAR_EXPRESSION_SUBKIND) {
      if (event.status().isActive()) {
        scope.declared(declaration);
      } else {
        scope.gone(declaration);
      }
    }
  }

  private Outcome outcome(
      Source source,
      Piece piece,
      SnippetEvent event,
      Evaluation evaluation,
      List<DeclarationSnippet> waiting) {
    Snippet snippet = event.snippet();
    Throwable thrown = evaluation.thrown();
    if (thrown != null) {
      Outcome failure = traceback.failure(thrown, event.exception());
      release(snippet);
      return failure;
    }
    boolean rejected = event.status() == Status.REJECTED;
    if (rejected || snippet.kind() == Kind.VAR && !event.status().isDefined()) {
      List<Diag> errors = shell.diagnostics(snippet).filter(Diag::isError).toList();
      if (path.widen(shell, errors)) {
        if (!rejected) {
          shell.drop(snippet);
        }
        return evaluate(source, piece, evaluation, waiting);
      }
      if (rejected && ambiguity.decide(shell, piece.text(), errors)) {
        return evaluate(source, piece, evaluation, waiting);
      }
      Optional<Piece> repaired = piece.repaired(errors);
      if (rejected && repaired.isPresent()) {
        return evaluate(source, repaired.get(), evaluation, waiting);
      }
      List<String> unresolved =
          snippet instanceof DeclarationSnippet declaration && !rejected
              ? shell.unresolvedDependencies(declaration).toList()
              : List.of();
      if (!rejected) {
        // A variable of an unknown type would appear later, null, once the type is declared.
        drop(snippet);
      }
      return CompileErrors.failure(source, piece, errors, unresolved);
    }
    if (snippet instanceof DeclarationSnippet declaration && event.status() != Status.VALID) {
      waiting.add(declaration);
    }
    Outcome outcome = value(snippet, evaluation);
    release(snippet);
    return outcome;
  }

  private Outcome value(Snippet snippet, Evaluation evaluation) {
    return switch (snippet.subKind()) {
      case VAR_VALUE_SUBKIND, OTHER_EXPRESSION_SUBKIND, TEMP_VAR_EXPRESSION_SUBKIND ->
          new Outcome.Value(evaluation.value(), names.shorten(typeName(snippet)));
      default -> new Outcome.None();
    };
  }

  private static String typeName(Snippet snippet) {
    return switch (snippet) {
      case VarSnippet variable -> variable.typeName();
      case ExpressionSnippet expression -> expression.typeName();
      default -> "Object";
    };
  }

  /** Drops what ran and declared nothing: each live snippet would slow every later one. */
  private void release(Snippet snippet) {
    if (snippet.subKind() == SubKind.TEMP_VAR_EXPRESSION_SUBKIND) {
      VarSnippet temporary = (VarSnippet) snippet;
      Field field = loader.forget(temporary.name());
      if (field != null && !field.getType().isPrimitive()) {
        try {
          field.set(null, null);
        } catch (IllegalAccessException e) {
          throw new IllegalStateException("the field of " + temporary.name() + " is closed", e);
        }
      }
    } else if (snippet.kind() != Kind.EXPRESSION && snippet.kind() != Kind.STATEMENT) {
      return;
    }
    if (shell.status(snippet).isActive()) {
      drop(snippet);
    }
    String id = snippet.id();
    loader.forgetClasses(scope.forget(snippet, () -> origins.remove(id)));
  }

  private void drop(Snippet snippet) {
    SnippetScope.Before before = scope.widen();
    try {
      shell.drop(snippet).forEach(this::note);
    } finally {
      scope.back(before);
    }
  }

  /** Says what a new declaration did to older ones: JShell itself is silent. */
  private void warnChanged(List<SnippetEvent> events, List<DeclarationSnippet> waiting) {
    for (SnippetEvent event : events) {
      boolean secondary = event.causeSnippet() != null;
      boolean broken = event.previousStatus().isDefined() && recoverable(event.status());
      if (secondary && broken && event.snippet() instanceof VarSnippet variable) {
        if (!declaredAgain(variable)) {
          warnings.accept(
              "Variable %s is gone: what it was declared with changed. Declare it again."
                  .formatted(variable.name()));
        }
      } else if (secondary && broken && event.snippet() instanceof DeclarationSnippet other) {
        waiting.add(other);
      }
    }
    for (String name : lost) {
      boolean declaredNow =
          events.stream()
              .filter(event -> event.causeSnippet() == null)
              .anyMatch(event -> event.snippet() instanceof VarSnippet v && v.name().equals(name));
      if (!declaredNow) {
        warnings.accept(
            "Variable %s is null now: its type was declared again. Assign it again."
                .formatted(name));
      }
    }
    lost.clear();
  }

  /**
   * Declares a variable anew whose initialiser does not compile any longer; its value follows if it
   * still fits the type.
   */
  private boolean declaredAgain(VarSnippet variable) {
    SessionLoader.Held held = loader.held(variable.name());
    drop(variable);
    boolean declared = false;
    for (SnippetEvent event : shell.eval(variable.typeName() + " " + variable.name() + ";")) {
      note(event);
      if (event.causeSnippet() == null && event.status() == Status.VALID) {
        declared = true;
        // Declaring set it to null or zero.
        loader.follow(variable.name(), held);
      } else if (event.causeSnippet() == null && event.status().isActive()) {
        drop(event.snippet());
      }
    }
    return declared;
  }

  private static boolean recoverable(Status status) {
    return status == Status.RECOVERABLE_DEFINED || status == Status.RECOVERABLE_NOT_DEFINED;
  }

  private void warnUnresolved(List<DeclarationSnippet> waiting) {
    for (DeclarationSnippet snippet : waiting) {
      if (!recoverable(shell.status(snippet))) {
        continue;
      }
      String name =
          snippet instanceof MethodSnippet method
              ? "Method " + method.name() + "(" + method.parameterTypes() + ")"
              : "Type " + snippet.name();
      warnings.accept(name + " " + Traceback.unusable(shell, snippet) + ".");
    }
  }
}
