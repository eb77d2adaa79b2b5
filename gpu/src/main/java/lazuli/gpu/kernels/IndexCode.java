package lazuli.gpu.kernels;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.type.DType;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Element;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Reg;

/**
 * PTX that turns the values of index arrays into an offset, and writes down the first index that is
 * out of bounds.
 */
final class IndexCode {
  private final Code c;
  private final DType[] types;
  private final Reg[] bases;
  private final Reg[] sizes;
  private final Reg[] strides;
  private final Reg faults;
  private final Reg launch;

  /** Declares the parameters: for each index array its address, and the dimension it picks from. */
  IndexCode(Code c, List<DType> types) {
    this.c = c;
    this.types = types.toArray(DType[]::new);
    faults = c.param(Kind.B64);
    launch = c.param(Kind.B32);
    bases = new Reg[this.types.length];
    sizes = new Reg[bases.length];
    strides = new Reg[bases.length];
    for (int i = 0; i < bases.length; i++) {
      bases[i] = c.param(Kind.B64);
      sizes[i] = c.param(Kind.B64);
      strides[i] = c.param(Kind.B64);
    }
  }

  /** {@return the arguments for the parameters} */
  static List<Number> arguments(
      long faults, int launch, List<Long> addresses, List<Long> sizes, List<Long> strides) {
    List<Number> all = new ArrayList<>(List.of(faults, launch));
    for (int i = 0; i < addresses.size(); i++) {
      all.addAll(List.of(addresses.get(i), sizes.get(i), strides.get(i)));
    }
    return all;
  }

  /**
   * {@return the sum of the picked places, in elements}
   *
   * @param offsets where each index array's value lies, in elements
   * @param element the number of the value in the index arrays, for the error
   * @param bad where a thread goes whose index is out of bounds
   */
  Reg offset(Reg[] offsets, Reg element, Code.Label bad) {
    Reg sum = c.b64("mov.u64", 0);
    for (int i = 0; i < bases.length; i++) {
      Reg at = Keys.at(c, bases[i], offsets[i], types[i]);
      Reg value = Element.load(c, ".global", types[i], Code.at(at, 0));
      Reg index = types[i] == DType.I32 ? c.b64("cvt.s64.s32", value) : value;
      Reg fromEnd = c.b64("add.s64", index, sizes[i]);
      Reg place = c.b64("selp.b64", fromEnd, index, c.pred("setp.lt.s64", index, 0));
      Code.Label good = c.label();
      // Unsigned, so that what is still negative is too large.
      c.goWhere(c.pred("setp.lt.u64", place, sizes[i]), good);
      Reg before = c.b32("atom.global.add.u32", Code.at(faults, 0), 1);
      c.goWhere(c.pred("setp.ne.s32", before, 0), bad);
      c.op("st.global.b64", Code.at(faults, 8), index);
      c.op("st.global.b32", Code.at(faults, 16), element);
      c.op("st.global.b32", Code.at(faults, 20), c.b32("mov.u32", i));
      c.op("st.global.b32", Code.at(faults, 24), launch);
      c.go(bad);
      c.place(good);
      c.op("mad.lo.s64", sum, place, strides[i], sum);
    }
    return sum;
  }
}
