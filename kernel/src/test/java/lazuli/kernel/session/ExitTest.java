package lazuli.kernel.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import lazuli.kernel.wire.Json;
import org.junit.jupiter.api.Test;

class ExitTest {
  @Test
  void aVariableNamedExitIsNoWayOut() throws Exception {
    try (TestKernel kernel = TestKernel.start()) {
      kernel.run("int exit = 4;");
      var run = kernel.run("exit");
      assertEquals("4", run.result());
      assertEquals(Json.of(List.of()), run.reply().at("payload"));
      assertEquals(1, kernel.run("quit").reply().at("payload").items().size());
    }
  }
}
