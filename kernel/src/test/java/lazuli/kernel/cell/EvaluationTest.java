package lazuli.kernel.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final List<String> WARNINGS = new ArrayList<>();
  private static JavaSession session;

  @BeforeAll
  static void open() {
    session = new JavaSession(JavaSession.Config.standard(WARNINGS::add));
  }

  @AfterAll
  static void close() {
    session.close();
  }

  @Test
  void theLastExpressionIsTheValue() {
    assertEquals(new Outcome.Value(2, "int"), session.evaluate("1 + 1"));
  }
}
