package lazuli.gpu.kernels;

import lazuli.array.type.DType;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Element;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Reg;

/**
 * The kernels of {@link SortKernel}. A pair is a key and a place; the place decides among equals.
 */
public final class SortCode {
  static final int THREADS = 256;

  private SortCode() {}

  /**
   * One kernel that reads or writes elements.
   *
   * @param type of the elements
   * @param places whether places are written, not elements
   * @param piece elements that a block sorts, a power of two from 64 to {@link SortKernel#PIECE}
   * @param rank dimensions across lines
   * @param whole whether the block has whole lines and writes the result
   */
  public record Form(DType type, boolean places, int piece, int rank, boolean whole) {}

  /** The parameters that all kernels with elements share. */
  private record Params(
      Reg in,
      Reg to,
      Reg keys,
      Reg places,
      Reg lines,
      Reg n,
      Reg all,
      Reg inStep,
      Reg toStep,
      Reg[] sizes,
      Reg[][] steps) {
    static Params of(Code c, int rank) {
      return new Params(
          c.param(Kind.B64),
          c.param(Kind.B64),
          c.param(Kind.B64),
          c.param(Kind.B64),
          c.param(Kind.B32),
          c.param(Kind.B32),
          c.param(Kind.B32),
          c.param(Kind.B64),
          c.param(Kind.B64),
          Walk.sizeParams(c, rank),
          new Reg[][] {Walk.stepParams(c, rank), Walk.stepParams(c, rank)});
    }
  }

  /** Pairs in shared memory. */
  private record Shared(Code c, Reg keys, Reg places) {
    static Shared of(Code c, int piece) {
      return new Shared(c, c.shared("keys", 8 * piece), c.shared("places", 4 * piece));
    }

    Reg keyAt(Reg slot) {
      return c.b32("mad.lo.s32", slot, 8, keys);
    }

    Reg placeAt(Reg slot) {
      return c.b32("mad.lo.s32", slot, 4, places);
    }

    void put(Reg slot, Reg key, Reg place) {
      c.op("st.shared.b64", Code.at(keyAt(slot), 0), key);
      c.op("st.shared.b32", Code.at(placeAt(slot), 0), place);
    }

    /** Compares two slots and exchanges them when they stand the wrong way round. */
    void exchange(Reg thread, int j, Reg descending) {
      Reg low = c.b32("and.b32", thread, j - 1);
      Reg slot = c.b32("add.s32", c.b32("shl.b32", c.b32("sub.s32", thread, low), 1), low);
      Reg keyAt = keyAt(slot);
      Reg placeAt = placeAt(slot);
      Reg a = c.b64("ld.shared.b64", Code.at(keyAt, 0));
      Reg b = c.b64("ld.shared.b64", Code.at(keyAt, 8L * j));
      Reg pa = c.b32("ld.shared.b32", Code.at(placeAt, 0));
      Reg pb = c.b32("ld.shared.b32", Code.at(placeAt, 4L * j));
      Reg later = Keys.before(c, b, pb, a, pa);
      Reg swap = c.pred("xor.pred", later, descending);
      c.where(
          swap,
          () -> {
            c.op("st.shared.b64", Code.at(keyAt, 0), b);
            c.op("st.shared.b64", Code.at(keyAt, 8L * j), a);
            c.op("st.shared.b32", Code.at(placeAt, 0), pb);
            c.op("st.shared.b32", Code.at(placeAt, 4L * j), pa);
          });
    }

    /** {@return whether the slot of a thread lies in a part that is sorted downwards} */
    Reg descending(Reg thread, Reg base, int j, Object k) {
      Reg low = c.b32("and.b32", thread, j - 1);
      Reg slot = c.b32("add.s32", c.b32("shl.b32", c.b32("sub.s32", thread, low), 1), low);
      Reg bit = c.b32("and.b32", c.b32("add.s32", base, slot), k);
      return c.pred("setp.ne.s32", bit, 0);
    }
  }

