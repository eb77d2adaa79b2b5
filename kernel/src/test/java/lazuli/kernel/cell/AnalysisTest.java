package lazuli.kernel.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Completion, inspection and completeness. */
class AnalysisTest {
  private static SessionFixture session;

  @BeforeAll
  static void open() {
    session = new SessionFixture();
    session.run(
        "int count = 3; String word = \"ab\"; var list = new ArrayList<>(List.of(1, 2));",
        "record Pt(int x, int y) { static final int MAX = 3; int sum() { return x + y; } }",
        "enum Color { RED, GREEN }",
        "var pt = new Pt(1, 2); int[] array = new int[7]; var color = Color.RED;",
        "int addUp(int a, int b) { return a + b; }",
        "class Loud { int level() { return 3; } public String toString() { throw new Error(\"asked\"); } }",
        "var loud = new Loud(); var none = (String) null; var map = Map.of(1, 2);",
        "var text = \"x\".repeat(1000); Runnable lambda = () -> {};");
    session.java.warm();
  }

  @AfterAll
  static void close() {
    session.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          word.subst           | 5  | substring(:method
          word.sub             | 5  | subSequence(:method substring(:method
          word.len             | 5  | length():method
          cou                  | 0  | count:variable
          int q = cou          | 8  | count:variable
          pt.su                | 3  | sum():method
          Pt.                  | 3  | MAX:field class:keyword
          Color.               | 6  | GREEN:field RED:field valueOf(:method values():method class:keyword EnumDesc:class
          Math.ma              | 5  | max(:method
          Integer.MA           | 8  | MAX_VALUE:field
          new ArrayL           | 4  | ArrayList(:class
          addU                 | 0  | addUp(:method
          retu                 | 0  | return:keyword
          f(1, cou             | 5  | count:variable
          if (cou              | 4  | count:variable
          unknown.x            | 8  |
          List<Strin           | 5  | String:class StringBuffer:class StringBufferInputStream:class StringBuilder:class StringIndexOutOfBoundsException:class StringJoiner:class StringReader:class StringTokenizer:class StringWriter:class
          """)
  void completionsComeWithTheirTypesTheLikelyFirst(String code, int start, String items) {
    Completion completion = session.java.complete(code, code.length());
    assertEquals(
        items == null ? "" : items,
        String.join(
            " ",
            completion.items().stream().map(item -> item.text() + ":" + item.type()).toList()));
    assertEquals(List.of(start, code.length()), List.of(completion.start(), completion.end()));
  }

  @Test
  void membersOfEveryObjectComeLast() {
    var items =
        session.java.complete("pt.", 3).items().stream().map(Completion.Item::text).toList();
    assertEquals(List.of("sum()", "x()", "y()"), items.subList(0, 3));
    assertTrue(items.contains("hashCode()"));
    assertEquals(items.size(), items.stream().distinct().count());
  }

  @Test
  void completionLooksOnlyAtWhatStandsBeforeTheCursor() {
    Completion completion = session.java.complete("word.le + nonsense(", 7);
    assertEquals("length()", completion.items().getFirst().text());
    assertEquals(7, completion.end());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          count  | int count = 3
          word   | String word = "ab"
          none   | String none = null
          list   | ArrayList<Integer> list = ArrayList of 2
          map    | Map<Integer,Integer> map = Map of 1
          array  | int[] array = int[7]
          color  | Color color = RED
          pt     | Pt pt = an object of Pt
          loud   | Loud loud = an object of Loud
          lambda | Runnable lambda = an object of an unnamed class
          """)
  void aVariableShowsItsTypeAndValueWithoutRunningItsCode(String name, String text) {
    assertEquals(Inspection.text(text), session.java.inspect(name, name.length()));
    assertEquals(Inspection.text(text), session.java.inspect("f(" + name + ")", 3));
  }

  @Test
  void aLongTextIsCut() {
    assertEquals(
        "String text = \"" + "x".repeat(200) + "...\"", session.java.inspect("text", 1).text());
  }

  @Test
  void methodsOfCellsShowTheirSignature() {
    assertEquals("int addUp(int a, int b)", session.java.inspect("addUp(", 6).text());
    assertEquals("int addUp(int a, int b)", session.java.inspect("addUp", 2).text());
    assertEquals("int Loud.level()", session.java.inspect("loud.level(", 11).text());
  }

  @Test
  void unknownNamesAreNotFound() {
    assertEquals(Inspection.NONE, session.java.inspect("nope", 2));
    assertEquals(Inspection.NONE, session.java.inspect("", 0));
    assertEquals(Inspection.NONE, session.java.inspect("1 + 1", 2));
  }

  @Test
  void anUnfinishedCallShowsAllItsSignatures() {
    String text = session.java.inspect("\"abc\".substring(", 16).text();
    assertTrue(text.contains("String String.substring(int beginIndex)"), text);
    assertTrue(text.contains("String String.substring(int beginIndex, int endIndex)"), text);
    assertEquals(text, session.java.inspect("\"abc\".substring", 15).text());
  }

  @Test
  void documentationOfTheJdkIsPlainText() {
    Path sources = Path.of(System.getProperty("java.home"), "lib", "src.zip");
    Assumptions.assumeTrue(Files.exists(sources), "this JDK has no src.zip");
    String text = session.java.inspect("Math.max(1, 2", 9).text();
    assertTrue(
        text.startsWith(
            """
            int Math.max(int a, int b)

            Returns the greater of two int values. That is, the
            result is the argument closer to the value of
            Integer.MAX_VALUE. If the arguments have the same value,
            the result is that same value.

            Parameters:
              a - an argument.
              b - another argument.

            Returns:
              the larger of a and b."""),
        text);
    assertFalse(text.contains("{@"), text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                        | complete   | 0
          // only a comment         | complete   | 0
          1 + 1                     | complete   | 0
          int x = 1;                | complete   | 0
          int x                     | complete   | 0
          int a = 1; int b = 2      | complete   | 0
          if (a) b();               | complete   | 0
          List.of(1)#  .stream()    | complete   | 0
          int x =                   | incomplete | 0
          if (x) {                  | incomplete | 4
          for (;;) {#    if (a) {   | incomplete | 8
          class A {#  int x;        | incomplete | 2
          f(1,                      | incomplete | 4
          f(#  1,#  2               | incomplete | 2
          /* open                   | incomplete | 0
          String s = `\"""#  text`  | incomplete | 2
          x.                        | incomplete | 0
          int ) = 3                 | invalid    | 0
          "abc                      | invalid    | 0
          }                         | invalid    | 0
          else                      | invalid    | 0
          """)
  void completenessTellsWhetherMoreLinesMustFollow(String code, String status, int indent) {
    Completeness answer = session.java.isComplete(code.replace('#', '\n'));
    assertEquals(status, answer.status().wire());
    assertEquals(" ".repeat(indent), answer.indent());
  }
}
