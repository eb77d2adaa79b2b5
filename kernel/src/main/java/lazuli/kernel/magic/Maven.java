package lazuli.kernel.magic;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.regex.Pattern;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.Notebook;
import lazuli.kernel.ext.Progress;
import lazuli.kernel.ext.UsageException;
import lazuli.kernel.maven.Isolated;
import lazuli.kernel.maven.PartialPom;
import lazuli.kernel.maven.ResolutionException;
import lazuli.kernel.maven.Resolver;
import org.jspecify.annotations.Nullable;

/** The three magics of Maven, and the repositories that they share. */
final class Maven {
  private static final Set<String> SCOPES = Set.of("compile", "runtime", "system", "import");
  private static final Pattern COORDINATES =
      Pattern.compile("[^:\\s]+:[^:\\s]+(:[^:\\s]*(:[^:\\s]+)?)?:[^:\\s]+");
  private static final Pattern IVY =
      Pattern.compile("([-\\w/._+=]+)#([-\\w/._+=]+)(?:#[-\\w/._+=]+)?;([-\\w/._+=]+)");

  private final Folder folder;
  private final Notebook notebook;
  private @Nullable Resolver resolver;
  private final Map<String, Resolver.Repository> repositories = new LinkedHashMap<>();

  Maven(Folder folder, Notebook notebook) {
    this.folder = folder;
    this.notebook = notebook;
  }

  /** {@return Maven's resolver, loaded by its first use} */
  private synchronized Resolver resolver() {
    if (resolver == null) {
      resolver = Isolated.load("maven", "lazuli.compat.maven.MimaResolver", Resolver.class);
    }
    return resolver;
  }

  /** {@return every magic of this class} */
  List<Magic> magics() {
    return List.of(new Add(), new Repository(), new Pom());
  }

  /** Something that a resolver does. */
  private interface Work {
    Resolver.Resolved run(Resolver resolver, Resolver.Listener listener) throws ResolutionException;
  }

  /** Loads on another thread: a thread that reads from the network cannot be interrupted. */
  private void add(MagicCall call, String magic, Work work) throws Exception {
    try (Progress progress = call.cell().progress(magic, -1)) {
      var listener = new Shown(progress);
      var task = new FutureTask<>(() -> inItsLoader(work, listener));
      Thread.ofPlatform().daemon().name("lazuli-maven").start(task);
      Resolver.Resolved resolved;
      try {
        resolved = task.get();
      } catch (InterruptedException e) {
        listener.stop = true;
        throw e;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof ResolutionException failure) {
          throw new UsageException(magic + ": " + failure.getMessage());
        }
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
      progress.note("");
      resolved.warnings().forEach(warning -> System.err.println("Warning: " + warning));
      notebook.addToClasspath(resolved.files());
      progress.close(listener.text() + resolved.files().size() + " jars on the class path");
    }
  }

  /** Maven's parts find each other by the thread's loader. */
  private Resolver.Resolved inItsLoader(Work work, Resolver.Listener listener)
      throws ResolutionException {
    Resolver mine = resolver();
    Thread.currentThread().setContextClassLoader(mine.getClass().getClassLoader());
    return work.run(mine, listener);
  }

  /** What is loaded, beside the bar. */
  private static final class Shown implements Resolver.Listener {
    private final Progress progress;
    private long files;
    private long bytes;
    private volatile boolean stop;

    Shown(Progress progress) {
      this.progress = progress;
    }

    @Override
    public void progressed(String file, long done, long size) {
      progress.note(file + " " + megabytes(done) + (size < 0 ? "" : " of " + megabytes(size)));
    }

    @Override
    public synchronized void loaded(String file, long size) {
      files++;
      bytes += size;
      progress.step();
    }

    @Override
    public boolean cancelled() {
      return stop;
    }

    private synchronized String text() {
      return files == 0 ? "" : files + " files (" + megabytes(bytes) + ") loaded, ";
    }

    private static String megabytes(long bytes) {
      return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
  }

  private static String coordinates(String given) {
    var ivy = IVY.matcher(given);
    if (ivy.matches()) {
      return ivy.group(1) + ":" + ivy.group(2) + ":" + ivy.group(3);
    }
    if (!COORDINATES.matcher(given).matches()) {
      throw new UsageException(
          "%maven: \""
              + given
              + "\" names no artifact; group:artifact:version is accepted, and"
              + " group:artifact:type:classifier:version, such as org.dflib:dflib:1.2.0");
    }
    // IJava allows an empty type.
    return given.replace("::", ":jar:");
  }

  private List<Resolver.Repository> named(List<String> from) {
    List<Resolver.Repository> found = new ArrayList<>();
    for (String one : from) {
      Resolver.Repository known = repositories.get(one);
      found.add(known != null ? known : new Resolver.Repository(hostOf("%maven", one), one));
    }
    return found;
  }

