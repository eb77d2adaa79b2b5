package lazuli.kernel.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import lazuli.kernel.wire.Exchange;
import lazuli.kernel.wire.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Cells that were sent while another one ran. */
class QueueTest {
  private static TestKernel kernel;

  @BeforeAll
  static void start() throws Exception {
    kernel = TestKernel.start();
  }

  @AfterAll
  static void stop() {
    kernel.close();
  }

  private static List<String> statuses(boolean stopOnError) throws Exception {
    Exchange asking =
        kernel.client.shell(
            "execute_request",
            Json.object(
                "code",
                "input(\"?\"); throw new RuntimeException();",
                "allow_stdin",
                true,
                "stop_on_error",
                stopOnError));
    Exchange second = kernel.client.execute("1", false);
    Exchange third = kernel.client.execute("2", false);
    var event = asking.next(TestKernel.LIMIT);
    while (!event.message().type().equals("input_request")) {
      event = asking.next(TestKernel.LIMIT);
    }
    kernel.client.answer(event.message(), "go");
    return List.of(
        TestKernel.collect(asking).status(),
        TestKernel.collect(second).status(),
        TestKernel.collect(third).status());
  }

  @Test
  void afterAnErrorTheQueueIsAbortedAndLaterCellsRun() throws Exception {
    assertEquals(List.of("error", "aborted", "aborted"), statuses(true));
    assertEquals("3", kernel.run("3").result());
  }

  @Test
  void withoutStopOnErrorTheQueueRuns() throws Exception {
    assertEquals(List.of("error", "ok", "ok"), statuses(false));
  }

  @Test
  void anAbortedCellIsBusyAndIdleAndNothingElse() throws Exception {
    Exchange failing = kernel.client.execute("input(\"?\")", true);
    Exchange aborted = kernel.client.execute("4", false);
    var event = failing.next(TestKernel.LIMIT);
    while (!event.message().type().equals("input_request")) {
      event = failing.next(TestKernel.LIMIT);
    }
    TestKernel.collect(kernel.client.control("interrupt_request", Json.EMPTY));
    assertEquals("error", TestKernel.collect(failing).status());
    var run = TestKernel.collect(aborted);
    assertEquals(List.of("status", "status"), run.iopubTypes());
    assertEquals(Json.object("status", "aborted"), run.reply());
  }
}
