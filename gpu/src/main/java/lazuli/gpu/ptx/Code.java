package lazuli.gpu.ptx;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One kernel under construction. Registers are typed by their {@link Kind}: every method that makes
 * one is named after it, takes the instruction's name, and gives the new destination register.
 *
 * <p>Operands are registers, {@code int}, {@code long}, {@code float} and {@code double} constants,
 * lists (vectors in braces) and ready text such as {@link #at}. Mutable; used by one thread.
 */
public final class Code {
  /** A place that branches name. */
  public record Label(String name) {
    @Override
    public String toString() {
      return name;
    }
  }

  private final String name;
  private final int threads;
  private final int blocks;
  private final List<String> params = new ArrayList<>();
  private final List<String> shared = new ArrayList<>();
  private final StringBuilder body = new StringBuilder();
  private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
  private String guard = "";
  private int labels;

  /**
   * Begins a kernel.
   *
   * @param name its entry's name
   * @param threads the most threads of a block
   */
  public Code(String name, int threads) {
    this(name, threads, 0);
  }

  /**
   * Begins a kernel that is meant to share a multiprocessor with others of its kind.
   *
   * @param name its entry's name
   * @param threads the most threads of a block
   * @param blocks how many blocks a multiprocessor's registers must hold, 0 to leave it open
   */
  public Code(String name, int threads, int blocks) {
    this.name = name;
    this.threads = threads;
    this.blocks = blocks;
  }

  /** {@return the entry's name} */
  public String name() {
    return name;
  }

  /** {@return a new register without a value} */
  public Reg reg(Kind kind) {
    int n = counts.merge(kind, 1, Integer::sum);
    return new Reg(kind, n - 1);
  }

  /** {@return the value of the next parameter} */
  public Reg param(Kind kind) {
    String param = "p" + params.size();
    String type =
        switch (kind) {
          case B32 -> ".u32";
          case B64 -> ".u64";
          case F32, F64 -> kind.directive;
          case PRED, B16 -> throw new IllegalArgumentException("no parameters of " + kind);
        };
    params.add(".param " + type + " " + param);
    Reg to = reg(kind);
    op("ld.param" + type, to, "[" + param + "]");
    return to;
  }

  /** {@return the address of a named piece of shared memory, known when the kernel is compiled} */
  public Reg shared(String label, int bytes) {
    shared.add(".shared .align 16 .b8 " + label + "[" + bytes + "];");
    return b32("mov.u32", label);
  }

  /** Writes an instruction. */
  public void op(String instruction, Object... operands) {
    body.append("  ").append(guard).append(instruction);
    for (int i = 0; i < operands.length; i++) {
      body.append(i == 0 ? " " : ", ").append(text(operands[i]));
    }
    body.append(";\n");
  }

  private Reg to(Kind kind, String instruction, Object... operands) {
    Reg to = reg(kind);
    Object[] all = new Object[operands.length + 1];
    all[0] = to;
    System.arraycopy(operands, 0, all, 1, operands.length);
    op(instruction, all);
    return to;
  }

  /** {@return the instruction's truth value} */
  public Reg pred(String instruction, Object... operands) {
    return to(Kind.PRED, instruction, operands);
  }

  /** {@return the instruction's 16 bits} */
  public Reg b16(String instruction, Object... operands) {
    return to(Kind.B16, instruction, operands);
  }

  /** {@return the instruction's 32 bits} */
  public Reg b32(String instruction, Object... operands) {
    return to(Kind.B32, instruction, operands);
  }

  /** {@return the instruction's 64 bits} */
  public Reg b64(String instruction, Object... operands) {
    return to(Kind.B64, instruction, operands);
  }

  /** {@return the instruction's binary32} */
  public Reg f32(String instruction, Object... operands) {
    return to(Kind.F32, instruction, operands);
  }

  /** {@return the instruction's binary64} */
  public Reg f64(String instruction, Object... operands) {
    return to(Kind.F64, instruction, operands);
  }

  /** {@return the instruction's result in a register of a kind chosen by the caller} */
  public Reg as(Kind kind, String instruction, Object... operands) {
    return to(kind, instruction, operands);
  }

  /** {@return the text of a memory operand} */
  public static String at(Reg address, long offset) {
    return "[" + address + (offset == 0 ? "" : "+" + offset) + "]";
  }

  private static String text(Object operand) {
    return switch (operand) {
      case Float f -> String.format("0f%08X", Float.floatToRawIntBits(f));
      case Double d -> String.format("0d%016X", Double.doubleToRawLongBits(d));
      case List<?> vector -> {
        List<String> parts = new ArrayList<>();
        vector.forEach(part -> parts.add(text(part)));
        yield "{" + String.join(", ", parts) + "}";
      }
      default -> operand.toString();
    };
  }

  /** Writes what the body writes, executed only by threads where the truth value holds. */
  public void where(Reg condition, Runnable written) {
    guarded("@" + condition + " ", written);
  }

  /** Writes what the body writes, executed only by threads where the truth value does not hold. */
  public void unless(Reg condition, Runnable written) {
    guarded("@!" + condition + " ", written);
  }

  private void guarded(String text, Runnable written) {
    if (!guard.isEmpty()) {
      throw new IllegalStateException("a guard inside a guard");
    }
    guard = text;
    written.run();
    guard = "";
  }

  /** {@return a label that is not placed yet} */
  public Label label() {
    return new Label("L" + labels++);
  }

  /** Places a label here. */
  public void place(Label label) {
    body.append(label).append(":\n");
  }

  /** Goes to a label. */
  public void go(Label to) {
    op("bra", to);
  }

  /** Goes to a label where the condition holds. */
  public void goWhere(Reg condition, Label to) {
    where(condition, () -> op("bra", to));
  }

  /** Goes to a label where the condition does not hold. */
  public void goUnless(Reg condition, Label to) {
    unless(condition, () -> op("bra", to));
  }

  /** {@return the kernel's text, without the module's header} */
  public String text() {
    StringBuilder out = new StringBuilder();
    out.append(".visible .entry ").append(name).append("(\n  ");
    out.append(String.join(",\n  ", params)).append(")\n");
    out.append(".maxntid ").append(threads).append(", 1, 1\n");
    if (blocks > 0) {
      out.append(".minnctapersm ").append(blocks).append('\n');
    }
    out.append("{\n");
    counts.forEach(
        (kind, n) ->
            out.append("  .reg ")
                .append(kind.directive)
                .append(' ')
                .append(kind.prefix)
                .append('<')
                .append(n)
                .append(">;\n"));
    shared.forEach(line -> out.append("  ").append(line).append('\n'));
    return out.append(body).append("  ret;\n}\n").toString();
  }

  /**
   * {@return a module of kernels}
   *
   * @param target such as {@code sm_80}
   * @param kernels at least one
   */
  public static String module(String target, List<Code> kernels) {
    return module(PtxVersion.LEAST, target, kernels);
  }

  /**
   * {@return a module of kernels}
   *
   * @param version of the language, as {@link PtxVersion} counts
   * @param target such as {@code sm_80}
   * @param kernels at least one
   */
  public static String module(int version, String target, List<Code> kernels) {
    StringBuilder out = new StringBuilder();
    out.append(".version ").append(PtxVersion.text(version));
    out.append("\n.target ").append(target).append("\n.address_size 64\n");
    out.append(".extern .shared .align 16 .b8 dynamic[];\n");
    kernels.forEach(kernel -> out.append(kernel.text()));
    return out.toString();
  }
}
