package lazuli.magics.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lazuli.kernel.ext.UsageException;
import lazuli.magics.JavaCell;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compiled by the real session. */
class LambdaTest {
  private static JavaCell cell;

  @BeforeAll
  static void session() throws Exception {
    cell = new JavaCell();
    cell.evaluate("int calls = 0; int next() { return ++calls; } void act() { calls += 10; }");
  }

  @AfterAll
  static void end() {
    cell.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          1 + 2                                 ~ 3
          1 + 2 // a comment                    ~ 3
          "a;b" + 'c'                           ~ a;bc
          int x = 20; x + 1                     ~ 21
          int x = 20; x + 1;                    ~ 21
          var s = 0; for (int i = 0; i < 4; i++) { s += i; } s * 2 ~ 12
          int[] a = {1, 2}; a[1] = 5            ~ 5
          """)
  void theLastExpressionIsTheValue(String java, String value) throws Exception {
    Lambda lambda = Lambda.of(java, cell);
    assertTrue(lambda.valued());
    assertEquals(value, String.valueOf(lambda.call().call()));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "act()",
    "act();",
    "int x = 1;",
    "for (int i = 0; i < 3; i++) { act(); }",
    "if (calls > 0) act();"
  })
  void statementsWithoutAValueRunToo(String java) throws Exception {
    Lambda lambda = Lambda.of(java, cell);
    assertFalse(lambda.valued());
    assertNull(lambda.call().call());
  }

  @Test
  void compilingRunsNothingAndEveryCallRunsOnce() throws Exception {
    cell.evaluate("calls = 0;");
    Lambda lambda = Lambda.of("next()", cell);
    assertEquals(0, cell.evaluate("calls"));
    lambda.call().call();
    lambda.call().call();
    assertEquals(2, cell.evaluate("calls"));
  }

  @Test
  void whatDoesNotCompileIsJavacsMessage() {
    var wrong = assertThrows(UsageException.class, () -> Lambda.of("nosuch.matmul(1)", cell));
    assertTrue(wrong.getMessage().contains("cannot find symbol"), wrong.getMessage());
    assertTrue(wrong.getMessage().contains("nosuch.matmul(1)"), wrong.getMessage());
  }

  @Test
  void anUnknownNameIsNamedAndNotCalledAStatement() {
    var wrong = assertThrows(UsageException.class, () -> Lambda.of("nosuch", cell));
    assertTrue(wrong.getMessage().contains("cannot find symbol"), wrong.getMessage());
    assertFalse(wrong.getMessage().contains("not a statement"), wrong.getMessage());
  }
}