  /** {@return the kernel that sorts a piece; pieces of a longer line take turns in direction} */
  public static Code piece(Form f) {
    Code c = new Code("sort", f.piece / 2);
    Params p = Params.of(c, f.rank);
    Shared shared = Shared.of(c, f.piece);
    Reg thread = c.b32("mov.u32", "%tid.x");
    Reg block = c.b32("mov.u32", "%ctaid.x");
    Reg first = c.b32("mul.lo.s32", block, f.piece);
    Reg line = f.whole ? block : c.b32("div.u32", first, p.all);
    Reg start =
        f.whole ? c.b32("mov.u32", 0) : c.b32("sub.s32", first, c.b32("mul.lo.s32", line, p.all));
    Reg[] across = Walk.offsets(c, line, p.sizes, p.steps);
    Reg base = Keys.at(c, p.in, across[0], f.type);
    for (int half = 0; half < 2; half++) {
      Reg slot = c.b32("add.s32", thread, half * f.piece / 2);
      Reg index = c.b32("add.s32", start, slot);
      // What pads a line has the largest key and a place behind all others.
      Reg key = c.b64("mov.u64", -1);
      Code.Label past = c.label();
      c.goWhere(c.pred("setp.ge.u32", index, p.n), past);
      Reg offset = c.b64("mul.lo.s64", c.b64("cvt.u64.u32", index), p.inStep);
      Reg x = Element.load(c, ".global", f.type, Code.at(Keys.at(c, base, offset, f.type), 0));
      c.op("mov.u64", key, Keys.of(c, f.type, x));
      c.place(past);
      shared.put(slot, key, index);
    }
    for (int k = 2; k <= f.piece; k *= 2) {
      for (int j = k / 2; j > 0; j /= 2) {
        c.op("bar.sync", 0);
        Reg down = shared.descending(thread, start, j, k);
        shared.exchange(thread, j, down);
      }
    }
    c.op("bar.sync", 0);
    for (int half = 0; half < 2; half++) {
      Reg slot = c.b32("add.s32", thread, half * f.piece / 2);
      Reg place = c.b32("ld.shared.b32", Code.at(shared.placeAt(slot), 0));
      if (f.whole) {
        Code.Label past = c.label();
        c.goWhere(c.pred("setp.ge.u32", slot, p.n), past);
        write(c, f, p, across, slot, place);
        c.place(past);
      } else {
        Reg key = c.b64("ld.shared.b64", Code.at(shared.keyAt(slot), 0));
        Reg at = c.b32("add.s32", first, slot);
        c.op("st.global.b64", Code.at(Emit.address(c, p.keys, at, 8), 0), key);
        c.op("st.global.b32", Code.at(Emit.address(c, p.places, at, 4), 0), place);
      }
    }
    return c;
  }

  /** Writes a place, or the element that was there. */
  private static void write(Code c, Form f, Params p, Reg[] across, Reg index, Reg place) {
    Reg along = c.b64("mul.lo.s64", c.b64("cvt.u64.u32", index), p.toStep);
    Reg offset = c.b64("add.s64", across[1], along);
    if (f.places) {
      Element.store(
          c, ".global", DType.I32, Code.at(Keys.at(c, p.to, offset, DType.I32), 0), place);
      return;
    }
    Reg from = c.b64("mul.lo.s64", c.b64("cvt.u64.u32", place), p.inStep);
    Reg at = Keys.at(c, p.in, c.b64("add.s64", across[0], from), f.type);
    Keys.move(c, f.type, at, Keys.at(c, p.to, offset, f.type));
  }

