package lazuli.kernel.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CellParserTest {
  private static final Set<String> KNOWN =
      Set.of("time", "timeit", "jars", "maven", "profile", "html", "loadFromPOM");

  /** A cell, and its blocks as {@link #show} writes them. */
  private static Arguments row(String cell, String... blocks) {
    return Arguments.of(cell, List.of(blocks));
  }

  static Stream<Arguments> cells() {
    return Stream.of(
        // Java alone.
        row(""),
        row("   \n\t\n"),
        row("// only a comment"),
        row("/* a\n%time b */"),
        row("1 + 1", "1 code<1 + 1>"),
        row("\n\nint a = 1;", "3 code<int a = 1;>"),
        row("a\n % b", "1 code<a\n % b>"),
        row("a\n% b", "1 code<a\n% b>"),
        row("a\n%b", "1 code<a\n%b>"),
        row("a %b", "1 code<a %b>"),
        row("int c = a %time", "1 code<int c = a %time>"),
        row("int c = a\n  %time;", "1 code<int c = a\n  %time;>"),
        row("int c = a\n  %time - 1;", "1 code<int c = a\n  %time - 1;>"),
        row("f(a\n%time b)", "1 code<f(a\n%time b)>"),
        row("x %= y", "1 code<x %= y>"),
        row("(a)\n%time", "1 code<(a)\n%time>"),
        row("a[0]\n%time", "1 code<a[0]\n%time>"),
        row("\"%time x\"", "1 code<\"%time x\">"),
        row("\"a\\\"\n%time x", "1 code<\"a\\\">", "2 line time<x>"),
        row("String s = \"\"\"\n%time x\n\"\"\";", "1 code<String s = \"\"\"\n%time x\n\"\"\";>"),
        row(
            "String s = \"\"\"\n\\\"\"\"\n%time x\n\"\"\";",
            "1 code<String s = \"\"\"\n\\\"\"\"\n%time x\n\"\"\";>"),
        row("char c = '%';", "1 code<char c = '%';>"),
        row("char c = '\\'';\n%time x", "1 code<char c = '\\'';>", "2 line time<x>"),
        row("char c = '\"';\n%time x", "1 code<char c = '\"';>", "2 line time<x>"),
        row("// \"\n%time x", "2 line time<x>"),
        row("a /* ; */\n%time", "1 code<a /* ; */\n%time>"),
        row(
            "int y = switch (x) { default -> 3; }\n%time;",
            "1 code<int y = switch (x) { default -> 3; }\n%time;>"),
        row("int[] a = {1}\n%time;", "1 code<int[] a = {1}\n%time;>"),
        row("new int[] {1}\n%time", "1 code<new int[] {1}\n%time>"),
        row("String.format(\"%d\", 1)", "1 code<String.format(\"%d\", 1)>"),
        row(
            "for (int i = 0; i < 3; i++) {\n  i\n  %time;\n}",
            "1 code<for (int i = 0; i < 3; i++) {\n  i\n  %time;\n}>"),
        // Line magics.
        row("%time", "1 line time<>"),
        row("%time f(x)", "1 line time<f(x)>"),
        row("  %time   f(x)  ", "1 line time<f(x)>"),
        row("%time x;", "1 line time<x;>"),
        row("%time?", "1 line time<?>"),
        row("%time ?", "1 line time<?>"),
        row("%time a \\\n  b\nc", "1 line time<a    b>", "3 code<c>"),
        row("%maven a:b:1\n%maven c:d:2", "1 line maven<a:b:1>", "2 line maven<c:d:2>"),
        row("int a = 1;\n%time a\na", "1 code<int a = 1;>", "2 line time<a>", "3 code<a>"),
        row("int a = 1; %time a\na", "1 code<int a = 1;>", "1 line time<a>", "2 code<a>"),
        row("void f() { }\n%time f()", "1 code<void f() { }>", "2 line time<f()>"),
        row("class A { int x = 3; }\n%time 1", "1 code<class A { int x = 3; }>", "2 line time<1>"),
        row(
            "if (a) { b(); } else { c(); }\n%time 1",
            "1 code<if (a) { b(); } else { c(); }>", "2 line time<1>"),
        row("// first\n%time 1\n// last", "2 line time<1>"),
        row("%time 1 // not a comment", "1 line time<1 // not a comment>"),
        row("%time \"unclosed\na", "1 line time<\"unclosed>", "2 code<a>"),
        row("%time {(\na", "1 line time<{(>", "2 code<a>"),
        row("\r\n%time 1\r\na\r\n", "2 line time<1>", "3 code<a>"),
        // A forgotten semicolon above a magic.
        row("int a = 1\n%time f(a)", "1 code<int a = 1>", "2 line time<f(a)>"),
        row("f(1)\n%time \"x\"", "1 code<f(1)>", "2 line time<\"x\">"),
        row("a\n%time instanceof", "1 code<a\n%time instanceof>"),
        row("a\n%other f(a)", "1 code<a\n%other f(a)>"),
        // Assignments.
        row("x = %jars lib/*.jar", "1 line x = jars<lib/*.jar>"),
        row("List<String> x = %jars lib/*.jar", "1 line List<String> x = jars<lib/*.jar>"),
        row("var x = %timeit f();", "1 line var x = timeit<f()>"),
        row(
            "int a = 1; var x =\n  %timeit f()\nx",
            "1 code<int a = 1;>", "2 line var x = timeit<f()>", "3 code<x>"),
        row("x[0] = %time 1", "1 line x[0] = time<1>"),
        row("boolean b = a == %time 1", "1 code<boolean b = a == %time 1>"),
        row("a += %time 1", "1 code<a += %time 1>"),
        row("f(x = %time 1)", "1 code<f(x = %time 1)>"),
        // Cell magics.
        row("%%time", "1 cell time<><>"),
        row("%%time -n 3\na\nb", "1 cell time<-n 3><a\nb>"),
        row("\n\n%%html\n<b>%time</b>\n", "3 cell html<><<b>%time</b>\n>"),
        row("%%time?", "1 line time<?>"),
        row(
            "a;\n%%time\nb",
            "1 code<a;>", "2 ! %%time must be the first line of its cell.", "3 code<b>"),
        // What cannot run.
        row("%tiem 1", "1 ! Unknown magic %tiem. Did you mean %time?"),
        row("%%profil\nx", "1 ! Unknown magic %%profil. Did you mean %%profile?"),
        row("%Time 1", "1 ! Unknown magic %Time. Did you mean %time?"),
        row("%load", "1 ! Unknown magic %load. Did you mean %loadFromPOM?"),
        row("%zzz 1\na", "1 ! Unknown magic %zzz. %lsmagic lists the known ones.", "2 code<a>"),
        row("x = %tiem 1", "1 ! Unknown magic %tiem. Did you mean %time?"),
        row(
            "for (;;) {\n  %time f()\n}",
            "1 code<for (;;) {>",
            "2 ! %time must begin a statement outside braces and parentheses, or be the right side"
                + " of an assignment there.",
            "3 code<}>"));
  }

  @ParameterizedTest
  @MethodSource("cells")
  void aCellSplitsIntoItsBlocks(String cell, List<String> expected) {
    assertEquals(
        expected, CellParser.parse(cell, KNOWN).stream().map(CellParserTest::show).toList());
  }

  private static String show(Block block) {
    return block.startLine()
        + switch (block) {
          case Block.Code code -> " code<" + code.text() + ">";
          case Block.LineMagic magic ->
              " line "
                  + (magic.assignedTo() == null ? "" : magic.assignedTo() + " = ")
                  + magic.name()
                  + "<"
                  + magic.args()
                  + ">";
          case Block.CellMagic magic ->
              " cell " + magic.name() + "<" + magic.args() + "><" + magic.body() + ">";
          case Block.Rejected rejected -> " ! " + rejected.message();
        };
  }

  @Test
  void theBodyOfACellMagicBeginsBelowIt() {
    var magic = (Block.CellMagic) CellParser.parse("\n%%time\nx", KNOWN).getFirst();
    assertEquals(3, magic.bodyLine());
  }
}
