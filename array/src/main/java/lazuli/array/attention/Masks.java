package lazuli.array.attention;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.attention.term.Kind;
import lazuli.array.attention.term.Term;
import lazuli.array.op.Aval;
import lazuli.array.op.Node;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;

/** The named masks and score changes, and what functions may look up. */
public final class Masks {
  private Masks() {}

  /**
   * {@return the mask of an alignment}
   *
   * @param alignment how positions of queries and keys correspond
   */
  public static Mask causal(Causal alignment) {
    return Mask.causal(alignment);
  }

  /**
   * {@return the mask of a window before each query}
   *
   * @param size how many positions
   */
  public static Mask window(long size) {
    return Mask.window(size);
  }

  /**
   * {@return the mask of a window around each query}
   *
   * @param left positions before
   * @param right positions after
   */
  public static Mask window(long left, long right) {
    return Mask.window(left, right);
  }

  /**
   * {@return the mask of the first keys}
   *
   * @param size how many positions
   */
  public static Mask prefix(long size) {
    return Mask.prefix(size);
  }

  /**
   * {@return the mask of every step-th position}
   *
   * @param step the distance
   */
  public static Mask dilated(long step) {
    return Mask.dilated(step);
  }

  /**
   * {@return the mask of positions that see and are seen by all}
   *
   * @param size how many positions
   */
  public static Mask global(long size) {
    return Mask.global(size);
  }

  /**
   * {@return the mask of a square in a picture}
   *
   * @param height rows of the picture
   * @param width columns of the picture
   * @param kernel the side of the square
   */
  public static Mask neighbourhood(long height, long width, long kernel) {
    return Mask.neighbourhood(height, width, kernel);
  }

  /**
   * {@return the mask of documents}
   *
   * @param ids [Tk] or [B, Tk]
   */
  public static Mask documents(Node ids) {
    int rank = ids.aval().shape().rank();
    if (rank != 1 && rank != 2) {
      throw new ArrayException(
          "documents was given ids " + ids.aval(),
          "the document of each key, [Tk], or [B, Tk] when batches differ",
          "reshape ids to one dimension");
    }
    Symbol q = Symbol.QUERY.aligned();
    Symbol k = Symbol.KEY;
    Symbol b = Symbol.BATCH;
    return rank == 1
        ? Mask.documents(value(ids, q), value(ids, k))
        : Mask.documents(value(ids, b, q), value(ids, b, k));
  }

  /**
   * {@return scores with a limit}
   *
   * @param limit the largest size
   */
  public static Score softCap(double limit) {
    return Score.softCap(limit);
  }

  /**
   * {@return scores that fall with distance}
   *
   * @param slopes [Hq]
   */
  public static Score alibi(Node slopes) {
    if (slopes.aval().shape().rank() != 1 || !slopes.aval().dtype().isFloat()) {
      throw new ArrayException(
          "alibi was given slopes " + slopes.aval(),
          "one floating number for each query head, [Hq]",
          "alibiSlopes(heads) makes them");
    }
    return Score.alibi(value(slopes, Symbol.HEAD));
  }

  /**
   * {@return the slopes of ALiBi's paper}
   *
   * @param heads how many heads
   */
  public static float[] slopes(int heads) {
    if (heads < 1) {
      throw new ArrayException(
          "alibiSlopes was given " + heads + " heads",
          "1 or more",
          "pass the number of query heads");
    }
    float[] slopes = new float[heads];
    int power = Integer.highestOneBit(heads);
    for (int h = 0; h < heads; h++) {
      // Beyond the power of two: every other slope of the sequence for twice as many heads.
      double exponent = h < power ? 8.0 * (h + 1) / power : 4.0 * (2 * (h - power) + 1) / power;
      slopes[h] = (float) Math.pow(2, -exponent);
    }
    return slopes;
  }

  /**
   * {@return an element as a number}
   *
   * @param table the array
   * @param index a place, one symbol for each dimension
   */
  public static Value value(Node table, Symbol... index) {
    return new Value(lookup("valueAt", Kind.NUMBER, table, index));
  }

  /**
   * {@return an element as a whole number}
   *
   * @param table the array
   * @param index a place, one symbol for each dimension
   */
  public static Symbol index(Node table, Symbol... index) {
    DType type = table.aval().dtype();
    if (type.isFloat() || type == DType.BOOL) {
      throw new ArrayException(
          "indexAt was given " + table.aval(),
          "an array of integers",
          type.isFloat() ? "use valueAt for numbers" : "use conditionAt for truths");
    }
    return new Symbol(lookup("indexAt", Kind.INDEX, table, index));
  }

  /**
   * {@return whether an element is true}
   *
   * @param table the array
   * @param index a place, one symbol for each dimension
   */
  public static Condition condition(Node table, Symbol... index) {
    if (table.aval().dtype() != DType.BOOL) {
      throw new ArrayException(
          "conditionAt was given " + table.aval(),
          "an array of type bool",
          "compare it first, such as table.ne(0)");
    }
    return new Condition(lookup("conditionAt", Kind.CONDITION, table, index));
  }

  private static Term lookup(String name, Kind kind, Node table, Symbol... index) {
    Aval aval = table.aval();
    if (aval.shape().rank() != index.length || aval.shape().size() == 0) {
      throw new ArrayException(
          name + " was given " + aval + " and " + index.length + " symbols",
          "an array that is not empty, and one symbol for each of its dimensions",
          aval.shape().size() == 0
              ? "give the array elements"
              : "pass " + aval.shape().rank() + " symbols, such as h or q");
    }
    List<Term> at = new ArrayList<>();
    for (Symbol symbol : index) {
      at.add(symbol.term());
    }
    return new Term.Data(kind, table, at);
  }
}
