package lazuli.kernel.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import lazuli.kernel.wire.Channel;
import lazuli.kernel.wire.Exchange;
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

  private static Json.Obj request(String code, Object... more) {
    Json.Obj content = Json.object("code", code);
    for (int i = 0; i < more.length; i += 2) {
      content = content.with((String) more[i], more[i + 1]);
    }
    return content;
  }

  private static TestKernel.Run execute(String code, Object... more) throws Exception {
    return TestKernel.collect(kernel.client.shell("execute_request", request(code, more)));
  }

  @Test
  void aCellGivesBusyInputOutputResultReplyIdleInThisOrder() throws Exception {
    var run = kernel.run("System.out.println(\"a\"); 1 + 1");
    assertEquals(
        List.of("status", "execute_input", "stream", "execute_result", "status"), run.iopubTypes());
    assertEquals("busy", run.iopub().getFirst().content().at("execution_state").text(""));
    assertEquals("idle", run.iopub().getLast().content().at("execution_state").text(""));
    assertEquals("2", run.result());
    assertEquals("a\n", run.stdout());
    assertEquals("ok", run.status());
    assertEquals(Json.EMPTY, run.reply().at("user_expressions"));
    assertEquals(Json.of(List.of()), run.reply().at("payload"));
  }

  @Test
  void countsGrowByOneAndAgreeInInputResultAndReply() throws Exception {
    long first = kernel.run("1").reply().at("execution_count").number(-1);
    var run = kernel.run("2");
    assertEquals(first + 1, run.reply().at("execution_count").number(-1));
    for (String type : List.of("execute_input", "execute_result")) {
      assertEquals(first + 1, run.contents(type).getFirst().at("execution_count").number(-1));
    }
    assertEquals("2", run.contents("execute_input").getFirst().at("code").text(""));
  }

  @Test
  void aNullResultAndADeclarationShowNothing() throws Exception {
    assertEquals(
        List.of("status", "execute_input", "status"), kernel.run("(Object) null").iopubTypes());
    assertEquals(
        List.of("status", "execute_input", "status"), kernel.run("int declared = 3;").iopubTypes());
  }

  @Test
  void anErrorIsPublishedAndRepliedWithTheUsersClass() throws Exception {
    var run = kernel.run("throw new java.util.NoSuchElementException(\"gone\");");
    assertEquals(List.of("status", "execute_input", "error", "status"), run.iopubTypes());
    Json.Obj error = run.contents("error").getFirst();
    assertEquals("NoSuchElementException", error.at("ename").text(""));
    assertEquals("gone", error.at("evalue").text(""));
    assertEquals("error", run.status());
    for (String key : List.of("ename", "evalue", "traceback")) {
      assertEquals(error.at(key), run.reply().at(key));
    }
  }

  @Test
  void aCellThatDoesNotCompileFailsAndTheNextRuns() throws Exception {
    var run = kernel.run("int broken = \"text\";");
    assertEquals("error", run.status());
    assertEquals("CompilationError", run.reply().at("ename").text(""));
    assertEquals("3", kernel.run("1 + 2").result());
  }

  @Test
  void aSilentCellShowsNothingAndCountsNothing() throws Exception {
    long before = kernel.run("0").reply().at("execution_count").number(-1);
    var run = execute("System.out.println(\"quiet\"); 5", "silent", true);
    assertEquals(List.of("status", "status"), run.iopubTypes());
    assertEquals("ok", run.status());
    assertEquals(before + 1, kernel.run("0").reply().at("execution_count").number(-1));
  }

  @Test
  void withoutStoreHistoryACellShowsItsResultAndCountsNothing() throws Exception {
    long before = kernel.run("0").reply().at("execution_count").number(-1);
    assertEquals("5", execute("5", "store_history", false).result());
    assertEquals(before + 1, kernel.run("0").reply().at("execution_count").number(-1));
  }

  @Test
  void userExpressionsAreEvaluatedAfterTheCellEachWithItsOwnEnd() throws Exception {
    var run =
        execute(
            "int five = 5;",
            "user_expressions",
            Json.object("twice", "five * 2", "wrong", "nothing()"));
    Json values = run.reply().at("user_expressions");
    assertEquals("ok", values.at("twice").at("status").text(""));
    assertEquals("10", values.at("twice").at("data").at("text/plain").text(""));
    assertEquals("error", values.at("wrong").at("status").text(""));
    assertEquals("CompilationError", values.at("wrong").at("ename").text(""));
    assertEquals("ok", run.status());
  }

  @Test
  void kernelInfoSaysWhatClientsNeed() throws Exception {
    Json.Obj info = kernel.request("kernel_info_request").reply();
    assertEquals("ok", info.at("status").text(""));
    assertEquals("5.5", info.at("protocol_version").text(""));
    assertEquals("lazuli", info.at("implementation").text(""));
    Json language = info.at("language_info");
    Map.of(
            "name", "java",
            "mimetype", "text/x-java-source",
            "file_extension", ".jshell",
            "pygments_lexer", "java",
            "codemirror_mode", "java")
        .forEach((key, value) -> assertEquals(value, language.at(key).text(""), key));
    assertTrue(info.at("banner").text("").startsWith("Lazuli "));
    assertEquals(Json.of(List.of("kernel subshells")), info.at("supported_features"));
  }

  @Test
  void theControlChannelAnswersKernelInfoWhileACellRuns() throws Exception {
    Exchange cell = kernel.client.execute("String line = input(\"go?\");", true);
    var question = awaitType(cell, "input_request");
    var info = TestKernel.collect(kernel.client.control("kernel_info_request", Json.EMPTY));
    assertEquals("ok", info.status());
    Exchange beside =
        kernel.client.shell("complete_request", Json.object("code", "\"x\".subs", "cursor_pos", 8));
    var completion = TestKernel.collect(beside);
    // Notebooks show the latest state that they see: the cell still keeps the kernel busy.
    Json.Obj again = awaitType(cell, "status").message().content();
    assertEquals("busy", again.at("execution_state").text(""));
    assertEquals(
        "[{\"value\":\"substring(\"}]",
        "[{\"value\":\"" + completion.reply().at("matches").items().getFirst().text("") + "\"}]");
    kernel.client.answer(question.message(), "now");
    assertEquals("ok", TestKernel.collect(cell).status());
  }

  private static Exchange.Event awaitType(Exchange exchange, String type) throws Exception {
    while (true) {
      var event = exchange.next(TestKernel.LIMIT);
      if (event.message().type().equals(type)) {
        return event;
      }
    }
  }

  @Test
  void isCompleteKnowsTheFourCases() throws Exception {
    Map.of(
            "int a = 1;", "complete",
            "void f() {", "incomplete",
            "int x = )", "invalid",
            "%time f()", "complete",
            "%%time\n", "incomplete",
            "%%time\nf();\n", "complete")
        .forEach(
            (code, status) -> {
              try {
                var run = kernel.request("is_complete_request", "code", code);
                assertEquals(status, run.reply().at("status").text(""), code);
              } catch (Exception e) {
                throw new AssertionError(code, e);
              }
            });
    var run = kernel.request("is_complete_request", "code", "void f() {");
    assertEquals("    ", run.reply().at("indent").text("none"));
  }

  @Test
  void inspectFindsDocumentationAndTheHelpOfMagics() throws Exception {
    var run = kernel.request("inspect_request", "code", "%time 1", "cursor_pos", 3);
    assertTrue(run.reply().at("found").bool(false));
    assertTrue(
        run.reply().at("data").at("text/plain").text("").startsWith("%time STATEMENT\n%%time\n"));
    kernel.run("int zebra = 5;");
    // The cursor stands before the name's last letter, counted in code points.
    var java = kernel.request("inspect_request", "code", "\"🙂🙂\" + zebra", "cursor_pos", 11);
    assertEquals("int zebra = 5", java.reply().at("data").at("text/plain").text(""));
    var nothing = kernel.request("inspect_request", "code", "  ", "cursor_pos", 1);
    assertEquals("ok", nothing.status());
    assertEquals(false, nothing.reply().at("found").bool(true));
    assertEquals(Json.EMPTY, nothing.reply().at("data"));
  }

  @Test
  void aCommOfUnknownTargetIsClosed() throws Exception {
    Exchange open =
        kernel.client.shell(
            "comm_open", Json.object("comm_id", "c1", "target_name", "t", "data", Json.EMPTY));
    var close = awaitType(open, "comm_close");
    assertEquals("c1", close.message().content().at("comm_id").text(""));
    var info = kernel.request("comm_info_request");
    assertEquals(Json.object("status", "ok", "comms", Json.EMPTY), info.reply());
  }

  @Test
  void anUnknownTypeOfMessageIsIgnored() throws Exception {
    kernel.client.shell("tea_request", Json.EMPTY);
    assertEquals("1", kernel.run("1").result());
  }

  @Test
  void exitAloneAsksTheConsoleToLeave() throws Exception {
    for (String code : List.of("exit", "quit", "exit;", " exit() ", "quit();")) {
      var run = kernel.run(code);
      assertEquals("ok", run.status(), code);
      assertEquals(
          Json.of(List.of(Json.object("source", "ask_exit", "keepkernel", false))),
          run.reply().at("payload"),
          code);
    }
  }

  @Test
  void aCellCanPageAndSetTheNextInput() throws Exception {
    var run = kernel.run("page(\"long\"); setNextInput(\"a\"); setNextInput(\"int b;\");");
    assertEquals(
        Json.of(
            List.of(
                Json.object(
                    "data",
                    Json.object("text/plain", "long"),
                    "metadata",
                    Json.EMPTY,
                    "source",
                    "page",
                    "start",
                    0),
                Json.object("source", "set_next_input", "text", "int b;", "replace", false))),
        run.reply().at("payload"));
    assertEquals(Json.of(List.of()), kernel.run("1").reply().at("payload"));
  }

  @Test
  void theDebuggerIsAnsweredAsMissing() throws Exception {
    var run =
        TestKernel.collect(
            kernel.client.control(
                "debug_request", Json.object("type", "request", "seq", 3, "command", "debugInfo")));
    assertEquals(
        Json.object(
            "type",
            "response",
            "request_seq",
            3,
            "success",
            false,
            "command",
            "debugInfo",
            "message",
            "this kernel has no debugger yet; kernel_info_reply says so in its field debugger"),
        run.reply());
  }

  @Test
  void displaysCanBeShownUpdatedAndCleared() throws Exception {
    var run =
        kernel.run(
            """
            String id = display("<b>1</b>", "text/html");
            updateDisplay(id, 2);
            clearOutput(true);
            render("x", "text/markdown")""");
    assertEquals(
        List.of(
            "status",
            "execute_input",
            "display_data",
            "update_display_data",
            "clear_output",
            "execute_result",
            "status"),
        run.iopubTypes());
    Json.Obj shown = run.contents("display_data").getFirst();
    assertEquals(Json.object("text/html", "<b>1</b>", "text/plain", "<b>1</b>"), shown.at("data"));
    assertEquals(
        shown.at("transient").at("display_id").text("none"),
        run.contents("update_display_data").getFirst().at("transient").at("display_id").text(""));
    assertEquals(true, run.contents("clear_output").getFirst().at("wait").bool(false));
    assertEquals(
        Json.object("text/markdown", "x", "text/plain", "x"),
        run.contents("execute_result").getFirst().at("data"));
  }

  @Test
  void resultsAreKeptUnderTheirNumber() throws Exception {
    long number = kernel.run("\"kept\"").reply().at("execution_count").number(-1);
    assertEquals("kept", kernel.run("Out(" + number + ")").result());
    assertEquals("kept", kernel.run("Out()").result());
    var missing = kernel.run("Out(0)");
    assertTrue(
        missing
            .reply()
            .at("evalue")
            .text("")
            .startsWith("Out: cell 0 has no result; cells with one: ["));
  }

  @Test
  void everyMessageOfACellNamesItsRequestAsParent() throws Exception {
    Exchange exchange = kernel.client.execute("System.err.println(1); 2", false);
    var run = TestKernel.collect(exchange);
    run.events()
        .forEach(
            event -> assertTrue(event.message().answers(exchange.request()), event.toString()));
    assertEquals(
        1, run.events().stream().filter(event -> event.channel() == Channel.SHELL).count());
  }
}
