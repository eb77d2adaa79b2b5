package lazuli.gpu.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One entry, decoded: what each line does, which register slots it uses, constants included. */
public final class Program {
  /** What a line does to control. */
  enum Flow {
    NEXT,
    BRANCH,
    BARRIER,
    EXIT
  }

  /** One decoded line. */
  static final class Instruction {
    final Line line;
    Flow flow = Flow.NEXT;
    @Nullable Exec exec;
    int guard = -1;
    int target = -1;
    int barrier;

    /** Predicates of a reducing barrier: destination and source, and whether it is an and. */
    int reduced = -1;

    int contributed = -1;
    boolean inverted;
    boolean and;

    Instruction(Line line) {
      this.line = line;
    }
  }

  private static final String[] KINDS = {"pred", "b16", "b32", "b64", "f32", "f64"};
  private static final int SHORT = 1;
  private static final int INT = 2;
  private static final int LONG = 3;
  private static final int FLOAT = 4;
  private static final int DOUBLE = 5;

  final Parser.Source source;
  final List<Instruction> code = new ArrayList<>();
  private final Map<String, int[]> registers = new HashMap<>();
  final int[] counts = new int[KINDS.length];
  final List<long[]> constants = new ArrayList<>();
  private final Map<String, Integer> known = new HashMap<>();

  private Program(Parser.Source source) {
    this.source = source;
    source.registers.forEach((name, type) -> registers.put(name, new int[] {kind(type), 0}));
    registers.values().forEach(r -> r[1] = counts[r[0]]++);
    for (Line line : source.lines) {
      code.add(Decoder.decode(line, this));
    }
    Instruction end = new Instruction(new Line(0, "", false, "end", List.of()));
    end.flow = Flow.EXIT;
    code.add(end);
  }

  /** {@return the entries of a module} */
  public static Map<String, Program> load(String text) {
    Map<String, Program> programs = new LinkedHashMap<>();
    Parser.parse(text).forEach((name, source) -> programs.put(name, new Program(source)));
    return programs;
  }

  /** {@return the entry's name} */
  public String name() {
    return source.name;
  }

  /** {@return the sizes of the parameters, in order} */
  public int[] params() {
    return source.params.stream().mapToInt(Parser.Param::bytes).toArray();
  }

  /** {@return the most threads of a block} */
  public int threads() {
    return source.threads;
  }

  /** {@return the bytes of shared memory that the text declares} */
  public int sharedBytes() {
    return source.sharedBytes;
  }

  private static int kind(String type) {
    return switch (type) {
      case "pred" -> 0;
      case "b16", "u16", "s16", "f16" -> SHORT;
      case "b32", "u32", "s32" -> INT;
      case "b64", "u64", "s64" -> LONG;
      case "f32" -> FLOAT;
      case "f64" -> DOUBLE;
      default -> throw new SimFault("no registers of type " + type);
    };
  }

  /** {@return the kind of a register's name: a position in pred, b16, b32, b64, f32, f64} */
  int kindOf(Line line, String name) {
    int[] register = registers.get(name);
    if (register == null) {
      throw line.fault("no register " + name);
    }
    return register[0];
  }

  boolean isRegister(String name) {
    return registers.containsKey(name);
  }

  int pred(Line line, String name) {
    return slot(line, name, 0);
  }

  int b16(Line line, String name) {
    return slot(line, name, SHORT);
  }

  int b32(Line line, String name) {
    return slot(line, name, INT);
  }

  int b64(Line line, String name) {
    return slot(line, name, LONG);
  }

  int f32(Line line, String name) {
    return slot(line, name, FLOAT);
  }

  int f64(Line line, String name) {
    return slot(line, name, DOUBLE);
  }

  /** {@return the slot of a register, or of a constant, which gets one of its own} */
  private int slot(Line line, String name, int kind) {
    int[] register = registers.get(name);
    if (register != null) {
      if (register[0] != kind) {
        throw line.fault(name + " is " + KINDS[register[0]] + ", needs " + KINDS[kind]);
      }
      return register[1];
    }
    long bits = constant(line, name, kind);
    return known.computeIfAbsent(
        kind + ":" + bits,
        key -> {
          constants.add(new long[] {kind, counts[kind], bits});
          return counts[kind]++;
        });
  }

  private long constant(Line line, String text, int kind) {
    try {
      if (text.startsWith("0f")) {
        int bits = Integer.parseUnsignedInt(text.substring(2), 16);
        return kind == DOUBLE
            ? Double.doubleToRawLongBits(Float.intBitsToFloat(bits))
            : Integer.toUnsignedLong(bits);
      }
      if (text.startsWith("0d")) {
        return Long.parseUnsignedLong(text.substring(2), 16);
      }
      Integer address = source.shared.get(text);
      if (address != null) {
        return address;
      }
      if (text.equals("dynamic")) {
        return (source.sharedBytes + 15) / 16 * 16;
      }
      if (kind == FLOAT || kind == DOUBLE) {
        throw line.fault("needs a floating constant or register, got " + text);
      }
      return Long.decode(text);
    } catch (NumberFormatException e) {
      throw line.fault("no register and no constant: " + text);
    }
  }

  /** {@return the offset of a parameter in parameter memory} */
  int param(Line line, String name) {
    for (Parser.Param param : source.params) {
      if (param.name().equals(name)) {
        return param.offset();
      }
    }
    throw line.fault("no parameter " + name);
  }

  int label(Line line, String name) {
    Integer target = source.labels.get(name);
    if (target == null) {
      throw line.fault("no label " + name);
    }
    return target;
  }
}
