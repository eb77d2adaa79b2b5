package lazuli.compat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code %maven} against a repository in a folder, with a local repository of its own. */
class MavenTest {
  @TempDir private static Path folder;

  private static CellClient kernel;
  private static String url;

  @BeforeAll
  static void start() throws Exception {
    Path repository = folder.resolve("remote");
    url = repository.toUri().toString();
    publish(repository, "base", "1", "", "");
    publish(repository, "base", "2", "", "");
    publish(repository, "top", "1", "", dependency("base", "1", "compile"));
    publish(repository, "other", "1", "", dependency("base", "2", "compile"));
    publish(repository, "native", "1", "linux", "");
    publish(repository, "broken", "1", "", dependency("absent", "9", "compile"));
    publish(repository, "tested", "1", "", dependency("absent", "9", "test"));
    Path settings = folder.resolve("settings.xml");
    // Nothing outside of this folder is asked.
    Files.writeString(
        settings,
        """
        <settings><mirrors><mirror><id>central</id><mirrorOf>central</mirrorOf><url>%s</url>
        </mirror></mirrors></settings>"""
            .formatted(folder.resolve("empty").toUri()));
    System.setProperty("LAZULI_MAVEN_SETTINGS", settings.toString());
    System.setProperty("LAZULI_MAVEN_REPOSITORY", folder.resolve("local").toString());
    kernel = new CellClient();
    kernel.changeFolder(folder);
    kernel.run("%mavenRepo mine " + url);
  }

  @AfterAll
  static void stop() {
    kernel.close();
    System.clearProperty("LAZULI_MAVEN_SETTINGS");
    System.clearProperty("LAZULI_MAVEN_REPOSITORY");
  }

  private static String dependency(String artifact, String version, String scope) {
    return "<dependency><groupId>g</groupId><artifactId>%s</artifactId><version>%s</version>"
            .formatted(artifact, version)
        + "<scope>%s</scope></dependency>".formatted(scope);
  }

