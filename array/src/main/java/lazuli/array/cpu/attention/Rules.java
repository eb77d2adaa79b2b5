package lazuli.array.cpu.attention;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.attention.Attention;
import lazuli.array.attention.Extras;
import lazuli.array.attention.KvFormat;
import lazuli.array.attention.term.Program;
import lazuli.array.attention.term.Term;
import lazuli.array.backend.View;
import org.jspecify.annotations.Nullable;

/**
 * What one attention does besides the products: compiled masks and score changes, further operands
 * and the form of the result.
 *
 * @param visible what hides keys besides the causal limit, or null
 * @param score how scores are changed, or null
 * @param extras the operands besides q, k and v
 * @param state whether the log-sum-exp is a last column of the result
 * @param kept blocks of the mask from one launch to the next
 */
record Rules(
    @Nullable Program visible,
    @Nullable Program score,
    Extras extras,
    boolean state,
    KeptRows kept) {
  static final Rules NONE = new Rules(null, null, Extras.NONE, false, new KeptRows());

  static Rules of(Attention op) {
    return new Rules(
        compiled(op.visible()), compiled(op.score()), op.extras(), op.state(), new KeptRows());
  }

  private static @Nullable Program compiled(@Nullable Term term) {
    return term == null ? null : new Program(term);
  }

  /** {@return the same for a mask array alone} */
  static Rules masked(boolean mask) {
    return new Rules(
        null,
        null,
        new Extras(mask, false, false, false, false, KvFormat.PLAIN, 0),
        false,
        new KeptRows());
  }

  /** {@return the keys or the values with their scales and pages} */
  KeyRows rows(List<View> inputs, int operand) {
    View view = inputs.get(operand);
    Operand scales =
        extras.scaled() ? Operand.of(inputs.get(extras.scalesAt() + operand - 1)) : null;
    int columns = (int) view.shape().dim(3) * extras.format().perByte();
    Pages pages =
        extras.paged()
            ? Pages.of(inputs.get(extras.pagesAt()), view.shape().dim(0), view.shape().dim(2))
            : null;
    return new KeyRows(
        Operand.of(view), scales, extras.format(), extras.format().group(columns), pages);
  }

  @Nullable Operand mask(List<View> inputs) {
    return extras.mask() ? Operand.of(inputs.get(extras.maskAt())) : null;
  }

  /** {@return one logit for each query head, or null} */
  float @Nullable [] sinks(List<View> inputs) {
    if (!extras.sinks()) {
      return null;
    }
    View view = inputs.get(extras.sinksAt());
    float[] all = new float[(int) view.shape().size()];
    lazuli.array.backend.Elements.read(
        view, lazuli.array.type.DType.F32, java.lang.foreign.MemorySegment.ofArray(all));
    return all;
  }

  List<TableData> tables(List<View> inputs) {
    List<TableData> tables = new ArrayList<>();
    for (int i = 0; i < extras.tables(); i++) {
      tables.add(new TableData(inputs.get(extras.tablesAt() + i)));
    }
    return tables;
  }

  /** {@return a runner of the score change for a batch, or null} */
  @Nullable TermLanes scores(List<TableData> tables, int b, int queries, int keys) {
    if (score == null) {
      return null;
    }
    TermLanes lanes = new TermLanes(score, tables);
    lanes.batch(b, queries, keys);
    return lanes;
  }
}
