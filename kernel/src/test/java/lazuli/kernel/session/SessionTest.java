package lazuli.kernel.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import lazuli.kernel.wire.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What comes back for each type of message, over real sockets. */
class SessionTest {
  private static TestKernel kernel;

  @BeforeAll
  static void start() throws Exception {
    kernel = TestKernel.start();
  }

  @AfterAll
  static void stop() {
    kernel.close();
  }

  @Test
  void aCellGivesBusyInputOutputResultReplyIdleInThisOrder() throws Exception {
    var run = kernel.run("System.out.println(\"a\"); 1 + 1");
    assertEquals(
        List.of("status", "execute_input", "stream", "execute_result", "status"), run.iopubTypes());
    assertEquals("2", run.result());
    assertEquals("a\n", run.stdout());
    assertEquals("ok", run.reply().at("status").text(""));
    assertEquals(Json.EMPTY, run.reply().at("user_expressions"));
  }
}
