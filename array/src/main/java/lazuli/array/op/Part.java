package lazuli.array.op;

import java.util.List;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/** One part of an index: what becomes of one dimension, or of several. */
public sealed interface Part {
  /** Every dimension that no other part names. */
  Part ELLIPSIS = new Rest();

  /** A new dimension of size 1. */
  Part NEW = new New();

  /** Drops a dimension: only one index remains. */
  record At(long index) implements Part {
    @Override
    public String toString() {
      return "at(" + index + ")";
    }
  }

  /** Keeps a range of a dimension, clipped as in Python. */
  record Range(@Nullable Long start, @Nullable Long stop, long step) implements Part {
    @Override
    public String toString() {
      return (start == null ? "" : start.toString())
          + ":"
          + (stop == null ? "" : stop.toString())
          + (step == 1 ? "" : ":" + step);
    }
  }

  /** See {@link #ELLIPSIS}. */
  record Rest() implements Part {
    @Override
    public String toString() {
      return "ELLIPSIS";
    }
  }

  /** See {@link #NEW}. */
  record New() implements Part {
    @Override
    public String toString() {
      return "NEWAXIS";
    }
  }

  /** Picks the elements that an integer array names. */
  record Pick(Node indices) implements Part {
    @Override
    public String toString() {
      return indices.aval().toString();
    }
  }

  /** Picks where a mask is true: as many dimensions as the mask has. */
  record Mask(Shape shape, List<Node> indices) implements Part {
    @Override
    public String toString() {
      return "bool" + shape;
    }
  }
}
