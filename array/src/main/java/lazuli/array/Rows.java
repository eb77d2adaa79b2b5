package lazuli.array;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.op.Node;
import lazuli.array.op.Part;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;

/** Between arrays and their nodes. */
final class Rows {
  private Rows() {}

  static Array[] arrays(List<Node> nodes) {
    Array[] out = new Array[nodes.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = new Array(nodes.get(i));
    }
    return out;
  }

  static List<Node> nodes(Array... arrays) {
    List<Node> nodes = new ArrayList<>(arrays.length);
    for (Array array : arrays) {
      nodes.add(array.node());
    }
    return nodes;
  }

  /** {@return the typed parts} Computes masks, whose number of elements decides a shape. */
  static List<Part> parts(Index... indices) {
    List<Part> parts = new ArrayList<>();
    for (Index index : indices) {
      parts.add(part(index));
    }
    return parts;
  }

  private static Part part(Index index) {
    return switch (index) {
      case Selector selector -> selector.part();
      case Array array when array.dtype() == DType.BOOL -> {
        List<Node> places = new ArrayList<>();
        for (Array place : array.nonzero()) {
          places.add(place.node());
        }
        yield new Part.Mask(array.shape(), places);
      }
      case Array array -> new Part.Pick(array.node());
    };
  }

  /** {@return values for the holes of a slice text: whole numbers and typed parts} */
  static Object[] values(Object... values) {
    Object[] out = new Object[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] =
          switch (values[i]) {
            case Integer n -> (Object) n.longValue();
            case Short n -> (Object) n.longValue();
            case Byte n -> (Object) n.longValue();
            case Long n -> n;
            case Index index -> part(index);
            case Object other ->
                throw new ArrayException(
                    "a slice was given the value "
                        + other
                        + " of "
                        + other.getClass().getSimpleName(),
                    "whole numbers, integer arrays, bool masks, at(i), range(i, j)",
                    "pass one of these for each {}");
          };
    }
    return out;
  }
}
