package lazuli.kernel.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VariablesTest {
  private static SessionFixture session;

  @BeforeAll
  static void open() {
    session = new SessionFixture();
  }

  @AfterAll
  static void close() {
    session.close();
  }

  private enum Hidden {
    ONE
  }

  private record Secret(int x) implements Supplier<Integer> {
    @Override
    public Integer get() {
      return x;
    }
  }

  /** A value, and the type under which a cell sees it. */
  static Stream<Arguments> objects() {
    Supplier<String> lambda = () -> "said";
    Callable<Integer> anonymous =
        new Callable<>() {
          @Override
          public Integer call() {
            return 3;
          }
        };
    return Stream.of(
        Arguments.of(3, "int"),
        Arguments.of(3L, "long"),
        Arguments.of(1.5, "double"),
        Arguments.of(1.5f, "float"),
        Arguments.of('c', "char"),
        Arguments.of(true, "boolean"),
        Arguments.of("text", "String"),
        Arguments.of(BigInteger.TEN, "BigInteger"),
        Arguments.of(new int[] {1}, "int[]"),
        Arguments.of(new String[][] {{"a"}}, "String[][]"),
        Arguments.of(new Secret[0], "Object"),
        Arguments.of(new ArrayList<>(List.of(1)), "ArrayList<?>"),
        Arguments.of(new HashMap<>(), "HashMap<?,?>"),
        Arguments.of(new HashMap<>().entrySet(), "Set<?>"),
        Arguments.of(List.of(1), "List<?>"),
        Arguments.of(Map.of(1, 2), "Map<?,?>"),
        Arguments.of(lambda, "Supplier<?>"),
        Arguments.of(anonymous, "Callable<?>"),
        Arguments.of(new Secret(3), "Supplier<?>"),
        Arguments.of(Hidden.ONE, "Enum<? extends Enum<?>>"),
        Arguments.of(Thread.currentThread(), "Thread"),
        Arguments.of(new Object(), "Object"),
        Arguments.of(new Object() {}, "Object"));
  }

  @ParameterizedTest
  @MethodSource("objects")
  void aDefinedVariableHoldsTheObjectUnderAType(Object value, String type) {
    session.java.define("given", value);
    var outcome = assertInstanceOf(Outcome.Value.class, session.run("given"));
    assertEquals(type, outcome.typeName());
    // A primitive has no identity.
    if (Set.of("int", "long", "double", "float", "char", "boolean").contains(type)) {
      assertEquals(value, outcome.value());
    } else {
      assertSame(value, outcome.value());
    }
    assertEquals(value, session.java.variables().get("given"));
    assertEquals(List.of(), session.warnings);
  }

  @Test
  void aDefinedNullIsAnObject() {
    session.java.define("nothing", null);
    assertEquals(new Outcome.Value(null, "Object"), session.run("nothing"));
  }

  @Test
  void aDefinedVariableReplacesTheOneOfItsName() {
    session.run("String x = \"a\";");
    session.java.define("x", 5);
    assertEquals(6, session.value("x + 1"));
  }

  @Test
  void variablesComeInOrderOfDeclarationWithLiveValues() {
    try (var fresh = new SessionFixture()) {
      fresh.run("int b = 1;\nvar a = new ArrayList<Integer>();\nString c;\n3 + 4");
      fresh.run("a.add(b); b = 2;");
      assertEquals("{b=2, a=[1], c=null}", fresh.java.variables().toString());
      fresh.run("int b = 3;");
      assertEquals("{a=[1], c=null, b=3}", fresh.java.variables().toString());
    }
  }

  @Test
  void anObjectOfACellsClassComesBackUnderThatClass() {
    Object made = session.value("class Inner { int n = 4; class Deep {} }\nnew Inner()");
    session.java.define("back", made);
    assertEquals(4, session.value("back.n"));
    session.java.define("deep", session.value("back.new Deep()"));
    assertEquals(
        "Inner.Deep", assertInstanceOf(Outcome.Value.class, session.run("deep")).typeName());
    session.run("class Inner { int other = 5; }");
    session.java.define("old", made);
    assertEquals("Object", assertInstanceOf(Outcome.Value.class, session.run("old")).typeName());
  }

  @Test
  void anAssignmentKeepsTheTypeThatIsWritten() {
    session.java.assign("List<String> typed", List.of("ab"));
    assertEquals(2, session.value("typed.getFirst().length()"));
    session.java.assign("typed", List.of("abc"));
    assertEquals(3, session.value("typed.getFirst().length()"));
    session.java.assign("final var inferred", List.of(1));
    assertEquals(1, session.value("inferred.size()"));
    session.java.assign("int number", 4);
    assertEquals(5, session.value("number + 1"));
    session.run("int[] array = new int[2];");
    session.java.assign("array[1]", 9);
    assertEquals(9, session.value("array[1]"));
  }

  @Test
  void anAssignmentOfAnotherTypeFails() {
    var failure =
        assertInstanceOf(
            Outcome.Failure.class, session.java.assign("List<String> wrong", "no list"));
    assertEquals("ClassCastException", failure.ename());
  }

  @Test
  void aNameThatIsNoIdentifierIsRefused() {
    for (String name : List.of("", "a b", "1a", "class", "a.b", "x; int y")) {
      var refused =
          assertThrows(IllegalArgumentException.class, () -> session.java.define(name, 1));
      assertEquals("'" + name + "' is no Java identifier", refused.getMessage());
    }
  }
}
