package lazuli.array;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import lazuli.array.attention.AttentionOption;
import lazuli.array.attention.KvFormat;
import lazuli.array.attention.Mask;
import lazuli.array.attention.Score;
import lazuli.array.attention.term.Variable;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/**
 * Keys and values of the tokens so far, one version of them: immutable, and safe to use from
 * several threads. Appending gives a new version and writes only the new rows, so that it costs the
 * same after ten tokens and after ten thousand; versions share their memory where they agree. What
 * was built on a version, evaluated or not, sees that version for ever: an append never writes a
 * slot that an earlier version can see.
 *
 * <p>Each batch has its own length. Slots beyond it, and tokens that a rotating cache let go, are
 * never read by an attention. Lengths are data: one plan serves a cache until its memory is made
 * larger.
 */
public final class KvCache {
  private static final int FIRST_SLOTS = 256;

  /** How a cache keeps its tokens. */
  public enum Kind {
    /** All tokens; memory doubles when it is full. */
    GROWING,
    /** All tokens, up to a number that never changes. */
    FIXED,
    /** The latest tokens, and perhaps the first ones. */
    ROTATING,
    /** All tokens, in pages that batches and versions share. */
    PAGED
  }

  /**
   * How far codes are from the numbers that were appended, over all of them.
   *
   * @param keyMax the largest difference of a key
   * @param keyRms the root mean square difference of keys over their root mean square
   * @param valueMax the largest difference of a value
   * @param valueRms the root mean square difference of values over their root mean square
   */
  public record Error(double keyMax, double keyRms, double valueMax, double valueRms) {}

  private final Kind kind;
  private final int[] sizes;
  private final KvStore store;
  private final Quantiser.Sums keyError;
  private final Quantiser.Sums valueError;

  private KvCache(
      Kind kind, int[] sizes, KvStore store, Quantiser.Sums keyError, Quantiser.Sums valueError) {
    this.kind = kind;
    this.sizes = sizes;
    this.store = store;
    this.keyError = keyError;
    this.valueError = valueError;
  }

  private static KvMemory.Layout layout(DType dtype, int... sizes) {
    for (int size : sizes) {
      if (size < 1) {
        throw new ArrayException(
            "a cache was asked for with sizes B, Hkv, D, Dv = " + Arrays.toString(sizes),
            "1 or more each",
            "pass batch, key heads, head dimension and value dimension");
      }
    }
    if (dtype != DType.F32 && !dtype.isHalf()) {
      throw new ArrayException(
          "a cache was asked for with dtype " + dtype,
          "f32, f16 or bf16",
          "use bf16: attention takes queries of any type with it");
    }
    return new KvMemory.Layout(dtype, KvFormat.PLAIN, sizes[1], sizes[2], sizes[3]);
  }

  private static KvCache slots(
      Kind kind, KvMemory.Layout layout, int batch, int window, int sinks, int capacity) {
    KvMemory memory = new KvMemory(layout, batch, capacity);
    return empty(kind, batch, KvSlots.empty(kind, window, sinks, memory));
  }

  private static KvCache empty(Kind kind, int batch, KvStore store) {
    KvMemory.Layout layout = store.memory().layout();
    int[] sizes = {batch, layout.heads(), layout.dim(), layout.valueDim()};
    return new KvCache(kind, sizes, store, Quantiser.Sums.NONE, Quantiser.Sums.NONE);
  }

