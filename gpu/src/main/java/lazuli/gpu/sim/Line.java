package lazuli.gpu.sim;

import java.util.List;

/**
 * One instruction as written.
 *
 * @param number the line of the text
 * @param guard the guard's register, or an empty string
 * @param negated whether the guard is negated
 * @param opcode the instruction's name with its modifiers
 * @param operands as text
 */
record Line(int number, String guard, boolean negated, String opcode, List<String> operands) {
  /** {@return whether the name has this modifier} */
  boolean has(String modifier) {
    return opcode.endsWith("." + modifier) || opcode.contains("." + modifier + ".");
  }

  /** {@return the name's last part, usually the type} */
  String last() {
    return opcode.substring(opcode.lastIndexOf('.') + 1);
  }

  String operand(int i) {
    if (i >= operands.size()) {
      throw fault("has too few operands");
    }
    return operands.get(i);
  }

  SimFault fault(String what) {
    return new SimFault("PTX line " + number + ", " + this + ": " + what);
  }

  @Override
  public String toString() {
    return (guard.isEmpty() ? "" : "@" + (negated ? "!" : "") + guard + " ")
        + opcode
        + " "
        + String.join(", ", operands);
  }
}
