package lazuli.gpu.sim;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds what a line does: control here, everything else in the families of instructions. */
final class Decoder {
  private Decoder() {}

  static Program.Instruction decode(Line line, Program p) {
    Program.Instruction in = new Program.Instruction(line);
    if (!line.guard().isEmpty()) {
      in.guard = p.pred(line, line.guard());
    }
    String op = line.opcode();
    switch (op) {
      case "bra", "bra.uni" -> {
        in.flow = Program.Flow.BRANCH;
        in.target = p.label(line, line.operand(0));
      }
      case "ret", "exit" -> in.flow = Program.Flow.EXIT;
      case "bar.sync", "barrier.sync" -> {
        in.flow = Program.Flow.BARRIER;
        in.barrier = Integer.parseInt(line.operand(0));
      }
      case "bar.red.or.pred", "bar.red.and.pred" -> {
        in.flow = Program.Flow.BARRIER;
        in.reduced = p.pred(line, line.operand(0));
        in.barrier = Integer.parseInt(line.operand(1));
        String source = line.operand(2);
        in.contributed = p.pred(line, source.startsWith("!") ? source.substring(1) : source);
        in.inverted = source.startsWith("!");
        in.and = op.contains(".and.");
      }
      default -> in.exec = exec(line, p);
    }
    return in;
  }

  private static Exec exec(Line line, Program p) {
    List<Family> families =
        List.of(
            Moves::decode,
            Floats::decode,
            Integers::decode,
            Conversions::decode,
            MemoryAccess::decode,
            AsyncCopies::decode,
            Matrices::decode,
            Shuffles::decode);
    for (Family family : families) {
      Exec exec = family.decode(line, p);
      if (exec != null) {
        return exec;
      }
    }
    throw line.fault("the simulator does not know this instruction");
  }

  /** One family of instructions. */
  private interface Family {
    @Nullable Exec decode(Line line, Program p);
  }
}
