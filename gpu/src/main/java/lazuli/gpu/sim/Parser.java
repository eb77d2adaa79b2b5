package lazuli.gpu.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a PTX module (PTX ISA, section 4): entries, registers, shared variables, instructions. */
final class Parser {
  /** One parameter of an entry. */
  record Param(String name, int bytes, int offset) {}

  /** An entry as written. */
  static final class Source {
    final String name;
    final List<Param> params = new ArrayList<>();
    final Map<String, String> registers = new HashMap<>();
    final Map<String, Integer> shared = new HashMap<>();
    final Map<String, Integer> labels = new HashMap<>();
    final List<Line> lines = new ArrayList<>();
    int sharedBytes;
    int threads = 1024;

    private Source(String name) {
      this.name = name;
    }
  }

  private final String[] text;
  private int at;

  private Parser(String text) {
    this.text = text.split("\n");
  }

  static Map<String, Source> parse(String text) {
    return new Parser(text).module();
  }

  private Map<String, Source> module() {
    Map<String, Source> entries = new LinkedHashMap<>();
    String version = "";
    for (; at < text.length; at++) {
      String line = clean(text[at]);
      if (line.startsWith(".version")) {
        version = line;
      } else if (line.contains(".entry ")) {
        Source entry = entry(line);
        entries.put(entry.name, entry);
      } else if (!line.isEmpty()
          && !line.startsWith(".target")
          && !line.startsWith(".address_size")
          && !line.startsWith(".extern .shared")) {
        throw new SimFault("PTX line " + (at + 1) + ": not understood: " + line);
      }
    }
    if (version.isEmpty()) {
      throw new SimFault("PTX without .version");
    }
    return entries;
  }

  private static String clean(String line) {
    int comment = line.indexOf("//");
    return (comment < 0 ? line : line.substring(0, comment)).strip();
  }

  private Source entry(String first) {
    StringBuilder head = new StringBuilder(first);
    while (head.indexOf("{") < 0) {
      head.append(' ').append(clean(text[++at]));
    }
    String start = head.substring(head.indexOf(".entry ") + 7);
    int open = start.indexOf('(');
    Source entry = new Source(start.substring(0, open).strip());
    String inside = start.substring(open + 1, start.indexOf(')'));
    int offset = 0;
    for (String param : inside.split(",")) {
      if (param.isBlank()) {
        continue;
      }
      String[] words = param.strip().split("\\s+");
      int bytes = bytes(words[1].substring(1));
      offset = (offset + bytes - 1) / bytes * bytes;
      entry.params.add(new Param(words[2], bytes, offset));
      offset += bytes;
    }
    int bound = start.indexOf(".maxntid ");
    if (bound >= 0) {
      entry.threads = Integer.parseInt(start.substring(bound + 9).split("[, {]")[0].strip());
    }
    for (at++; !clean(text[at]).equals("}"); at++) {
      statement(entry, clean(text[at]));
    }
    return entry;
  }

  private void statement(Source entry, String line) {
    if (line.isEmpty()) {
      return;
    }
    if (line.endsWith(":")) {
      entry.labels.put(line.substring(0, line.length() - 1), entry.lines.size());
      return;
    }
    if (!line.endsWith(";")) {
      throw new SimFault("PTX line " + (at + 1) + ": one whole statement a line, not: " + line);
    }
    String body = line.substring(0, line.length() - 1).strip();
    if (body.startsWith(".reg ")) {
      register(entry, body.split("\\s+"));
    } else if (body.startsWith(".shared ")) {
      shared(entry, body);
    } else {
      entry.lines.add(instruction(body));
    }
  }

  private static void register(Source entry, String[] words) {
    String type = words[1].substring(1);
    String name = words[2];
    int open = name.indexOf('<');
    int count = Integer.parseInt(name.substring(open + 1, name.indexOf('>')));
    for (int i = 0; i < count; i++) {
      entry.registers.put(name.substring(0, open) + i, type);
    }
  }

  private static void shared(Source entry, String body) {
    int open = body.indexOf('[');
    String name = body.substring(body.lastIndexOf(' ', open) + 1, open);
    int bytes = Integer.parseInt(body.substring(open + 1, body.indexOf(']')));
    int start = (entry.sharedBytes + 15) / 16 * 16;
    entry.shared.put(name, start);
    entry.sharedBytes = start + bytes;
  }

  private Line instruction(String body) {
    String guard = "";
    boolean negated = false;
    String rest = body;
    if (rest.startsWith("@")) {
      int space = rest.indexOf(' ');
      negated = rest.startsWith("@!");
      guard = rest.substring(negated ? 2 : 1, space);
      rest = rest.substring(space + 1).strip();
    }
    int space = rest.indexOf(' ');
    String opcode = space < 0 ? rest : rest.substring(0, space);
    return new Line(
        at + 1, guard, negated, opcode, space < 0 ? List.of() : split(rest.substring(space + 1)));
  }

  /** Splits at commas outside braces and brackets. */
  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
      } else if (c == ',' && depth == 0) {
        parts.add(text.substring(start, i).strip());
        start = i + 1;
      }
    }
    parts.add(text.substring(start).strip());
    return parts;
  }

  /** {@return the size of a type} */
  static int bytes(String type) {
    return switch (type) {
      case "u8", "s8", "b8" -> 1;
      case "u16", "s16", "b16", "f16", "bf16" -> 2;
      case "u32", "s32", "b32", "f32", "f16x2", "bf16x2" -> 4;
      case "u64", "s64", "b64", "f64" -> 8;
      default -> throw new SimFault("no such type: " + type);
    };
  }
}
