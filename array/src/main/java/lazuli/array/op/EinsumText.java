package lazuli.array.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lazuli.array.type.Shape;

/**
 * A parsed einsum text. Letters are their characters; dimensions of "..." count down from -1, the
 * last one.
 *
 * @param text the text
 * @param terms the letters of each operand
 * @param places where each letter stands
 * @param output the letters of the result
 * @param outputPlaces where each of them stands
 * @param implied whether the result follows from the terms
 */
record EinsumText(
    String text,
    List<List<Integer>> terms,
    List<List<Integer>> places,
    List<Integer> output,
    List<Integer> outputPlaces,
    boolean implied) {
  /** Stands for "..." until the shapes are known. */
  private static final int REST = 0;

  static EinsumText parse(String text, int operands) {
    int arrow = text.indexOf("->");
    if (arrow >= 0 && text.indexOf("->", arrow + 2) >= 0) {
      throw Einsum.error(text, text.indexOf("->", arrow + 2), "a second \"->\"", "keep one");
    }
    int end = arrow < 0 ? text.length() : arrow;
    List<List<Integer>> terms = new ArrayList<>();
    List<List<Integer>> places = new ArrayList<>();
    int from = 0;
    while (from <= end) {
      int comma = text.indexOf(',', from);
      int stop = comma < 0 || comma > end ? end : comma;
      List<Integer> at = new ArrayList<>();
      terms.add(term(text, from, stop, at));
      places.add(at);
      if (terms.size() > operands) {
        throw Einsum.error(
            text,
            from,
            terms.size() + " terms or more for " + operands + " operands",
            "pass an operand for each term");
      }
      from = stop + 1;
    }
    if (terms.size() < operands) {
      throw Einsum.error(
          text,
          end,
          terms.size() + " terms for " + operands + " operands",
          "add a term for each operand");
    }
    List<Integer> at = new ArrayList<>();
    List<Integer> output = arrow < 0 ? List.of() : term(text, arrow + 2, text.length(), at);
    for (int i = 0; i < output.size(); i++) {
      int label = output.get(i);
      if (output.indexOf(label) < i) {
        throw Einsum.error(
            text, at.get(i), "\"" + (char) label + "\" twice in the result", "name it once");
      }
      if (label != REST && terms.stream().noneMatch(t -> t.contains(label))) {
        throw Einsum.error(
            text,
            at.get(i),
            "\"" + (char) label + "\" in the result only",
            "use letters of the operands");
      }
    }
    return new EinsumText(text, terms, places, output, at, arrow < 0);
  }

  private static List<Integer> term(String text, int from, int to, List<Integer> places) {
    List<Integer> labels = new ArrayList<>();
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c == ' ') {
        continue;
      }
      if (c == '.') {
        if (!text.startsWith("...", i) || i + 3 > to) {
          throw Einsum.error(text, i, "a single \".\"", "write \"...\" for whole dimensions");
        }
        if (labels.contains(REST)) {
          throw Einsum.error(text, i, "\"...\" twice in a term", "keep one");
        }
        labels.add(REST);
        places.add(i);
        i += 2;
      } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
        labels.add((int) c);
        places.add(i);
      } else {
        throw Einsum.error(
            text, i, "\"" + c + "\", which is no letter", "use the letters a to z and A to Z");
      }
    }
    return labels;
  }

  /** {@return the same with "..." replaced by the dimensions that it stands for} */
  EinsumText bind(List<Shape> shapes) {
    List<List<Integer>> bound = new ArrayList<>();
    List<List<Integer>> at = new ArrayList<>();
    int most = 0;
    for (int i = 0; i < terms.size(); i++) {
      List<Integer> term = terms.get(i);
      boolean rest = term.contains(REST);
      int extra = shapes.get(i).rank() - term.size() + (rest ? 1 : 0);
      if (rest ? extra < 0 : extra != 0) {
        int place = places.get(i).isEmpty() ? start(i) : places.get(i).getFirst();
        throw Einsum.error(
            text,
            place,
            (term.size() - (rest ? 1 : 0))
                + " letters for operand "
                + i
                + " of shape "
                + shapes.get(i),
            "write one letter for each dimension, or \"...\" for some");
      }
      most = Math.max(most, rest ? extra : 0);
      List<Integer> labels = new ArrayList<>();
      List<Integer> marks = new ArrayList<>();
      for (int d = 0; d < term.size(); d++) {
        expand(term.get(d), extra, places.get(i).get(d), labels, marks);
      }
      bound.add(labels);
      at.add(marks);
    }
    List<Integer> result = new ArrayList<>();
    List<Integer> marks = new ArrayList<>();
    if (implied) {
      expand(REST, most, 0, result, marks);
      bound.stream()
          .flatMap(List::stream)
          .filter(l -> l > 0)
          .sorted()
          .distinct()
          .filter(l -> bound.stream().flatMap(List::stream).filter(m -> m.equals(l)).count() == 1)
          .forEach(result::add);
    } else {
      for (int d = 0; d < output.size(); d++) {
        expand(output.get(d), most, outputPlaces.get(d), result, marks);
      }
    }
    return new EinsumText(text, bound, at, result, marks, implied);
  }

  private static void expand(
      int label, int rest, int place, List<Integer> labels, List<Integer> places) {
    if (label != REST) {
      labels.add(label);
      places.add(place);
      return;
    }
    for (int r = rest; r > 0; r--) {
      labels.add(-r);
      places.add(place);
    }
  }

  private int start(int term) {
    int at = 0;
    for (int i = 0; i < term; i++) {
      at = text.indexOf(',', at) + 1;
    }
    return at;
  }

  /** {@return the size of each letter; 1 repeats} */
  Map<Integer, Long> sizes(List<Shape> shapes) {
    Map<Integer, Long> sizes = Einsum.map();
    for (int i = 0; i < terms.size(); i++) {
      for (int d = 0; d < terms.get(i).size(); d++) {
        int label = terms.get(i).get(d);
        long size = shapes.get(i).dim(d);
        Long known = sizes.get(label);
        if (known == null || known == 1) {
          sizes.put(label, size);
        } else if (size != 1 && size != known) {
          throw Einsum.error(
              text,
              places.get(i).get(d),
              (label > 0 ? "\"" + (char) label + "\"" : "a dimension of \"...\"")
                  + " of size "
                  + size
                  + " in operand "
                  + i
                  + " and "
                  + known
                  + " before",
              "equal letters name equal sizes; use another letter or reshape the operand");
        }
      }
    }
    return sizes;
  }

  static String word(List<Integer> labels) {
    StringBuilder out = new StringBuilder();
    for (int label : labels) {
      out.append(label > 0 ? String.valueOf((char) label) : out.indexOf("...") < 0 ? "..." : "");
    }
    return out.toString();
  }
}