  /** Makes an artifact whose jar holds one text file named after it. */
  private static void publish(
      Path repository, String artifact, String version, String classifier, String dependencies)
      throws Exception {
    Path place = Files.createDirectories(repository.resolve("g/" + artifact + "/" + version));
    String name = artifact + "-" + version;
    Files.writeString(
        place.resolve(name + ".pom"),
        """
        <project><modelVersion>4.0.0</modelVersion><groupId>g</groupId><artifactId>%s</artifactId>
        <version>%s</version><dependencies>%s</dependencies></project>"""
            .formatted(artifact, version, dependencies));
    Path jar = place.resolve(name + (classifier.isEmpty() ? "" : "-" + classifier) + ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        var entries = new JarOutputStream(out)) {
      entries.putNextEntry(new JarEntry(artifact + ".txt"));
      entries.write(version.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
  }

  /** The version of an artifact that cells see, "none" if they see none. */
  private static String seen(String artifact) throws Exception {
    return kernel
        .run(
            "{ var in = Thread.currentThread().getContextClassLoader().getResourceAsStream(\""
                + artifact
                + ".txt\"); System.out.print(in == null ? \"none\" : new String(in.readAllBytes()));"
                + " }")
        .stream("stdout");
  }

  @Test
  void bringsWhatAnArtifactNeedsAndKeepsToGivenVersions() throws Exception {
    var run = kernel.run("%maven g:top:1");
    assertEquals("ok", run.status(), run.error());
    assertEquals("none", run.result());
    assertEquals("1", seen("top"));
    assertEquals("1", seen("base"));
    // other asks for base 2, but base 1 is in use.
    assertEquals("ok", kernel.run("%maven g:other:1").status());
    assertEquals("1", seen("base"));
    var again = kernel.run("%maven g:base:2");
    assertEquals(
        "Warning: g:base is on the class path as version 1, which stays in use; restart the kernel"
            + " to use 2.\n",
        again.stream("stderr"));
  }

  @Test
  void classifiersScopesAndFrom() throws Exception {
    assertEquals("ok", kernel.run("%maven g:native:jar:linux:1").status());
    assertEquals("1", seen("native"));
    assertEquals("ok", kernel.run("%maven --from=" + url + " g:tested:1").status());
    assertEquals("ok", kernel.run("%maven --from mine g:tested:1").status());
    assertEquals("none", seen("absent"));
  }

  @Test
  void pomsByCellAndByFile() throws Exception {
    var cell = kernel.run("%%loadFromPOM\n<!-- a note -->\n" + dependency("tested", "1", "compile"));
    assertEquals("ok", cell.status(), cell.error());
    assertEquals("1", seen("tested"));
    Path pom = folder.resolve("pom.xml");
    Files.writeString(
        pom,
        """
        <project><modelVersion>4.0.0</modelVersion><groupId>p</groupId><artifactId>p</artifactId>
        <version>1</version><properties><v>1</v></properties>
        <repositories><repository><id>own</id><url>%s</url></repository></repositories>
        <dependencies>%s%s</dependencies></project>"""
            .formatted(url, dependency("base", "${v}", "compile"), dependency("absent", "9", "test")));
    var file = kernel.run("%loadFromPOM pom.xml");
    assertEquals("ok", file.status(), file.error());
    assertTrue(kernel.run("%loadFromPOM pom.xml test").error().contains("g:absent:9"));
  }

  @Test
  void whatIsMissingIsNamedWithThePlacesAndTheFix() throws Exception {
    String missing = kernel.run("%maven g:absent:9").error();
    assertTrue(missing.startsWith("%maven: g:absent:9 was not found in mine ("), missing);
    assertTrue(
        missing.endsWith(
            "; check group:artifact:version, or name its repository with %mavenRepo ID URL"),
        missing);
    String inner = kernel.run("%maven g:broken:1").error();
    assertTrue(inner.contains("g:absent:9"), inner);
  }

  @Test
  void anUnreachableRepositorySaysSo() throws Exception {
    // Nothing listens on port 1 of this machine.
    String error = kernel.run("%maven --from=http://127.0.0.1:1/ g:far:1").error();
    assertTrue(error.startsWith("%maven: cannot load g:far:1 from from-127.0.0.1 ("), error);
    assertTrue(
        error.endsWith(
            "; what was loaded once works without a network; check the network and the proxy in"
                + " settings.xml, or add a jar that is here with %jars PATH"),
        error);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          %maven                 | %maven: no artifact was given; write %maven group:artifact:version
          %maven guava           | %maven: "guava" names no artifact; group:artifact:version is accepted, and group:artifact:type:classifier:version, such as org.dflib:dflib:1.2.0
          %maven --from          | %maven: --from has no value; write --from=VALUE
          %maven --form=x g:a:1  | %maven: no option --form=x; it has --from=VALUE, --verbose, -v
          %maven --from=x g:a:1  | %maven: "x" is no repository; a URL is accepted, or an id that %mavenRepo ID URL gave
          %mavenRepo only        | %mavenRepo: an id and a URL are accepted, 1 words were given; write %mavenRepo ID URL
          %loadFromPOM           | %loadFromPOM: no file was given; write %loadFromPOM PATH, such as pom.xml
          """)
  void wrongUseIsOneLine(String code, String message) throws Exception {
    assertEquals(message, kernel.run(code).error());
  }

  @Test
  void aPartialPomThatIsNoneSaysWhere() throws Exception {
    assertEquals(
        "%%loadFromPOM: \"compile 'g:a:1'\" does not begin a whole XML element; <dependency> and"
            + " <repository> elements or a whole <project> are accepted",
        kernel.run("%%loadFromPOM\ncompile 'g:a:1'").error());
  }

  @Test
  void cellsSeeNothingOfTheResolver() throws Exception {
    kernel.run("%maven g:base:1");
    var loaders =
        List.of(
            lazuli.kernel.maven.Isolated.load(
                    "maven",
                    "lazuli.compat.maven.MimaResolver",
                    lazuli.kernel.maven.Resolver.class)
                .getClass()
                .getClassLoader(),
            getClass().getClassLoader());
    assertTrue(loaders.get(0) != loaders.get(1));
    assertTrue(
        loaders.get(0).loadClass("org.eclipse.aether.RepositorySystem")
            != loaders.get(1).loadClass("org.eclipse.aether.RepositorySystem"));
  }
}