  private static String hostOf(String magic, String url) {
    try {
      URI uri = URI.create(url);
      if (uri.getScheme() != null) {
        return "from-" + (uri.getHost() == null ? uri.getScheme() : uri.getHost());
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw new UsageException(
        magic
            + ": \""
            + url
            + "\" is no repository; a URL is accepted, or an id that %mavenRepo ID URL gave");
  }

  private final class Add implements Magic {
    @Override
    public String name() {
      return "maven";
    }

    @Override
    public List<String> aliases() {
      return List.of("addMavenDependency", "addMavenDependencies");
    }

    @Override
    public String summary() {
      return "add artifacts and what they need to the class path";
    }

    @Override
    public String help() {
      return """
          %maven [--from=REPOSITORY] ARTIFACT...

          Adds artifacts, with all that they need at run time, to what cells can use. ARTIFACT is
          group:artifact:version, or group:artifact:type:classifier:version. All of one line are
          resolved together, and agree with what was added before. The user's settings.xml counts:
          mirrors, proxies, passwords. REPOSITORY is a URL or an id of %mavenRepo; then it is looked
          for there alone.

          Example
            %maven org.apache.commons:commons-math3:3.6.1""";
    }

    @Override
    public @Nullable Object run(MagicCall call) throws Exception {
      Words words = Words.of("%maven", call.arguments(), Set.of("from"), Set.of("-v", "--verbose"));
      if (words.rest().isEmpty()) {
        throw new UsageException(
            "%maven: no artifact was given; write %maven group:artifact:version");
      }
      List<String> wanted = words.rest().stream().map(Maven::coordinates).toList();
      List<String> from = words.values().getOrDefault("from", List.of());
      var query =
          from.isEmpty()
              ? new Resolver.Query(wanted, List.copyOf(repositories.values()), false)
              : new Resolver.Query(wanted, named(from), true);
      add(call, "%maven", (resolver, listener) -> resolver.resolve(query, listener));
      return null;
    }
  }

  private final class Repository implements Magic {
    @Override
    public String name() {
      return "mavenRepo";
    }

    @Override
    public List<String> aliases() {
      return List.of("addMavenRepo");
    }

    @Override
    public String summary() {
      return "add a Maven repository for %maven";
    }

    @Override
    public String help() {
      return """
          %mavenRepo ID URL

          Adds a repository in which %maven looks, beside the central one and those of settings.xml.

          Example
            %mavenRepo mine file:///srv/repository""";
    }

    @Override
    public @Nullable Object run(MagicCall call) {
      List<String> words = Words.of("%mavenRepo", call.arguments(), Set.of(), Set.of()).rest();
      if (words.size() != 2) {
        throw new UsageException(
            "%mavenRepo: an id and a URL are accepted, "
                + words.size()
                + " words were given; write %mavenRepo ID URL");
      }
      hostOf("%mavenRepo", words.get(1));
      repositories.put(words.get(0), new Resolver.Repository(words.get(0), words.get(1)));
      return null;
    }
  }

  private final class Pom implements Magic {
    @Override
    public String name() {
      return "loadFromPOM";
    }

    @Override
    public String summary() {
      return "add the dependencies of a POM to the class path";
    }

    @Override
    public boolean onCell() {
      return true;
    }

    @Override
    public String help() {
      return """
          %loadFromPOM PATH [SCOPE...]
          %%loadFromPOM [SCOPE...]

          Adds the dependencies of a Maven project, with all that they need, to what cells can use.
          The cell may hold a whole project or just some <dependency> and <repository> elements.
          SCOPE is compile, runtime, system or import (all four if none is given), provided or test.

          Example
            %%loadFromPOM
            <dependency>
              <groupId>org.apache.commons</groupId>
              <artifactId>commons-math3</artifactId>
              <version>3.6.1</version>
            </dependency>""";
    }

    @Override
    public @Nullable Object run(MagicCall call) throws Exception {
      String magic = (call.body() == null ? "%" : "%%") + "loadFromPOM";
      List<String> words =
          Words.of(magic, call.arguments(), Set.of(), Set.of("-v", "--verbose")).rest();
      String body = call.body();
      if (body != null) {
        Path file = Files.createTempFile("lazuli-", ".pom");
        try {
          Files.writeString(file, PartialPom.whole(body));
          load(call, magic, file, words);
        } finally {
          Files.deleteIfExists(file);
        }
        return null;
      }
      if (words.isEmpty()) {
        throw new UsageException(
            "%loadFromPOM: no file was given; write %loadFromPOM PATH, such as pom.xml");
      }
      Path file = folder.resolve(magic, words.getFirst());
      if (!Files.isRegularFile(file)) {
        throw new UsageException(
            "%loadFromPOM: no file " + file + "; the path of a pom.xml is accepted");
      }
      load(call, magic, file, words.subList(1, words.size()));
      return null;
    }

    private void load(MagicCall call, String magic, Path file, List<String> scopes)
        throws Exception {
      Set<String> wanted = scopes.isEmpty() ? SCOPES : Set.copyOf(scopes);
      var more = List.copyOf(repositories.values());
      add(call, magic, (resolver, listener) -> resolver.resolvePom(file, wanted, more, listener));
    }
  }
}
