package lazuli.kernel.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user reads when a cell fails, in full. */
class ErrorTextTest {
  private static SessionFixture session;

  @BeforeAll
  static void open() {
    session = new SessionFixture();
    session.run("int zero = 0;");
  }

  @AfterAll
  static void close() {
    session.close();
  }

  /** The error name, the message, and the text after the cells that lead to it. */
  private static Arguments row(String ename, String evalue, String text, String... cells) {
    return Arguments.of(ename, evalue, text, cells);
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        row(
            "CompilationError",
            "In[1] line 2: incompatible types: java.lang.String cannot be converted to int",
            """
            In[1] line 2: incompatible types: java.lang.String cannot be converted to int
                  int b = "two";
                          ^~~~~""",
            "int a = 1;\n  int b = \"two\";"),
        row(
            "CompilationError",
            "In[1] line 1: cannot find symbol",
            """
            In[1] line 1: cannot find symbol
                undefined(3)
                ^~~~~~~~~
              symbol:   method undefined(int)""",
            "undefined(3)"),
        row(
            "CompilationError",
            "In[1] line 1: cannot find symbol",
            """
            In[1] line 1: cannot find symbol
                Nope n = null;
                ^~~~
              symbol:   class Nope""",
            "Nope n = null;"),
        row(
            "CompilationError",
            "In[1] line 3: ';' expected",
            """
            In[1] line 3: ';' expected
                  int y = 1 2;
                           ^""",
            "void f() {\n  int x = 1;\n  int y = 1 2;\n}"),
        row(
            "CompilationError",
            "In[1] line 2: reached end of file while parsing",
            """
            In[1] line 2: reached end of file while parsing
                  int x = 1;
                            ^""",
            "void f() {\n  int x = 1;"),
        row(
            "CompilationError",
            "In[1] line 1: unclosed string literal",
            """
            In[1] line 1: unclosed string literal
                String s = "abc;
                           ^""",
            "String s = \"abc;"),
        row(
            "CompilationError",
            "In[1] line 3: cannot find symbol",
            """
            In[1] line 3: cannot find symbol
                    g(x) + h
                    ^
              symbol:   method g(int)
            In[1] line 3: cannot find symbol
                    g(x) + h
                           ^
              symbol:   variable h""",
            "int x = 1;\n// comment\n    g(x) + h"),
        row(
            "CompilationError",
            "In[1] line 1: cannot find symbol",
            """
            In[1] line 1: cannot find symbol
                String t = "a    b" +    missing;
                                         ^~~~~~~
              symbol:   variable missing""",
            "String t = \"a\tb\" +\tmissing;"),
        row(
            "CompilationError",
            "In[1] line 1: cannot find symbol",
            """
            In[1] line 1: cannot find symbol
                String 字 = "漢字e\u0301" + 漢字;
                                      ^~~~
              symbol:   variable 漢字""",
            "String 字 = \"漢字e\u0301\" + 漢字;"),
        row(
            "CompilationError",
            "In[1] line 3: incompatible types: java.lang.String cannot be converted to int",
            """
            In[1] line 3: incompatible types: java.lang.String cannot be converted to int
                  Checked { if (x < zero) x = "a"; }
                                              ^~~""",
            "Object o;\nrecord Checked(int x) {\n  Checked { if (x < zero) x = \"a\"; }\n}"),
        row(
            "ArithmeticException",
            "/ by zero",
            """
            java.lang.ArithmeticException: / by zero
                at In[1] line 2, in f
                    return x / zero;
                at In[2] line 3
                    f(7)""",
            "int f(int x) {\n  return x / zero;\n}",
            "\n// call\nf(7)"),
        row(
            "NotFound",
            "no key k",
            """
            NotFound: no key k
                at In[2] line 2
                    throw new NotFound("k");""",
            "class NotFound extends RuntimeException { NotFound(String k) { super(\"no key \" + k); } }",
            "if (true) {\n  throw new NotFound(\"k\");\n}"),
        row(
            "IllegalStateException",
            "outer",
            """
            java.lang.IllegalStateException: outer
                at In[1] line 4
                    throw new IllegalStateException("outer", e);
            Caused by: java.lang.ArithmeticException: / by zero
                at In[1] line 2
                    zero = 1 / zero;""",
            "try {\n  zero = 1 / zero;\n} catch (ArithmeticException e) {\n"
                + "  throw new IllegalStateException(\"outer\", e);\n}"),
        row(
            "IllegalArgumentException",
            "negative",
            """
            java.lang.IllegalArgumentException: negative
                at In[1] line 3, in new Positive
                    if (x < 0) throw new IllegalArgumentException("negative");
                at In[1] line 5, in Positive.of
                    static Positive of(int x) { return new Positive(x); }
                at In[1] line 7
                    Positive.of(-1)""",
            """
            record Positive(int x) {
              Positive {
                if (x < 0) throw new IllegalArgumentException("negative");
              }
              static Positive of(int x) { return new Positive(x); }
            }
            Positive.of(-1)
            """),
        row(
            "ExecutionException",
            "java.lang.ArithmeticException: / by zero",
            """
            java.util.concurrent.ExecutionException: java.lang.ArithmeticException: / by zero
                at java.base/java.util.concurrent.FutureTask.report(FutureTask.java:124)
                at java.base/java.util.concurrent.FutureTask.get(FutureTask.java:193)
                at In[1] line 3
                    task.get();
            Caused by: java.lang.ArithmeticException: / by zero
                at In[1] line 1, in lambda
                    var task = new FutureTask<Integer>(() -> 1 / zero);""",
            "var task = new FutureTask<Integer>(() -> 1 / zero);\nnew Thread(task).start();\ntask.get();"),
        row(
            "StackOverflowError",
            "",
            """
            java.lang.StackOverflowError
                at In[1] line 1, in deep
                    int deep(int n) { return deep(n + 1) + 1; }
                ... the same frame at least 1000 more times""",
            "int deep(int n) { return deep(n + 1) + 1; }\ndeep(0)"),
        row(
            "NullPointerException",
            "Cannot invoke \"String.length()\" because \"none\" is null",
            """
            java.lang.NullPointerException: Cannot invoke "String.length()" because "none" is null
                at In[1] line 2
                    none.length()""",
            "String none = null;\nnone.length()"),
        row(
            "Rude",
            "(its getMessage() threw Error)",
            """
            Rude: (its getMessage() threw Error)
                at In[1] line 2
                    throw new Rude();""",
            "class Rude extends Exception { public String getMessage() { throw new Error(); } }\n"
                + "throw new Rude();"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureNamesTheCellsOwnLines(String ename, String evalue, String text, String[] cells) {
    if (session.run(cells) instanceof Outcome.Failure failure) {
      assertEquals(text, String.join("\n", failure.traceback()));
      assertEquals(ename, failure.ename());
      assertEquals(evalue, failure.evalue());
      assertEquals(ename.equals("CompilationError"), failure.compilation());
    } else {
      throw new AssertionError("no failure");
    }
  }

  @Test
  void aRunOfLibraryFramesIsFolded() {
    String text = session.error("List.of(1, 2).stream()\n  .map(x -> x / zero)\n  .toList()");
    String[] lines = text.split("\n");
    assertEquals("    at In[1] line 2, in lambda", lines[1]);
    assertEquals("    ... 6 more library frames", lines[6]);
    assertEquals("    at In[1] line 3", lines[7]);
  }

  @Test
  void linesCountFromWhereTheCodeStandsInItsCell() {
    var source = new Source("In[9]", "int ok = 1;\nnope", 4);
    var failure = (Outcome.Failure) session.java.evaluate(source);
    assertEquals("In[9] line 5: cannot find symbol", failure.evalue());
  }

  @Test
  void theExceptionOfACellKeepsItsType() {
    session.run("class Mine extends RuntimeException { int code = 7; }");
    var failure = (Outcome.Failure) session.run("throw new Mine();");
    session.java.define("caught", failure.thrown());
    assertEquals(7, session.value("caught.code"));
  }
}