  /**
   * {@return an empty cache like this one that keeps codes} They are read inside the attention's
   * tile load, never written out as numbers; {@link #error} says how far they are off.
   *
   * @param codes how keys and values are kept
   * @throws ArrayException if this cache is not empty, or D or Dv is no multiple of the codes'
   *     group
   */
  public KvCache quantised(KvFormat codes) {
    int dim = sizes[2];
    int valueDim = sizes[3];
    if (Arrays.stream(lengths()).anyMatch(n -> n > 0)) {
      throw new ArrayException(
          "quantised was called on a cache that holds " + Arrays.toString(lengths()) + " tokens",
          "an empty cache",
          "call it before the first append");
    }
    int group = codes.group(32);
    if (codes == KvFormat.INT4 && (dim % group != 0 || valueDim % group != 0)) {
      throw new ArrayException(
          "quantised was given " + codes.label() + " for D " + dim + " and Dv " + valueDim,
          "multiples of " + group,
          "use KvFormat.INT8, which takes any");
    }
    KvMemory.Layout plain = store.memory().layout();
    KvMemory.Layout layout =
        new KvMemory.Layout(plain.dtype(), codes, plain.heads(), plain.dim(), plain.valueDim());
    KvMemory memory = new KvMemory(layout, store.memory().parts(), store.memory().rows());
    return empty(
        kind,
        sizes[0],
        switch (store) {
          case KvSlots slots -> KvSlots.empty(kind, slots.window(), slots.sinks(), memory);
          case KvPages pages -> KvPages.empty(memory, sizes[0]);
        });
  }

  /**
   * {@return an empty cache that keeps all tokens} Its memory doubles when it is full, which copies
   * it: over all appends that is one more copy of each token.
   *
   * @param dtype f32, f16 or bf16: what is appended is rounded to it
   * @param batch B
   * @param heads Hkv
   * @param dim D
   * @param valueDim Dv
   */
  public static KvCache growing(DType dtype, int batch, int heads, int dim, int valueDim) {
    KvMemory.Layout layout = layout(dtype, batch, heads, dim, valueDim);
    return slots(Kind.GROWING, layout, batch, Integer.MAX_VALUE, 0, FIRST_SLOTS);
  }

  /**
   * {@return an empty cache for a fixed number of tokens} Nothing is ever copied, and one plan
   * serves all lengths.
   *
   * @param capacity tokens of each batch
   * @param dtype f32, f16 or bf16
   * @param batch B
   * @param heads Hkv
   * @param dim D
   * @param valueDim Dv
   */
  public static KvCache fixed(
      int capacity, DType dtype, int batch, int heads, int dim, int valueDim) {
    positive("fixed", "a capacity of", capacity);
    KvMemory.Layout layout = layout(dtype, batch, heads, dim, valueDim);
    return slots(Kind.FIXED, layout, batch, capacity, 0, capacity);
  }

  /**
   * {@return an empty cache of the latest tokens, and of the first ones, which models use as
   * attention sinks} (Xiao et al., 2024). It has memory for twice the window, so that a version's
   * tokens stay where they are while later ones are written.
   *
   * @param window how many of the latest tokens are seen
   * @param sinks how many of the first tokens are seen besides, 0 for none
   * @param dtype f32, f16 or bf16
   * @param batch B
   * @param heads Hkv
   * @param dim D
   * @param valueDim Dv
   */
  public static KvCache rotating(
      int window, int sinks, DType dtype, int batch, int heads, int dim, int valueDim) {
    positive("rotating", "a window of", window);
    if (sinks < 0) {
      throw new ArrayException(
          "rotating was given " + sinks + " sinks", "0 or more", "pass 0 for none");
    }
    KvMemory.Layout layout = layout(dtype, batch, heads, dim, valueDim);
    return slots(Kind.ROTATING, layout, batch, window, sinks, sinks + 2 * window);
  }

  /**
   * {@return an empty cache that keeps all tokens in pages} Batches of different lengths take
   * memory for their own tokens, and versions that branch share full pages. Its memory doubles when
   * no page is left.
   *
   * @param pageSize tokens of a page
   * @param dtype f32, f16 or bf16
   * @param batch B
   * @param heads Hkv
   * @param dim D
   * @param valueDim Dv
   */
  public static KvCache paged(
      int pageSize, DType dtype, int batch, int heads, int dim, int valueDim) {
    positive("paged", "a page size of", pageSize);
    KvMemory.Layout layout = layout(dtype, batch, heads, dim, valueDim);
    int pages = Math.max(batch, FIRST_SLOTS / pageSize);
    return empty(Kind.PAGED, batch, KvPages.empty(new KvMemory(layout, pages, pageSize), batch));
  }

