package lazuli.kernel.session;

import java.util.List;
import lazuli.kernel.cell.Block;
import lazuli.kernel.cell.CellParser;
import lazuli.kernel.cell.Completeness;
import lazuli.kernel.wire.Json;

/** Whether a console should run what was typed or ask for more lines. */
record IsComplete(JavaStart start) implements Handler {
  @Override
  public String type() {
    return "is_complete_request";
  }

  @Override
  public Lane lane() {
    return Lane.ANALYSIS;
  }

  @Override
  public Json.Obj handle(Request request) {
    String code = request.content().at("code").text("");
    List<Block> blocks = CellParser.parse(code, start.extensions().magicNames());
    if (!blocks.isEmpty() && blocks.getFirst() instanceof Block.CellMagic cell) {
      // A blank line ends the body of a cell magic.
      boolean ends = !cell.body().isBlank() && code.endsWith("\n");
      return ends ? Json.object("status", "complete") : incomplete("");
    }
    Completeness answer =
        start.java().isComplete(MagicText.javaOnly(code, start.extensions().magicNames()));
    return answer.status() == Completeness.Status.INCOMPLETE
        ? incomplete(answer.indent())
        : Json.object("status", answer.status().wire());
  }

  private static Json.Obj incomplete(String indent) {
    return Json.object("status", "incomplete", "indent", indent);
  }
}
