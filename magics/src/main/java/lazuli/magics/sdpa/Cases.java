package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.array.Array;
import lazuli.array.Key;
import lazuli.array.KvCache;
import lazuli.array.Lazuli;
import lazuli.array.attention.AttentionOption;
import lazuli.array.attention.KvFormat;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;

/**
 * The experiments of the case study, each with the variant that went wrong beside the right one.
 */
final class Cases {
  private final Dims dims;
  private final DType dtype;
  private final String kernel;
  private final Array q;
  private final Array k;
  private final Array v;
  private final List<String> left = new ArrayList<>();

  /** Operands of these sizes, evaluated. */
  Cases(Dims dims, DType dtype, String kernel, long seed) {
    this.dims = dims;
    this.dtype = dtype;
    this.kernel = kernel;
    Key[] keys = Lazuli.key(seed).split(3);
    q = Lazuli.normal(keys[0], dims.q().dims()).astype(dtype);
    k = Lazuli.normal(keys[1], dims.k().dims()).astype(dtype);
    v = Lazuli.normal(keys[2], dims.v().dims()).astype(dtype);
    Lazuli.eval(q, k, v);
  }

  private AttentionOption[] options(AttentionOption... more) {
    List<AttentionOption> all = new ArrayList<>(List.of(more));
    if (!kernel.isEmpty()) {
      all.add(new AttentionOption.ForcedKernel(kernel));
    }
    return all.toArray(AttentionOption[]::new);
  }

  private static int whole(long size) {
    return Math.toIntExact(size);
  }

  private double bytes(Dims d) {
    return (double) dtype.bytes() * d.b() * d.hkv() * d.tk() * (d.d() + d.dv());
  }

  /** A cache made by concatenation, that keeps what it appended: the study's way. */
  private final class Concatenated {
    private Array keys = k;
    private Array values = v;
    private final Array newKeys = part(k);
    private final Array newValues = part(v);
    private final boolean keeps;

    Concatenated(boolean keeps) {
      this.keeps = keeps;
    }

    private Array part(Array all) {
      return all.get(":, :, 0:" + dims.tq()).eval();
    }

    Array step() {
      Array longer = Lazuli.concatenate(2, keys, newKeys);
      Array also = Lazuli.concatenate(2, values, newValues);
      if (keeps) {
        Lazuli.eval(longer, also);
        keys = longer;
        values = also;
      }
      return Lazuli.sdpa(q, longer, also, options());
    }

    long length() {
      return keys.shape().dim(2);
    }
  }

  /** A cache of a fixed number of keys, the oldest going first: it never grows. */
  private final class Rotating {
    private KvCache cache =
        KvCache.rotating(
                whole(dims.tk()),
                0,
                dtype,
                whole(dims.b()),
                whole(dims.hkv()),
                whole(dims.d()),
                whole(dims.dv()))
            .append(k, v);
    private final Array newKeys = k.get(":, :, 0:" + dims.tq()).eval();
    private final Array newValues = v.get(":, :, 0:" + dims.tq()).eval();

    Array step() {
      cache = cache.append(newKeys, newValues);
      return cache.attend(q, options());
    }
  }

  /** {@return one step of decoding, by concatenation and by caches} */
  List<CaseLine> kvCache() {
    Concatenated kept = new Concatenated(true);
    Concatenated fresh = new Concatenated(false);
    Rotating rotating = new Rotating();
    KvCache fixed = cache(KvFormat.PLAIN);
    double bytes = bytes(dims);
    Dims more = dims.with("tk", dims.tk() + dims.tq());
    return List.of(
        CaseLine.of("concatenate", fresh::step, more, "none", bytes(more), 0),
        new CaseLine("concatenate and keep", kept::step, more, "none", bytes, 0, kept::length),
        CaseLine.of("cache: append and attend", rotating::step, dims, "none", bytes, 0),
        CaseLine.of("cache: attend", () -> fixed.attend(q, options()), dims, "none", bytes, 0));
  }

