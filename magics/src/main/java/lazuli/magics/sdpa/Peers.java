package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.magics.measure.Race;
import lazuli.magics.peer.PeerException;
import lazuli.magics.peer.TorchPeer;
import org.jspecify.annotations.Nullable;

/** PyTorch's rows beside ours: the same operands, its own kernel, one row for each setting. */
final class Peers implements AutoCloseable {
  private final @Nullable TorchPeer torch;
  private final List<Result> results = new ArrayList<>();

  /** What the peer computed, to be held against ours. */
  private record Result(String name, Variant variant, TorchPeer.Prepared prepared) {}

  Peers(@Nullable TorchPeer torch) {
    this.torch = torch;
  }

  /** {@return a row for each setting, or PyTorch's reason for refusing it} */
  List<Race.Entry> entries(List<Variant> variants) {
    List<Race.Entry> entries = new ArrayList<>();
    Setting seen = null;
    for (Variant variant : variants) {
      if (torch == null || variant.setting() == seen || !variant.refusal().isEmpty()) {
        continue;
      }
      seen = variant.setting();
      String name = variant.name().equals("lazuli") ? "torch" : "torch " + variant.name();
      try {
        var prepared = torch.prepare(name, TorchTask.of(seen, variant.kernel()));
        results.add(new Result(name, variant, prepared));
        entries.add(
            new Race.Entry(
                name,
                "torch",
                prepared.subject(),
                "",
                prepared.first(),
                variant.dispatch().work(),
                variant.dtype()));
      } catch (PeerException refused) {
        entries.add(Race.Entry.refused(name, String.valueOf(refused.getMessage())));
      }
    }
    return entries;
  }

  /** {@return which PyTorch it was, and how far its values are from ours; evaluates ours} */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (torch != null) {
      notes.add(torch.toString());
    }
    for (Result result : results) {
      double[] ours = result.variant().build().toDoubleArray();
      notes.add(
          String.format(
              Locale.ROOT,
              "%s: %s result, differs from ours by at most %.2g",
              result.name(),
              result.prepared().dtype(),
              Accuracy.of(ours, result.prepared().values()).max()));
    }
    return notes;
  }

  @Override
  public void close() {
    if (torch != null) {
      torch.close();
    }
  }
}