  private static void positive(String name, String what, int value) {
    if (value < 1) {
      throw new ArrayException(
          name + " was given " + what + " " + value, "1 or more", "count tokens");
    }
  }

  /**
   * {@return the version with more tokens} Computes k and v now, rounds them to the cache's type
   * and writes their rows; nothing else is read or written, unless the memory is full.
   *
   * @param k keys, [B, Hkv, T, D]
   * @param v values, [B, Hkv, T, Dv]
   * @throws ArrayException if shapes do not fit, or a fixed cache is full
   */
  public KvCache append(Array k, Array v) {
    int[] counts = new int[sizes[0]];
    Arrays.fill(counts, (int) Math.min(Integer.MAX_VALUE, k.rank() == 4 ? k.shape().dim(2) : 0));
    return append(k, v, counts);
  }

  /**
   * {@return the version with more tokens, a different number for each batch} Sequences are padded
   * on the left: of batch b the last {@code counts[b]} rows are tokens, and those before them are
   * not read. So the last query of every batch stands beside its last key, and queries of padding
   * see nothing under {@link Lazuli#causal}.
   *
   * @param k keys, [B, Hkv, T, D]
   * @param v values, [B, Hkv, T, Dv]
   * @param counts how many rows of each batch are tokens, 0 to T
   * @throws ArrayException if shapes or counts do not fit, or a fixed cache is full
   */
  public KvCache append(Array k, Array v, int[] counts) {
    check(k, "k", "D", sizes[2]);
    check(v, "v", "Dv", sizes[3]);
    long rows = k.shape().dim(2);
    if (v.shape().dim(2) != rows || counts.length != sizes[0] || !within(counts, rows)) {
      throw new ArrayException(
          "append was given k "
              + k.node().aval()
              + ", v "
              + v.node().aval()
              + " and counts "
              + Arrays.toString(counts),
          "k and v of the same T, and for each of " + sizes[0] + " batches a count from 0 to T",
          "slice k and v from the same step");
    }
    Engine.EVALUATOR.evaluate(List.of(k.node(), v.node()));
    Quantiser ofKeys = new Quantiser(format(), sizes[2]);
    Quantiser ofValues = new Quantiser(format(), sizes[3]);
    KvStore next = store.append(new KvMemory.Rows(k.view(), v.view(), ofKeys, ofValues), counts);
    Reference.reachabilityFence(k);
    Reference.reachabilityFence(v);
    return new KvCache(
        kind, sizes, next, keyError.plus(ofKeys.sums()), valueError.plus(ofValues.sums()));
  }

  private void check(Array x, String name, String letter, int size) {
    Shape shape = x.shape();
    boolean fits =
        shape.rank() == 4
            && shape.dim(0) == sizes[0]
            && shape.dim(1) == sizes[1]
            && shape.dim(3) == size
            && x.dtype().isFloat();
    if (!fits) {
      throw new ArrayException(
          "append was given " + name + " " + x.node().aval(),
          String.format(
              Locale.ROOT,
              "floating %s [B, Hkv, T, %s] = [%d, %d, T, %d]",
              name,
              letter,
              sizes[0],
              sizes[1],
              size),
          shape.rank() == 4 && shape.dim(1) != sizes[1] && shape.dim(2) == sizes[1]
              ? "put heads before tokens: " + name + ".transpose(0, 2, 1, 3)"
              : "reshape it, or make the cache for these sizes");
    }
  }

  private static boolean within(int[] counts, long rows) {
    return Arrays.stream(counts).allMatch(count -> count >= 0 && count <= rows);
  }

  /**
   * {@return the attention of queries to the tokens of this version} The last query stands beside
   * the last token of its batch.
   *
   * @param q queries, [B, Hq, Tq, D], of any floating type
   * @param options as for {@link Lazuli#sdpa}, without key starts and lengths
   * @throws ArrayException if shapes, types or options do not fit
   */
  public Array attend(Array q, AttentionOption... options) {
    return Lazuli.sdpa(q, keys(), values(), options(options));
  }

