package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lazuli.array.Array;
import lazuli.array.Key;
import lazuli.array.KvCache;
import lazuli.array.Lazuli;
import lazuli.array.attention.Attention;
import lazuli.array.attention.AttentionOption;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.measure.Quantity;
import lazuli.magics.option.Nearest;
import org.jspecify.annotations.Nullable;

/**
 * The operands of an attention, evaluated before anything is timed.
 *
 * @param q queries
 * @param k keys
 * @param v values
 * @param mask a mask array, or null
 * @param form what hides keys and changes scores without being an array
 * @param cache what keeps the keys and values, or null when they are plain arrays
 */
record Setting(
    Array q, Array k, Array v, @Nullable Array mask, Form form, @Nullable KvCache cache) {

  /** {@return operands of these sizes, drawn from a normal distribution} */
  static Setting random(Dims dims, long seed) {
    double bytes = 4.0 * (dims.q().size() + dims.k().size() + dims.v().size());
    double limit = Lazuli.memory().limit();
    if (bytes > limit) {
      throw new UsageException(
          "q, k and v need "
              + Quantity.bytes(bytes)
              + ", more than the limit of "
              + Quantity.bytes(limit)
              + "; lower a size in --shape");
    }
    Key[] keys = Lazuli.key(seed).split(3);
    return new Setting(
        Lazuli.normal(keys[0], dims.q().dims()),
        Lazuli.normal(keys[1], dims.k().dims()),
        Lazuli.normal(keys[2], dims.v().dims()),
        null,
        Form.NONE,
        null);
  }

  /** {@return these operands with an additive mask [Tq, Tk], drawn from a normal distribution} */
  Setting withRandomMask(long seed) {
    Dims dims = dims();
    return with(Lazuli.normal(Lazuli.key(seed + 3), dims.tq(), dims.tk()), form);
  }

  /** {@return the operands with these names in the session: Q K V [MASK]} */
  static Setting named(List<String> names, Map<String, ?> variables) {
    List<String> roles = List.of("Q", "K", "V", "MASK");
    if (names.size() < 3) {
      throw new UsageException(
          "needs Q K V [MASK]; missing "
              + String.join(" ", roles.subList(names.size(), 3))
              + ". "
              + arrays(variables));
    }
    if (names.size() > 4) {
      throw new UsageException(
          "takes Q K V [MASK]; got " + names.size() + " names: " + String.join(" ", names));
    }
    List<Array> found = new ArrayList<>();
    for (String name : names) {
      found.add(array(name, variables));
    }
    Array mask = found.size() == 4 ? found.get(3) : null;
    Setting setting = new Setting(found.get(0), found.get(1), found.get(2), mask, Form.NONE, null);
    setting.check(names);
    return setting;
  }

  /** {@return the session's array of this name} */
  static Array array(String name, Map<String, ?> variables) {
    if (variables.get(name) instanceof Array array) {
      return array;
    }
    if (variables.get(name) != null) {
      throw new UsageException(
          "'"
              + name
              + "' is no array but "
              + variables.get(name).getClass().getSimpleName()
              + ". "
              + arrays(variables));
    }
    throw new UsageException(
        "no array '"
            + name
            + "' in this session"
            + Nearest.hint(name, variables.keySet())
            + ". "
            + arrays(variables));
  }

  private static String arrays(Map<String, ?> variables) {
    List<String> found = new ArrayList<>();
    variables.forEach(
        (name, value) -> {
          if (value instanceof Array array) {
            found.add(name + " (" + text(array) + ")");
          }
        });
    return found.isEmpty()
        ? "There are no arrays in this session; -s B,H,S,D makes some"
        : "Arrays in this session: " + String.join(", ", found);
  }

  private static String text(Array array) {
    return array.dtype() + " " + array.shape();
  }

  private void check(List<String> names) {
    for (int i = 0; i < 3; i++) {
      Array array = List.of(q, k, v).get(i);
      if (array.rank() != 4) {
        throw new UsageException(
            names.get(i)
                + " "
                + array.shape()
                + " has "
                + array.rank()
                + " dimensions; needs 4: batch, heads, length, head dimension");
      }
    }
    String pair = names.get(0) + " " + q.shape() + " and " + names.get(1) + " " + k.shape() + ": ";
    if (q.shape().dim(3) != k.shape().dim(3)) {
      throw new UsageException(
          pair + "last dimension (D) differs: " + q.shape().dim(3) + " vs " + k.shape().dim(3));
    }
    if (k.shape().dim(1) == 0 || q.shape().dim(1) % k.shape().dim(1) != 0) {
      throw new UsageException(
          q.shape().dim(1)
              + " query heads are not a multiple of "
              + k.shape().dim(1)
              + " KV heads");
    }
    if (k.shape().dim(2) != v.shape().dim(2)) {
      throw new UsageException(
          names.get(1)
              + " "
              + k.shape()
              + " and "
              + names.get(2)
              + " "
              + v.shape()
              + ": lengths (Tk) differ: "
              + k.shape().dim(2)
              + " vs "
              + v.shape().dim(2));
    }
  }

  /** {@return these operands converted} */
  Setting as(Types types) {
    return new Setting(
        converted(q, types.q()),
        converted(k, types.k()),
        converted(v, types.v()),
        mask == null ? null : converted(mask, types.mask()),
        form,
        null);
  }

  private static Array converted(Array array, @Nullable DType type) {
    return type == null || array.dtype() == type ? array : array.astype(type);
  }

  Setting with(@Nullable Array newMask, Form newForm) {
    return new Setting(q, k, v, newMask, newForm, cache);
  }

  /** {@return these operands with keys and values kept like this; computes them} */
  Setting kept(CacheForm how) {
    DType number = how.plain() ? how.number() : null;
    Array newK = converted(k, number);
    Array newV = converted(v, number);
    return new Setting(
        q, newK, newV, mask, form, how.plain() ? null : how.of(newK.eval(), newV.eval()));
  }

  /** {@return bytes of the queries, and of keys and values as they are kept} */
  double bytes() {
    double queries = (double) q.shape().size() * q.dtype().bytes();
    return queries
        + (cache != null
            ? cache.bytes()
            : (double) k.shape().size() * k.dtype().bytes()
                + (double) v.shape().size() * v.dtype().bytes());
  }

  /** {@return the same, with every operand computed} */
  Setting evaluated() {
    Lazuli.eval(q, k, v);
    if (mask != null) {
      mask.eval();
    }
    return this;
  }

  /** {@return the attention, not computed; a forced kernel unless the name is empty} */
  Array attend(String kernel, AttentionOption... more) {
    List<AttentionOption> options = new ArrayList<>(List.of(more));
    options.addAll(form.options());
    if (mask != null) {
      options.add(new AttentionOption.MaskArray(mask.node()));
    }
    if (!kernel.isEmpty()) {
      options.add(new AttentionOption.ForcedKernel(kernel));
    }
    AttentionOption[] all = options.toArray(AttentionOption[]::new);
    return cache == null
        ? new Array(Attention.of(q.node(), k.node(), v.node(), all))
        : cache.attend(q, all);
  }

  Dims dims() {
    Shape qs = q.shape();
    Shape ks = k.shape();
    return new Dims(
        qs.dim(0), qs.dim(1), ks.dim(1), qs.dim(2), ks.dim(2), qs.dim(3), v.shape().dim(3));
  }
}
