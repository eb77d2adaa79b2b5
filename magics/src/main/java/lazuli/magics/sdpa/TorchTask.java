package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lazuli.array.Array;
import lazuli.magics.peer.Bytes;
import lazuli.magics.peer.PeerTask;

/** An attention as a task for PyTorch. */
final class TorchTask {
  private TorchTask() {}

  /** {@return why PyTorch's function cannot be asked, or nothing} */
  static String lacks(Setting setting) {
    if (setting.cache() != null) {
      return "scaled_dot_product_attention has no cache of its own; give it arrays";
    }
    boolean plain = setting.form().text().isEmpty() || setting.form().causal();
    return plain
        ? ""
        : "scaled_dot_product_attention knows masks as arrays only; "
            + setting.form().text()
            + " is none";
  }

  static PeerTask of(Setting setting, String kernel) {
    List<PeerTask.Operand> operands = new ArrayList<>();
    operands.add(Bytes.operand(setting.q()));
    operands.add(Bytes.operand(setting.k()));
    operands.add(Bytes.operand(setting.v()));
    Array mask = setting.mask();
    if (mask != null) {
      operands.add(Bytes.operand(mask));
    }
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("causal", setting.form().causal());
    return new PeerTask(kernel.equals("naive") ? "naive" : "sdpa", operands, options);
  }
}
