package lazuli.array.cpu.code;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the few x86-64 instructions that {@link ProductCode} needs.
 *
 * <p>Encodings: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, chapter 2
 * (REX, VEX, EVEX prefixes, disp8*N) and the pages of each instruction. Vector registers are the
 * 512-bit ones, named by number; tiles are tmm0 to tmm7.
 */
final class Assembler {
  /** A place in the code, known when it is bound. */
  static final class Label {
    private int position = -1;
    private final List<Integer> uses = new ArrayList<>();
  }

  /** Conditions of jumps, with their codes. */
  enum Condition {
    BELOW(0x2),
    ZERO(0x4),
    NOT_ZERO(0x5);

    private final int code;

    Condition(int code) {
      this.code = code;
    }
  }

  // VEX and EVEX: the legacy prefix and the opcode map, as numbers.
  private static final int NONE = 0;
  private static final int P66 = 1;
  private static final int PF3 = 2;
  private static final int PF2 = 3;
  private static final int MAP_0F = 1;
  private static final int MAP_0F38 = 2;
  private static final int MAP_0F3A = 3;

  private final ByteBuffer code = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);

  /** {@return the code so far; every label used must be bound} */
  byte[] bytes() {
    byte[] all = new byte[code.position()];
    code.get(0, all);
    return all;
  }

  /** {@return the size of the code so far} */
  int position() {
    return code.position();
  }

  /** Puts a label here. */
  void bind(Label label) {
    label.position = code.position();
    for (int use : label.uses) {
      code.putInt(use, label.position - (use + 4));
    }
  }

  /** Fills up with zeros to a multiple of the alignment. */
  void align(int alignment) {
    while (code.position() % alignment != 0) {
      code.put((byte) 0);
    }
  }

  /** Plain data. */
  void data(byte[] bytes) {
    code.put(bytes);
  }

  void push(Register r) {
    if (r.ordinal() >= 8) {
      emit(0x41);
    }
    emit(0x50 + (r.ordinal() & 7));
  }

  void pop(Register r) {
    if (r.ordinal() >= 8) {
      emit(0x41);
    }
    emit(0x58 + (r.ordinal() & 7));
  }

  void ret() {
    emit(0xC3);
  }

  void cpuid() {
    emit(0x0F, 0xA2);
  }

  void xgetbv() {
    emit(0x0F, 0x01, 0xD0);
  }

  void move(Register to, Register from) {
    integer(0x89, from, to);
  }

  void move(Register to, Address from) {
    integer(0x8B, to, from);
  }

  /** Sign-extends the constant. */
  void move(Register to, int constant) {
    emit(0x48 | to.ordinal() >> 3, 0xC7, 0xC0 | to.ordinal() & 7);
    code.putInt(constant);
  }

  void store(Address to, Register from) {
    integer(0x89, from, to);
  }

  void load(Register to, Address address) {
    integer(0x8D, to, address);
  }

  void add(Register to, Register from) {
    integer(0x01, from, to);
  }

  void subtract(Register from, Register what) {
    integer(0x29, what, from);
  }

  void add(Register to, int constant) {
    constant(0, to, constant);
  }

  void subtract(Register from, int constant) {
    constant(5, from, constant);
  }

  void compare(Register a, int constant) {
    constant(7, a, constant);
  }

  void or(Register to, Register from) {
    integer(0x09, from, to);
  }

  void shiftLeft(Register r, int bits) {
    emit(0x48 | r.ordinal() >> 3, 0xC1, 0xE0 | r.ordinal() & 7, bits);
  }

  void shiftRight(Register r, int bits) {
    emit(0x48 | r.ordinal() >> 3, 0xC1, 0xE8 | r.ordinal() & 7, bits);
  }

  void jump(Condition condition, Label to) {
    emit(0x0F, 0x80 | condition.code);
    relative(to);
  }

  void zeroUpper() {
    emit(0xC5, 0xF8, 0x77);
  }

  /** VMOVUPS zmm, m512. */
  void loadVector(int to, Address from) {
    evex(MAP_0F, NONE, 0x10, to, 0, from, 64);
  }

  /** VMOVUPS m512, zmm. */
  void storeVector(Address to, int from) {
    evex(MAP_0F, NONE, 0x11, from, 0, to, 64);
  }

  /** VPBROADCASTD zmm, m32. */
  void broadcast(int to, Address from) {
    evex(MAP_0F38, P66, 0x58, to, 0, from, 4);
  }

  /** VPXORD zmm, zmm, zmm of a register with itself. */
  void zeroVector(int r) {
    evex(MAP_0F, P66, 0xEF, r, r, r);
  }

  /** VDPBF16PS sum, a, b: each lane adds two products of neighbouring bf16 numbers. */
  void dotBf16(int sum, int a, int b) {
    evex(MAP_0F38, PF3, 0x52, sum, a, b);
  }

  /** VMOVAPS zmm, zmm. */
  void copyVector(int to, int from) {
    evex(MAP_0F, NONE, 0x28, to, 0, from);
  }

  /** VFMADD213PS x, by, plus: x = x * by + plus. */
  void multiplyAdd(int x, int by, int plus) {
    evex(MAP_0F38, P66, 0xA8, x, by, plus);
  }

  /** VREDUCEPS to, x, 9: what x exceeds its floor by; 0 for infinities. */
  void fraction(int to, int x) {
    evex(MAP_0F3A, P66, 0x56, to, 0, x);
    emit(9);
  }

  /** VSCALEFPS to, x, exponent: x times 2 to the floor of the exponent. */
  void scale(int to, int x, int exponent) {
    evex(MAP_0F38, P66, 0x2C, to, x, exponent);
  }

  /** VCVTNE2PS2BF16 to, high, low: two vectors of floats rounded to one of bf16 numbers. */
  void roundBf16(int to, int high, int low) {
    evex(MAP_0F38, PF2, 0x72, to, high, low);
  }

  /** LDTILECFG. */
  void configureTiles(Address configuration) {
    vex(NONE, 0x49, 0, 0, configuration);
  }

  /** TILERELEASE. */
  void releaseTiles() {
    vex(NONE, 0x49, 0, 0, 0);
  }

  /** TILEZERO. */
  void zeroTile(int tile) {
    vex(PF2, 0x49, tile, 0, 0);
  }

  /** TILELOADD: the index register holds the distance of rows in bytes. */
  void loadTile(int tile, Address from) {
    vex(PF2, 0x4B, tile, 0, from);
  }

  /** TILESTORED: the index register holds the distance of rows in bytes. */
  void storeTile(Address to, int tile) {
    vex(PF3, 0x4B, tile, 0, to);
  }

  /** TDPBF16PS sum, a, b: 16 x 16 sums of products of bf16 numbers, in pairs. */
  void dotTiles(int sum, int a, int b) {
    vex(PF3, 0x5C, sum, b, a);
  }

  private void emit(int... bytes) {
    for (int b : bytes) {
      code.put((byte) b);
    }
  }

  private void relative(Label to) {
    to.uses.add(code.position());
    code.putInt(to.position < 0 ? 0 : to.position - (code.position() + 4));
  }

  private void integer(int opcode, Register reg, Register rm) {
    emit(0x48 | reg.ordinal() >> 3 << 2 | rm.ordinal() >> 3, opcode);
    emit(0xC0 | (reg.ordinal() & 7) << 3 | rm.ordinal() & 7);
  }

  private void integer(int opcode, Register reg, Address rm) {
    emit(0x48 | reg.ordinal() >> 3 << 2 | extension(rm.index()) << 1 | extension(rm.base()));
    emit(opcode);
    memory(reg.ordinal(), rm, 1);
  }

  private void constant(int operation, Register r, int constant) {
    emit(0x48 | r.ordinal() >> 3, 0x81, 0xC0 | operation << 3 | r.ordinal() & 7);
    code.putInt(constant);
  }

  private void vex(int prefix, int opcode, int reg, int second, Address rm) {
    emit(
        0xC4, 0x80 | (extension(rm.index()) ^ 1) << 6 | (extension(rm.base()) ^ 1) << 5 | MAP_0F38);
    emit((~second & 15) << 3 | prefix, opcode);
    memory(reg, rm, 1);
  }

  private void vex(int prefix, int opcode, int reg, int second, int rm) {
    emit(0xC4, 0xE0 | MAP_0F38, (~second & 15) << 3 | prefix, opcode, 0xC0 | reg << 3 | rm);
  }

  private void evex(int map, int prefix, int opcode, int reg, int second, Address rm, int unit) {
    int inverted =
        (reg >> 3 & 1) << 7
            | extension(rm.index()) << 6
            | extension(rm.base()) << 5
            | (reg >> 4 & 1) << 4;
    emit(0x62, inverted ^ 0xF0 | map, (~second & 15) << 3 | 4 | prefix);
    emit(0x40 | (second >> 4 & 1 ^ 1) << 3, opcode);
    memory(reg, rm, unit);
  }

  private void evex(int map, int prefix, int opcode, int reg, int second, int rm) {
    int inverted =
        (reg >> 3 & 1) << 7 | (rm >> 4 & 1) << 6 | (rm >> 3 & 1) << 5 | (reg >> 4 & 1) << 4;
    emit(0x62, inverted ^ 0xF0 | map, (~second & 15) << 3 | 4 | prefix);
    emit(0x40 | (second >> 4 & 1 ^ 1) << 3, opcode, 0xC0 | (reg & 7) << 3 | rm & 7);
  }

  private static int extension(@Nullable Register r) {
    return r == null ? 0 : r.ordinal() >> 3;
  }

  /** ModRM, SIB and displacement; an 8-bit displacement counts in units (EVEX disp8*N). */
  private void memory(int reg, Address a, int unit) {
    int field = (reg & 7) << 3;
    if (a.label() != null) {
      emit(field | 5);
      relative(a.label());
      return;
    }
    Register base = java.util.Objects.requireNonNull(a.base());
    int b = base.ordinal() & 7;
    int d = a.displacement();
    boolean none = d == 0 && b != 5;
    boolean small = d % unit == 0 && d / unit >= -128 && d / unit <= 127;
    int mod = none ? 0 : small ? 0x40 : 0x80;
    if (a.index() != null || b == 4) {
      int index = a.index() == null ? 4 : a.index().ordinal() & 7;
      emit(mod | field | 4, Integer.numberOfTrailingZeros(a.scale()) << 6 | index << 3 | b);
    } else {
      emit(mod | field | b);
    }
    if (mod == 0x40) {
      emit(d / unit);
    } else if (mod == 0x80) {
      code.putInt(d);
    }
  }
}
