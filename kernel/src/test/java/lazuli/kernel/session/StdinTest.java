package lazuli.kernel.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import lazuli.kernel.wire.Exchange;
import lazuli.kernel.wire.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Cells that ask the user. */
class StdinTest {
  private static TestKernel kernel;

  @BeforeAll
  static void start() throws Exception {
    kernel = TestKernel.start();
  }

  @AfterAll
  static void stop() {
    kernel.close();
  }

  private static Message question(Exchange cell) throws Exception {
    while (true) {
      Message message = cell.next(TestKernel.LIMIT).message();
      if (message.type().equals("input_request")) {
        return message;
      }
    }
  }

  @Test
  void inputAsksWithItsPromptAndReturnsWhatWasTyped() throws Exception {
    Exchange cell = kernel.client.execute("input(\"name? \") + \"!\"", true);
    Message question = question(cell);
    assertEquals("name? ", question.content().at("prompt").text(""));
    assertEquals(false, question.content().at("password").bool(true));
    kernel.client.answer(question, "Zoë 🙂");
    assertEquals("Zoë 🙂!", TestKernel.collect(cell).result());
  }

  @Test
  void passwordAsksForHiddenInput() throws Exception {
    Exchange cell = kernel.client.execute("password(\"secret\").length()", true);
    Message question = question(cell);
    assertEquals(true, question.content().at("password").bool(false));
    kernel.client.answer(question, "four");
    assertEquals("4", TestKernel.collect(cell).result());
  }

  @Test
  void aScannerReadsLineByLineAndSeesTheEndOfInput() throws Exception {
    Exchange cell =
        kernel.client.execute(
            """
            var scanner = new java.util.Scanner(System.in);
            int sum = 0;
            while (scanner.hasNextInt()) sum += scanner.nextInt();
            sum""",
            true);
    kernel.client.answer(question(cell), "1 2");
    kernel.client.answer(question(cell), "3");
    kernel.client.answer(question(cell), "\u0004");
    assertEquals("6", TestKernel.collect(cell).result());
  }

  @Test
  void withoutAllowStdinAReadFailsAndSaysWhy() throws Exception {
    for (String code : new String[] {"input(\"?\")", "System.in.read()"}) {
      var run = kernel.run(code);
      assertEquals("error", run.status());
      assertEquals(
          "input: this client takes no input (allow_stdin is false); run the cell in a notebook"
              + " with an input box, or allow input with --stdin",
          run.reply().at("evalue").text(""));
    }
  }
}
