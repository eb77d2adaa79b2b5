package lazuli.array.plan;

import lazuli.array.backend.View;
import lazuli.array.op.Node;
import lazuli.array.profile.Dispatch;
import lazuli.array.type.Device;
import org.jspecify.annotations.Nullable;

/**
 * A computed result.
 *
 * @param view where its elements are
 * @param storage keeps the memory while this is reachable
 * @param dispatch the choice of kernel, null for given values
 */
public record Stored(View view, Storage storage, @Nullable Dispatch dispatch)
    implements Node.Value {
  /** {@return whether the processor reads the elements where they are} */
  boolean onProcessor() {
    return view.buffer().device().equals(Device.CPU);
  }
}