  private KvCache cache(KvFormat format) {
    KvCache cache =
        KvCache.fixed(
            whole(dims.tk()),
            dtype,
            whole(dims.b()),
            whole(dims.hkv()),
            whole(dims.d()),
            whole(dims.dv()));
    KvCache asked = format == KvFormat.PLAIN ? cache : cache.quantised(format);
    return asked.append(k, v);
  }

  /** {@return attention on a plain cache and on quantised ones} */
  List<CaseLine> quantise() {
    List<CaseLine> lines = new ArrayList<>();
    double plain = cache(KvFormat.PLAIN).bytes();
    for (KvFormat format : KvFormat.values()) {
      KvCache cache;
      try {
        cache = cache(format);
      } catch (ArrayException misfit) {
        left.add(format.label() + " left out: " + Variant.oneLine(misfit));
        continue;
      }
      boolean codes = format != KvFormat.PLAIN;
      lines.add(
          CaseLine.of(
              (codes ? format.label() : dtype.label()) + " cache",
              () -> cache.attend(q, options()),
              dims,
              "none",
              cache.bytes(),
              codes ? plain : 0));
    }
    return lines;
  }

  /** {@return how far each cache's result is from float64 on the numbers before rounding} */
  List<String> errors(List<CaseLine> lines) {
    if (!Sweep.hasReference(dims)) {
      return left;
    }
    double[] reference =
        Lazuli.sdpa(
                q.astype(DType.F64),
                k.astype(DType.F64),
                v.astype(DType.F64),
                Lazuli.kernel("reference"))
            .toDoubleArray();
    List<String> notes = new ArrayList<>(left);
    for (CaseLine line : lines) {
      Accuracy error = Accuracy.of(line.call().get().toDoubleArray(), reference);
      notes.add(
          String.format(
              Locale.ROOT,
              "%s: error against float64 max %.2g, RMS %.2g",
              line.name(),
              error.max(),
              error.rms()));
    }
    return notes;
  }

  /** {@return masks and score changes at half the length and at all of it} */
  List<CaseLine> flex() {
    List<CaseLine> lines = new ArrayList<>();
    for (long part : new long[] {2, 1}) {
      long tq = Math.max(1, dims.tq() / part);
      long tk = Math.max(1, dims.tk() / part);
      Dims d = dims.with("tq", tq).with("tk", tk);
      Array qs = q.get(":, :, 0:" + tq).eval();
      Array ks = k.get(":, :, 0:" + tk).eval();
      Array vs = v.get(":, :, 0:" + tk).eval();
      Array slopes = Lazuli.alibiSlopes(whole(dims.hq())).eval();
      long window = Math.max(1, tk / 4);
      add(lines, "no change", d, "none", qs, ks, vs);
      add(lines, "causal", d, "causal", qs, ks, vs, Lazuli.causal());
      add(
          lines,
          "causal window of " + window,
          d,
          "causal window",
          qs,
          ks,
          vs,
          Lazuli.causal().and(Lazuli.window(window)));
      add(lines, "alibi", d, "none", qs, ks, vs, Lazuli.alibi(slopes));
      add(lines, "soft cap 50", d, "none", qs, ks, vs, Lazuli.softCap(50));
      add(
          lines,
          "relative position",
          d,
          "none",
          qs,
          ks,
          vs,
          Lazuli.score((s, b, h, i, j) -> s.add(i.aligned().sub(j))));
    }
    return lines;
  }

  private void add(
      List<CaseLine> lines,
      String name,
      Dims d,
      String mask,
      Array qs,
      Array ks,
      Array vs,
      AttentionOption... changes) {
    lines.add(
        CaseLine.of(
            name + ", Tk " + d.tk(),
            () -> Lazuli.sdpa(qs, ks, vs, options(changes)),
            d,
            mask,
            bytes(d),
            0));
  }
}