  /** {@return the kernel that compares pairs further apart than a piece is long} */
  public static Code across() {
    Code c = new Code("sort_across", THREADS);
    Reg keys = c.param(Kind.B64);
    Reg places = c.param(Kind.B64);
    Reg all = c.param(Kind.B32);
    Reg k = c.param(Kind.B32);
    Reg j = c.param(Kind.B32);
    Reg thread = Emit.globalThread(c);
    Reg low = c.b32("and.b32", thread, c.b32("sub.s32", j, 1));
    Reg slot = c.b32("add.s32", c.b32("shl.b32", c.b32("sub.s32", thread, low), 1), low);
    Reg other = c.b32("add.s32", slot, j);
    // Lines are a power of two long: the place in the line is in the low bits.
    Reg inLine = c.b32("and.b32", slot, c.b32("sub.s32", all, 1));
    Reg descending = c.pred("setp.ne.s32", c.b32("and.b32", inLine, k), 0);
    Reg[] keyAt = {Emit.address(c, keys, slot, 8), Emit.address(c, keys, other, 8)};
    Reg[] placeAt = {Emit.address(c, places, slot, 4), Emit.address(c, places, other, 4)};
    Reg a = c.b64("ld.global.b64", Code.at(keyAt[0], 0));
    Reg b = c.b64("ld.global.b64", Code.at(keyAt[1], 0));
    Reg pa = c.b32("ld.global.b32", Code.at(placeAt[0], 0));
    Reg pb = c.b32("ld.global.b32", Code.at(placeAt[1], 0));
    Reg swap = c.pred("xor.pred", Keys.before(c, b, pb, a, pa), descending);
    c.where(
        swap,
        () -> {
          c.op("st.global.b64", Code.at(keyAt[0], 0), b);
          c.op("st.global.b64", Code.at(keyAt[1], 0), a);
          c.op("st.global.b32", Code.at(placeAt[0], 0), pb);
          c.op("st.global.b32", Code.at(placeAt[1], 0), pa);
        });
    return c;
  }

  /** {@return the kernel that ends a merge inside each piece} */
  public static Code within() {
    int piece = SortKernel.PIECE;
    Code c = new Code("sort_within", piece / 2);
    Reg keys = c.param(Kind.B64);
    Reg places = c.param(Kind.B64);
    Reg all = c.param(Kind.B32);
    Reg k = c.param(Kind.B32);
    Shared shared = Shared.of(c, piece);
    Reg thread = c.b32("mov.u32", "%tid.x");
    Reg first = c.b32("mul.lo.s32", c.b32("mov.u32", "%ctaid.x"), piece);
    Reg start = c.b32("and.b32", first, c.b32("sub.s32", all, 1));
    for (int half = 0; half < 2; half++) {
      Reg slot = c.b32("add.s32", thread, half * piece / 2);
      Reg at = c.b32("add.s32", first, slot);
      shared.put(
          slot,
          c.b64("ld.global.b64", Code.at(Emit.address(c, keys, at, 8), 0)),
          c.b32("ld.global.b32", Code.at(Emit.address(c, places, at, 4), 0)));
    }
    Reg down = c.pred("setp.ne.s32", c.b32("and.b32", start, k), 0);
    for (int j = piece / 2; j > 0; j /= 2) {
      c.op("bar.sync", 0);
      shared.exchange(thread, j, down);
    }
    c.op("bar.sync", 0);
    for (int half = 0; half < 2; half++) {
      Reg slot = c.b32("add.s32", thread, half * piece / 2);
      Reg at = c.b32("add.s32", first, slot);
      Reg key = c.b64("ld.shared.b64", Code.at(shared.keyAt(slot), 0));
      Reg place = c.b32("ld.shared.b32", Code.at(shared.placeAt(slot), 0));
      c.op("st.global.b64", Code.at(Emit.address(c, keys, at, 8), 0), key);
      c.op("st.global.b32", Code.at(Emit.address(c, places, at, 4), 0), place);
    }
    return c;
  }

  /** {@return the kernel that writes results from sorted pairs, a thread for each} */
  public static Code emit(Form f) {
    Code c = new Code("sort_emit", Emit.THREADS);
    Params p = Params.of(c, f.rank);
    Reg thread = Emit.globalThread(c);
    Code.Label end = c.label();
    c.goWhere(c.pred("setp.ge.u32", thread, c.b32("mul.lo.s32", p.lines, p.n)), end);
    Reg line = c.b32("div.u32", thread, p.n);
    Reg index = c.b32("sub.s32", thread, c.b32("mul.lo.s32", line, p.n));
    Reg[] across = Walk.offsets(c, line, p.sizes, p.steps);
    Reg at = c.b32("mad.lo.s32", line, p.all, index);
    Reg place = c.b32("ld.global.b32", Code.at(Emit.address(c, p.places, at, 4), 0));
    write(c, f, p, across, index, place);
    c.place(end);
    return c;
  }
}
