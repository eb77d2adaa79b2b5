package lazuli.kernel.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A kernel under test and the pieces of its language that the checks need. Every piece means the
 * same in all languages; the names in it ({@code kept}, {@code counter}) are shared by the checks.
 *
 * @param name what reports call it
 * @param command the command line up to the connection file
 * @param environment what the process needs
 * @param snippets code by its {@link Snippet}
 * @param lacks what is known of the checks that it fails, by their ids
 * @param abortsForAMoment whether after a failed cell it may abort also what comes after the reply:
 *     the checks then wait until it does not
 */
record Language(
    String name,
    List<String> command,
    Map<String, String> environment,
    Map<Snippet, String> snippets,
    Map<String, String> lacks,
    boolean abortsForAMoment) {

  /** What the pieces do. */
  enum Snippet {
    /** An expression whose text is 42. */
    EXPRESSION,
    /** Shows nothing: assigns 41 to {@code kept}. */
    ASSIGN,
    /** The text of {@code kept}. */
    READ,
    /** Prints {@code out} and a line end. */
    PRINT,
    /** Prints {@code err} and a line end on stderr. */
    PRINT_ERR,
    /** Prints {@code a} on stdout, {@code b} on stderr, {@code c} on stdout, a line each. */
    PRINT_BOTH,
    /** Prints 1,000 lines {@code line N}. */
    PRINT_MANY,
    /** Fails with the message {@code boom}. */
    FAIL,
    /** The error's name of {@link #FAIL}. */
    FAIL_NAME,
    /** Does not parse. */
    NO_SYNTAX,
    /** Sleeps ten seconds. */
    SLEEP,
    /** Prints {@code on} and loops for ever. */
    LOOP,
    /** Asks with the prompt {@code name?} and prints {@code hi } and the answer. */
    INPUT,
    /** Asks without echo. */
    PASSWORD,
    /** Shows {@code <b>x</b>} as text/html. */
    HTML,
    /** Shows {@code one}, then replaces it by {@code two}. */
    UPDATE,
    /** Clears the output, waiting for the next. */
    CLEAR,
    /** Adds one to {@code counter}, set to 0 by {@link #COUNTER}. */
    COUNT,
    /** Sets {@code counter} to 0. */
    COUNTER,
    /** The text of {@code counter}. */
    COUNTED,
    /** The beginning of a member's name, with the cursor at its end. */
    MEMBER,
    /** What completes it: the text that a client inserts. */
    MEMBER_MATCH,
    /** The beginning of {@code kept}, completed by it. */
    VARIABLE,
    /** {@link #MEMBER} behind two astral characters. */
    ASTRAL,
    /** Text with an unfinished call whose function is documented. */
    CALL,
    /** A word of that documentation. */
    CALL_WORD,
    /** More lines must follow. */
    INCOMPLETE,
    /** No lines can help. */
    INVALID,
    /** Makes {@code echo} a comm target that sends every message back with its buffers. */
    COMM_TARGET,
    /** Opens a comm {@code hello} with the data {@code {"v": 1}}. */
    COMM_OPEN,
    /** Starts a thread that prints {@code late} after 300 ms, when the cell is long done. */
    BACKGROUND,
    /** Prints two astral characters. */
    PRINT_ASTRAL,
    /** Shows a text in the pager. */
    PAGE,
    /** Puts {@code kept} into the next input. */
    NEXT_INPUT,
    /** Makes a child process print {@code child}. */
    CHILD,
  }

  String code(Snippet snippet) {
    String code = snippets.get(snippet);
    if (code == null) {
      throw new IllegalStateException(name + " has no snippet " + snippet);
    }
    return code;
  }

  private static Map<Snippet, String> snippets(String resource) {
    Map<Snippet, String> all = new TreeMap<>();
    for (String part : text(resource).split("(?m)^=== ")) {
      if (!part.isBlank()) {
        int line = part.indexOf('\n');
        String code = part.substring(line + 1);
        all.put(Snippet.valueOf(part.substring(0, line).strip()), code.stripTrailing());
      }
    }
    return all;
  }

  /** {@return whether a check fails with it only now and then, which a test cannot hold} */
  boolean failsSometimes(String check) {
    return lacks.getOrDefault(check, "").startsWith("sometimes: ");
  }

  private static Map<String, String> lacks(String resource) {
    Map<String, String> reasons = new TreeMap<>();
    text(resource)
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split("\\s+", 2))
        .forEach(words -> reasons.put(words[0], words[1]));
    return reasons;
  }

  private static String text(String resource) {
    try (var in = Language.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing");
      }
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Our kernel in a process of its own. */
  static Language lazuli(Path folder) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("lazuli.kernel.Main");
    return new Language(
        "lazuli",
        command,
        Map.of("LAZULI_HISTORY", folder.resolve("history.jsonl").toString()),
        snippets("lazuli.txt"),
        Map.of(),
        false);
  }

  /** {@return the same kernel, its JVM started with more flags} */
  Language withFlags(String... flags) {
    List<String> all = new ArrayList<>(command);
    all.addAll(1, List.of(flags));
    return new Language(name, all, environment, snippets, lacks, abortsForAMoment);
  }

  /** {@return the same kernel, started by another program that becomes it} */
  Language startedBy(String... program) {
    List<String> all = new ArrayList<>(List.of(program));
    all.addAll(command);
    return new Language(name, all, environment, snippets, lacks, abortsForAMoment);
  }

  /** Debian's ipykernel, which belongs to /usr/bin/python3. */
  static Language ipykernel(Path folder) {
    return new Language(
        "ipykernel",
        List.of("/usr/bin/python3", "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f"),
        Map.of("IPYTHONDIR", folder.toString(), "PYDEVD_DISABLE_FILE_VALIDATION", "1"),
        snippets("ipykernel.txt"),
        lacks("ipykernel-lacks.txt"),
        true);
  }

  /** {@return why ipykernel cannot run here, null when it can} */
  static @org.jspecify.annotations.Nullable String ipykernelMissing() throws Exception {
    if (!Files.isExecutable(Path.of("/usr/bin/python3"))) {
      return "/usr/bin/python3 is missing";
    }
    int status =
        new ProcessBuilder("/usr/bin/python3", "-c", "import ipykernel")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    return status == 0 ? null : "the module ipykernel of /usr/bin/python3 is missing";
  }
}