  /**
   * {@return the same with its log-sum-exp, and what else may be asked about it}
   *
   * @param q queries, [B, Hq, Tq, D]
   * @param options as for {@link #attend}
   */
  public AttentionResult attention(Array q, AttentionOption... options) {
    return Lazuli.attention(q, keys(), values(), options(options));
  }

  private AttentionOption[] options(AttentionOption... given) {
    List<AttentionOption> all = new ArrayList<>(store.options());
    KvMemory memory = store.memory();
    if (format() != KvFormat.PLAIN) {
      all.add(
          new AttentionOption.Codes(
              format(), memory.keyScales().node(), memory.valueScales().node()));
    }
    Mask mask = store.mask();
    boolean sinks = store instanceof KvSlots slots && slots.sinks() > 0;
    for (AttentionOption option : given) {
      if (sinks) {
        placed(option);
      }
      if (mask != null && option instanceof Mask other) {
        mask = other.and(mask);
      } else {
        all.add(option);
      }
    }
    if (mask != null) {
      all.add(mask);
    }
    return all.toArray(new AttentionOption[0]);
  }

  /** Refuses what depends on how far away the first tokens are: they have no place of their own. */
  private static void placed(AttentionOption option) {
    boolean placed =
        switch (option) {
          case Mask mask -> !mask.equals(Lazuli.causal());
          case Score score -> score.changed().variables().contains(Variable.KEY);
          default -> false;
        };
    if (placed) {
      throw new ArrayException(
          "attend of a rotating cache with sinks was given " + option,
          "causal(), and score changes that do not look at the key's position",
          "leave it out: the first tokens stay while others go, so their distance means nothing");
    }
  }

  /** {@return how it keeps its tokens} */
  public Kind kind() {
    return kind;
  }

  /** {@return the type of its keys and values} */
  public DType dtype() {
    return store.memory().layout().dtype();
  }

  /** {@return how its keys and values lie in memory} */
  public KvFormat format() {
    return store.memory().layout().format();
  }

  /**
   * {@return how far the codes are from what was appended} All 0 for a plain cache, whose rounding
   * to its type is not counted.
   */
  public Error error() {
    return new Error(keyError.most(), keyError.rms(), valueError.most(), valueError.rms());
  }

  /** {@return how many tokens of each batch an attention sees} */
  public int[] lengths() {
    return store.lengths();
  }

  /** {@return slots of each batch, used or not; of a paged cache those of the longest batch} */
  public int capacity() {
    return store.capacity();
  }

  /**
   * {@return for each batch, where the tokens that an attention sees lie in memory, in their order}
   * Slots of the batch's own row of memory; of a paged cache, the page times the page's size plus
   * the place in it.
   */
  public int[][] places() {
    return store.places();
  }

  /**
   * {@return the tokens that a contiguous stretch of memory holds: the page's size of a paged
   * cache, else the capacity}
   */
  public int pageSize() {
    return store.memory().rows();
  }

  /** {@return the stretches of memory: pages of a paged cache, used or not, else batches} */
  public int pages() {
    return store.memory().parts();
  }

  /** {@return the bytes of its memory, which it may share with other versions} */
  public long bytes() {
    return store.memory().bytes();
  }

  /**
   * {@return the keys in memory, [B, Hkv, capacity, D]} Slots beyond a batch's tokens hold
   * anything.
   */
  public Array keys() {
    return store.memory().keys();
  }

  /** {@return the values in memory, likewise} */
  public Array values() {
    return store.memory().values();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "KvCache %s %s, B %d, Hkv %d, D %d, Dv %d: tokens %s of %d slots, %d bytes",
        kind.name().toLowerCase(Locale.ROOT),
        format() == KvFormat.PLAIN ? dtype() : format().label(),
        sizes[0],
        sizes[1],
        sizes[2],
        sizes[3],
        Arrays.toString(lengths()),
        store.capacity(),
        bytes());
  }
}
