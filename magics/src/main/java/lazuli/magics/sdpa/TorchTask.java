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
    options.put("causal", setting.causal());
    return new PeerTask(kernel.equals("naive") ? "naive" : "sdpa", operands, options);
  }
}
