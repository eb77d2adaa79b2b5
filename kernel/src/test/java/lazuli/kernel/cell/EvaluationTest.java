package lazuli.kernel.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationTest {
  private static SessionFixture session;

  @BeforeAll
  static void open() {
    session = new SessionFixture();
  }

  @AfterAll
  static void close() {
    session.close();
  }

  /** The type and text of the last cell's value, then the cells. */
  private static Arguments row(String expected, String... cells) {
    return Arguments.of(expected, cells);
  }

  static Stream<Arguments> values() {
    return Stream.of(
        row("int 2", "1 + 1"),
        row("int 2", "1 + 1;"),
        row("int 2", "\n\n  1 + 1 // sum\n"),
        row("int 20", "int a1 = 4;\nint b1 = 5\n", "a1 * b1"),
        row("int 7", "int a2 = 4; a2 = 7; a2"),
        row("int 8", "int a3 = 4; a3 += 4"),
        row("int 4", "int a4 = 4; a4++"),
        row("String null", "String s1; s1"),
        row("String null", "(String) null"),
        row("String x\ny", "\"\"\"\n  x\n  y\"\"\""),
        row("int 6", "int x1 = 1, x2 = 2, x3 = 3; x1 + x2 + x3"),
        row("List<Integer> [1, 2]", "var l1 = List.of(1, 2); l1"),
        row("boolean true", "var l2 = new ArrayList<String>(); l2.add(\"a\")"),
        row("int 5", "int f1(int x) { return x + 1; }", "f1(4)"),
        // Forward references inside a cell and across cells.
        row("int 10", "int f2(int x) { return g2(x); }\nint g2(int x) { return 2 * x; }\nf2(5)"),
        row(
            "boolean true",
            "boolean even(int n) { return n == 0 || odd(n - 1); }",
            "boolean odd(int n) { return n != 0 && even(n - 1); }",
            "even(10)"),
        row(
            "A5",
            "class A5 { B5 b; public String toString() { return \"A5\"; } }",
            "class B5 {}",
            "\"\" + new A5()"),
        row("String P6[x=1, y=a]", "record P6(int x, String y) {}", "\"\" + new P6(1, \"a\")"),
        row(
            "String checked",
            "record P7(int x) {\n  P7 {\n    if (x < 0) throw new IllegalArgumentException();\n  }\n}\nString r7;\ntry { new P7(-1); } catch (IllegalArgumentException e) { r7 = \"checked\"; }\nr7"),
        row(
            "int 3",
            "sealed interface S8 permits C8, D8 {}\nrecord C8(int r) implements S8 {}\nrecord D8() implements S8 {}",
            "int m8(S8 s) { return switch (s) { case C8(int r) -> r; case D8 d -> 0; }; }",
            "m8(new C8(3))"),
        row(
            "String b",
            "<T extends Comparable<T>> T max9(T a, T b) { return a.compareTo(b) > 0 ? a : b; }",
            "max9(\"a\", \"b\")"),
        row("int 9", "Function<Integer, Integer> sq = x -> x * x;", "(int) sq.apply(3)"),
        row("int 45", "int sum = 0; for (int i = 0; i < 10; i++) { sum += i; }\nsum"),
        row("int 2", "enum E10 { A, B }", "E10.values().length"),
        row("int 1", "interface I11 { default int one() { return 1; } }", "new I11() {}.one()"),
        row("int 3", "var anon = new Object() { int n = 3; };", "anon.n"),
        row(
            "String old",
            "String who() { return \"old\"; }\nString ask() { return who(); }",
            "ask()"),
        row("String new", "String who() { return \"new\"; }", "ask()"),
        row(
            "int 4",
            "import java.nio.charset.StandardCharsets;\n\"\\u00e9\\u00e9\".getBytes(StandardCharsets.UTF_8).length"),
        row("int 12", "int 変数 = 12;", "変数"));
  }

  @ParameterizedTest
  @MethodSource("values")
  void theLastExpressionIsTheValue(String expected, String[] cells) {
    Outcome outcome = session.run(cells);
    var value = assertInstanceOf(Outcome.Value.class, outcome, () -> "" + outcome);
    String text = value.typeName() + " " + value.value();
    assertEquals(expected, expected.contains(" ") ? text : "" + value.value());
  }

  @ParameterizedTest
  @MethodSource
  void whatIsNoExpressionHasNoValue(String cell) {
    assertEquals(new Outcome.None(), session.run(cell));
  }

  static Stream<String> whatIsNoExpressionHasNoValue() {
    return Stream.of(
        "",
        "  \n",
        "// nothing",
        "/* nothing */",
        "int n1 = 3;",
        "int n2 = 3; n2 = 4",
        "import java.util.zip.*;",
        "void n3() {}",
        "class N4 {}",
        "if (true) { int q = 3; }",
        "Thread.yield()",
        "1 + 1; int n5 = 2;");
  }

  @Test
  void theValueIsTheObjectItself() {
    Object made = session.value("Object itself = new Object(); itself");
    assertSame(made, session.value("itself"));
    assertSame(made, session.java.variables().get("itself"));
  }

  @Test
  void aSyntaxErrorAnywhereRunsNothing() {
    session.run("int ran = 0;");
    for (String wrong :
        List.of("int ) = 3;", "x = 1 2;", "void f() { int x = }", "class {", "foo(1", "\"abc")) {
      assertInstanceOf(Outcome.Failure.class, session.run("ran = 1;\n" + wrong + "\nran = 2;"));
      assertEquals(0, session.value("ran"), wrong);
    }
  }

  @Test
  void aPackageThatTheUserImportsWinsOverOneOfLazuli() {
    try (var own = new SessionFixture()) {
      own.run("import lazuli.kernel.wire.*;\nimport java.nio.channels.*;");
      assertEquals("java.nio.channels.Channel", own.value("Channel.class.getName()"));
      own.run("boolean open(Channel c) { return c.isOpen(); }\nboolean was;");
      own.run("try (Channel c = Pipe.open().source()) { was = open(c); }");
      assertEquals(true, own.value("was"));
      // Between two packages of others it is the user who decides.
      String error = own.error("import java.awt.*;\nList<String> words = null;");
      assertTrue(error.contains("reference to List is ambiguous"), error);
    }
    assertEquals("", Ambiguity.other("List", "both java.util.List and java.awt.List match"));
    assertEquals("", Ambiguity.other("Key", "both lazuli.a.Key and lazuli.b.Key match"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"System.exit(3);", "Runtime.getRuntime().exit(3);"})
  void systemExitEndsTheCellAndNotTheKernel(String exit) {
    session.run("int before = 0, after = 0;");
    for (boolean checks : new boolean[] {true, false}) {
      session.java.stopChecks(checks);
      String error = session.error("before++;\n" + exit + "\nafter++;");
      assertEquals(
          "SystemExit: System.exit(3) ended this cell; the kernel and its variables stay. Restart"
              + " the kernel to begin anew.\n    at In[1] line 2\n        "
              + exit,
          error);
    }
    session.java.stopChecks(true);
    assertEquals(2, session.value("before"));
    assertEquals(0, session.value("after"));
    // Methods of that name of cells' own classes are theirs.
    session.run("class Door { static int exit(int n) { return n; } }");
    assertEquals(5, session.value("Door.exit(5)"));
  }

  /** Where two ways through the code meet, the stop checks ask what a cell's own class is. */
  @Test
  void objectsOfCellsClassesMeetOthersInOneFrame() {
    session.run(
        "class Duck { Duck(String name) { if (name.isEmpty()) throw new IllegalStateException(); } }");
    session.run("class Wild extends Duck { Wild() { super(\"w\"); } }");
    String caught =
        "try { Duck d = new Duck(\"%s\"); seen += \"made \"; }\n"
            + "catch (IllegalStateException e) { seen += \"caught \"; } finally { seen += \"end \"; }";
    session.run("String seen = \"\";");
    session.run(caught.formatted(""));
    session.run(caught.formatted("Daffy"));
    assertEquals("caught end made end ", session.value("seen"));
    String together =
        """
        class Goose extends Duck { Goose() { super("g"); } }
        Duck pick(boolean wild) { Duck d; if (wild) d = new Wild(); else d = new Goose(); return d; }
        """;
    session.run(together);
    assertEquals("Goose", session.value("pick(false).getClass().getSimpleName()"));
    assertEquals(
        "Wild",
        session.value(
            "(System.nanoTime() > 0 ? new Wild() : new Goose()).getClass().getSimpleName()"));
  }

  @Test
  void whatRanBeforeAFailureStays() {
    session.run("int kept = 5;\nint broken = 1 / 0;\nint after = 6;");
    assertEquals(5, session.value("kept"));
    assertEquals(false, session.java.variables().containsKey("after"));
  }

  @Test
  void expressionsLeaveNoSnippetAndNoVariableBehind() {
    expressions(50);
  }

  @Test
  @Tag("slow")
  void aThousandExpressionsLeaveNoSnippetAndNoVariableBehind() {
    expressions(1_000);
  }

  /** JShell carries every live snippet into each new one, so their number is the cost. */
  private static void expressions(int cells) {
    session.run("int many = 3;");
    int before = session.java.liveSnippets();
    for (int i = 0; i < cells; i++) {
      assertEquals(3 + i, session.value("many + " + i));
    }
    assertEquals(before, session.java.liveSnippets());
    assertEquals(
        List.of(),
        session.java.variables().keySet().stream().filter(name -> name.startsWith("$")).toList());
  }

  @Test
  void aFailedExpressionLeavesNoSnippetBehind() {
    session.run("Object fail() { throw new IllegalStateException(); }");
    int before = session.java.liveSnippets();
    session.error("fail()");
    assertEquals(before, session.java.liveSnippets());
  }

  @Test
  void anExpressionDoesNotPinItsValue() throws InterruptedException {
    var reference = new java.lang.ref.WeakReference<>(session.value("new byte[1 << 20]"));
    for (int i = 0; reference.get() != null && i < 100; i++) {
      System.gc();
      Thread.onSpinWait();
    }
    assertEquals(null, reference.get());
  }

  @Test
  void redeclaringAClassSaysWhichVariablesItReset() {
    session.warnings.clear();
    session.run("class Point { int x = 1; }", "var gone = new Point();\nPoint p1 = new Point();");
    session.run("int fine = 3; class Point { int x = 2; }");
    assertEquals(
        List.of(
            "Variable gone is null now: its type was declared again. Assign it again.",
            "Variable p1 is null now: its type was declared again. Assign it again."),
        session.warnings.stream().sorted().toList());
    assertEquals(3, session.value("fine"));
    assertEquals(2, session.value("p1 = new Point(); p1.x"));
    assertEquals(2, session.value("gone = new Point(); gone.x"));
  }

  @Test
  void aVariableOutlivesItsInitialiser() {
    session.warnings.clear();
    session.run("int seed = 2;", "var grown = List.of(seed); int twin = seed;");
    session.run("String seed = \"two\";");
    assertEquals(List.of(2), session.value("grown"));
    assertEquals(2, session.value("twin"));
    assertEquals(List.of(), session.warnings);
    session.run("class Sized { int n = seed.length(); }", "Sized sized = new Sized();");
    session.run("int seed = 3;");
    assertEquals(
        List.of(
            "Type Sized cannot be used: it does not compile any longer (int cannot be dereferenced).",
            "Variable sized is null now: its type was declared again. Assign it again."),
        session.warnings.stream().sorted().toList());
  }

  @Test
  void runningTheSameDeclarationAgainResetsNothing() {
    session.warnings.clear();
    String[] cells = {
      "class Same { int n; Same next; }", "enum Kind { A, B }", "Same make() { return new Same(); }"
    };
    session.run(cells);
    session.run("Same same1 = make(); same1.n = 7; var kind = Kind.B;");
    session.run(cells);
    assertEquals(7, session.value("same1.n"));
    assertEquals(true, session.value("kind == Kind.B"));
    assertEquals(List.of(), session.warnings);
  }

  @Test
  void declarationsThatNeedEachOtherCanBeChangedInAnyOrder() {
    session.warnings.clear();
    session.run("class Left { Right other; int n() { return 1; } }", "class Right { Left other; }");
    for (int i = 2; i < 5; i++) {
      session.run("class Left { Right other; int n() { return " + i + "; } }");
      session.run("class Right { Left other; int m() { return new Left().n(); } }");
      assertEquals(i, session.value("new Right().m()"));
    }
    session.run("int ping(int n) { return n == 0 ? 0 : pong(n - 1); }");
    session.run("int pong(int n) { return n == 0 ? 1 : ping(n - 1); }");
    session.run("long ping(long n) { return n == 0 ? 2 : pong((int) n - 1); }");
    assertEquals(1, session.value("pong(0)"));
    assertEquals(2L, session.value("ping(0L)"));
  }

  @Test
  void aVariableKeepsItsValueWhenItsClassIsCompiledAgain() {
    session.warnings.clear();
    // The lambda's class depends on the method, which changes its signature.
    session.run("int twice(int x) { return 2 * x; }", "Supplier<Integer> later = () -> twice(3);");
    session.run("int counter = 41;\nlong twice(long x) { return 2 * x; }");
    assertEquals(41, session.value("counter"));
    assertEquals(6, session.value("(int) later.get()"));
    assertEquals(List.of(), session.warnings);
  }

  @Test
  void whatNeedsAMissingDeclarationIsAcceptedWithAWarning() {
    session.warnings.clear();
    session.run("int early(int x) { return missing(x); }\nclass Sub extends Super {}");
    assertEquals(
        List.of(
            "Method early(int) cannot be used until method missing(int) is declared.",
            "Type Sub cannot be used until class Super is declared."),
        session.warnings);
    assertEquals(
        "UnresolvedReference: early cannot be used until method missing(int) is declared\n"
            + "    at In[1] line 1, in early\n"
            + "        int early(int x) { return missing(x); }\n"
            + "    at In[1] line 1\n"
            + "        early(1)",
        session.error("early(1)"));
    session.warnings.clear();
    assertEquals(8, session.value("int missing(int x) { return x + 1; }", "early(7)"));
    assertEquals(List.of(), session.warnings);
  }

  @Test
  void whatASnippetDoesNotNameIsNotCompiledWithIt() {
    assumeTrue(session.java.narrows(), "needs --add-opens jdk.jshell/jdk.jshell=ALL-UNNAMED");
    try (var fresh = new SessionFixture()) {
      // Chains of dependents, overloads, inferred types and late declarations all need others.
      fresh.run(
          "int base = 1;", "long up() { return base + late(); }", "var list = List.of(base);");
      fresh.run("int late() { return 10; }", "class Box { int in = base; Box next; }");
      fresh.run("Box box = new Box(); var same = box; var anon = new Object() { int n = base; };");
      fresh.run("int over(int x) { return 1; } int over(String x) { return over(1) + 1; }");
      assertEquals(11L, fresh.value("up()"));
      assertEquals(1, fresh.value("var other = same; other.in"));
      assertEquals(1, fresh.value("var more = anon; more.n"));
      assertEquals(2, fresh.value("over(\"\")"));
      assertEquals(8, fresh.value("int over(int x) { return 7; }\nover(\"\")"));
      assertEquals(21L, fresh.value("long base = 20; long late() { return base - 19; }\nup()"));
      assertEquals(3, fresh.value("int a = 1, b = a + 1; a + b"));
      assertEquals(3, fresh.value("b\\u0061se = 3; (int) base"));
      assertEquals(4, fresh.value("import static java.lang.Math.*; max(4, (int) base)"));
    }
  }

  @Test
  void aMethodThatNoLongerCompilesSaysWhy() {
    session.warnings.clear();
    session.run("int part() { return 1; }", "int whole() { return part(); }");
    session.run("long part() { return 2; }");
    String why = "incompatible types: possible lossy conversion from long to int";
    assertEquals(
        List.of("Method whole() cannot be used: it does not compile any longer (" + why + ")."),
        session.warnings);
    assertEquals(
        "UnresolvedReference: whole cannot be used: it does not compile any longer (" + why + ")",
        session.error("whole()").lines().findFirst().orElse(""));
  }

  @Test
  void evaluationNestsOnItsThread() {
    var nested = new NestedEvaluation(session.java);
    session.java.define("nested", nested);
    assertEquals(12, session.value("int inner = 0; nested.run(\"inner = 12;\"); inner"));
  }

  @Test
  void startUpCodeRunsBeforeTheFirstCellAndItsFailureIsAWarning() {
    var warnings = new java.util.ArrayList<String>();
    var config =
        new JavaSession.Config(
            List.of("import java.util.List;"),
            List.of(),
            List.of(),
            List.of("int set = 5;", "int bad = ;"),
            true,
            warnings::add);
    try (var java = new JavaSession(config)) {
      assertEquals(new Outcome.Value(5, "int"), java.evaluate("set"));
    }
    assertEquals(
        List.of(
            "startup line 1: illegal start of expression\n"
                + "    int bad = ;\n"
                + "              ^"),
        warnings);
  }

  @Test
  void anImportThatACellRepeatsOrThatIsWrongLeavesTheOthers() {
    var warnings = new java.util.ArrayList<String>();
    var imports = List.of("import java.util.*;", "import java.no.such.*;", "import java.math.*;");
    var config =
        new JavaSession.Config(imports, List.of(), List.of(), List.of(), true, warnings::add);
    try (var java = new JavaSession(config)) {
      assertEquals(new Outcome.Value(2, "int"), java.evaluate("List.of(1, 2).size()"));
      assertEquals(new Outcome.Value(1, "int"), java.evaluate("BigInteger.ONE.intValue()"));
    }
    assertEquals(
        List.of(
            "import line 1: package java.no.such does not exist\n"
                + "    import java.no.such.*;\n"
                + "           ^~~~~~~~~~~~"),
        warnings);
    assertEquals(
        3,
        session.value(
            "import java.util.*;", "import java.math.*;", "Stream.of(1, 2, 3).toList().size()"));
  }

  @Test
  void theImportsOfTheStartStayWhenACellImportsOneOfThemAgain() {
    try (var session = new SessionFixture()) {
      assertEquals(
          "[1]x",
          session.value(
              "import java.util.*;",
              "import java.util.stream.*;",
              "import java.lang.Object;",
              "import java.util.*;",
              "Stream.of(1).toList() + String.valueOf(new File(\"x\"))"));
    }
  }
}
