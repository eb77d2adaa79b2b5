package lazuli.array;

import java.util.List;
import lazuli.array.attention.AttentionOption;
import lazuli.array.attention.Mask;
import org.jspecify.annotations.Nullable;

/** Where the tokens of one version of a cache lie. Immutable. */
sealed interface KvStore permits KvSlots, KvPages {
  /** {@return the version with the last {@code counts[b]} of some rows of each batch b} */
  KvStore append(KvMemory.Rows rows, int[] counts);

  /** {@return how many tokens of each batch an attention sees} */
  int[] lengths();

  /** {@return where the tokens of each batch lie in memory, in their order} */
  int[][] places();

  /** {@return how many tokens of each batch the memory has room for, at least} */
  int capacity();

  /** {@return the memory, which other versions may share} */
  KvMemory memory();

  /** {@return what an attention must be told} */
  List<AttentionOption> options();

  /** {@return which slots an attention sees, or null for all that its options leave} */
  default @Nullable Mask mask() {
    return null;
  }
}
