package lazuli.kernel.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documentation of the JDK, of ourselves, of added jars and of cells. */
class DocumentationTest {
  private static final String BASE =
      """
      package far.away;
      /** A base. */
      public abstract class Base<K> {
        /** Opens {@code it}.
         * @param key which <b>one</b> */
        public abstract void open(K key);
        /** How much. */
        public static final int MUCH = 3;
        /** A part. */
        public static class Part {
          /** Makes a part.
           * @param size how large */
          public Part(int size) {}
        }
      }
      """;
  private static final String SUB =
      """
      package far.away;
      /** A sub. <script>alert(1)</script> */
      public class Sub extends Base<String> {
        @Override public void open(String name) {}
        public int undocumented(int first, long... rest) { return first; }
      }
      """;

  @TempDir private static Path folder;
  private static SessionFixture session;

  @BeforeAll
  static void start() throws IOException {
    session = new SessionFixture();
    session.java.evaluate("/** Doubles.\n * @param n what */ int dbl(int n) { return 2 * n; }");
    session.java.evaluate(
        "/** A point. */ record Pt(int x, int y) { /** Its sum. */ int sum() { return x + y; } }");
    Map<String, String> sources = Map.of("Base", BASE, "Sub", SUB);
    Path classes = Files.createDirectory(folder.resolve("classes"));
    for (var source : sources.entrySet()) {
      Files.writeString(folder.resolve(source.getKey() + ".java"), source.getValue());
    }
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-g:none",
                "-d",
                classes.toString(),
                folder.resolve("Base.java").toString(),
                folder.resolve("Sub.java").toString());
    assertEquals(0, failed);
    Path jar = folder.resolve("far-1.0.jar");
    try (var zip = new ZipOutputStream(Files.newOutputStream(jar));
        var files = Files.list(classes.resolve("far/away"))) {
      for (Path file : files.toList()) {
        zip.putNextEntry(new ZipEntry("far/away/" + file.getFileName()));
        zip.write(Files.readAllBytes(file));
      }
    }
    try (var zip =
        new ZipOutputStream(Files.newOutputStream(folder.resolve("far-1.0-sources.jar")))) {
      for (var source : sources.entrySet()) {
        zip.putNextEntry(new ZipEntry("far/away/" + source.getKey() + ".java"));
        zip.write(source.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    session.java.addToClasspath(List.of(jar));
    session.java.evaluate("import far.away.*;");
  }

  @AfterAll
  static void stop() {
    session.close();
  }

  private static Inspection at(String code) {
    return session.java.inspect(code, code.length());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          new Sub().open(          | void Sub.open(String name)##Opens it.##Parameters:#  key - which one
          new Sub().undocumented(  | int Sub.undocumented(int first, long... rest)
          new Base.Part(           | Base.Part(int size)##Makes a part.##Parameters:#  size - how large
          Base.MUCH                | Base<K>.MUCH:int##How much.
          Sub                      | far.away.Sub##A sub. alert(1)
          dbl(                     | int dbl(int n)##Doubles.##Parameters:#  n - what
          new Pt(1, 2).sum(        | int Pt.sum()##Its sum.
          lazuli.kernel.ext.CommData.of( | lazuli.kernel.ext.CommData lazuli.kernel.ext.CommData.of(String json, byte[]... buffers)##Returns data without metadata.##Parameters:#  json - the data as JSON text#  buffers - binary parts
          """)
  void signaturesNamesAndCommentsComeFromSources(String code, String text) {
    assertEquals(text.replace('#', '\n'), at(code).text());
  }

  @Test
  void anInheritedCommentOfTheJdkIsFound() {
    Assumptions.assumeTrue(
        Files.exists(Path.of(System.getProperty("java.home"), "lib", "src.zip")),
        "this JDK has no src.zip");
    String text = at("new java.util.TreeMap<String, String>().getOrDefault(").text();
    assertTrue(text.contains("Returns the value to which the specified key is mapped"), text);
    assertTrue(text.contains("Object key, "), text);
  }

  @Test
  void htmlHasSignatureAndHarmlessMarkup() {
    String html = at("new Sub().open(").html();
    assertEquals(
        "<pre><code>void Sub.open(String name)</code></pre><p>Opens <code>it</code>.</p>"
            + "<dl><dt>Parameters</dt><dd><code>key</code> - which <b>one</b></dd></dl>",
        html);
    assertFalse(at("Sub").html().contains("script"), at("Sub").html());
    assertFalse(at("Sub").html().contains("alert"), at("Sub").html());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          <p onclick="x()">a</p>        | <p><p>a</p></p>
          <a href="javascript:x">y</a>  | <p>y</p>
          a < b && c                    | <p>a &lt; b && c</p>
          {@code a<b>&}                 | <p><code>a&lt;b&gt;&amp;</code></p>
          {@link Sub#open(String) op}   | <p><code>op</code></p>
          <h2>T</h2><iframe src=x>      | <p><p><b>T</b></p></p>
          <img src=x onerror=y>z        | <p>z</p>
          x <!-- y --> z                | <p>x  z</p>
          <style>p{}</style>z           | <p>z</p>
          """)
  void onlyPlainElementsPass(String javadoc, String html) {
    assertEquals(html, JavadocHtml.render(javadoc));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          import java.time.*;#var xs = List.of(1);#xs.strea             | stream()   | 0
          int g(int z) { return z; }#var xs = List.of(1);#xs.strea     | stream()   | 0
          class A { int quirk; }#A a = new A();#a.qui                   | quirk      | 0
          record R(int u) {}#var r = new R(1);#r.u                      | u          | 0
          int k = 1;#import java.util.concurrent.Time                   | TimeUnit   | 0
          for (int i = 0; i < 3; i++) {#  String s = "";#  s.subst      | substring( | 0
          int f(int z) {#  String s = "";#  s.subst                     | substring( | 0
          String s = "🙂🙂";#s.subst                                    | substring( | 0
          """)
  void cellsOfSeveralDeclarationsComplete(String cell, String first, int unused) {
    String code = cell.replace('#', '\n');
    Completion found = session.java.complete(code, code.length());
    List<String> texts = found.items().stream().map(Completion.Item::text).toList();
    assertTrue(texts.contains(first), texts.toString());
    int dot = code.lastIndexOf('.') + 1;
    assertEquals(dot, found.start());
    assertEquals(code.length(), found.end());
  }

  @Test
  void documentationStaysAfterACellThatIsNoJava() {
    session.java.evaluate("int ) = 3");
    assertTrue(at("List.of(1).get(").text().startsWith("E List<E>.get(int index)"));
  }

  @Test
  void aCallInACellOfSeveralDeclarationsIsDocumented() {
    String code = "import java.time.*;\nint g() { return 1; }\nvar xs = List.of(1);\nxs.get(";
    assertTrue(at(code).text().startsWith("E List<E>.get(int index)"), at(code).text());
  }
}
