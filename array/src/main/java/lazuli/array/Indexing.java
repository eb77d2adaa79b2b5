package lazuli.array;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.op.Picking;
import lazuli.array.op.Selection;
import lazuli.array.type.DType;

/**
 * Methods of {@link Array} that choose, take and put elements. Positions that are known are checked
 * at once; values of index arrays when they are read. Only masks and {@link #nonzero} compute.
 */
public sealed interface Indexing permits Array {
  /** {@return the array itself} */
  Array self();

  /**
   * {@return a part of the array, without copying} Parts are separated by commas: an index drops
   * its dimension, {@code start:stop:step} keeps a range, {@code ...} stands for whole dimensions,
   * {@code new} adds one. Indices are checked; ranges are clipped, as in Python.
   *
   * @param slice such as {@code "0:4, ..., ::2"}
   */
  default Array get(String slice) {
    return new Array(Selection.of(slice).get(self().node()));
  }

  /**
   * {@return a part of the array}
   *
   * @param slice as in {@link #get(String)}, with {@code {}} for each value
   * @param values whole numbers; integer arrays and bool masks in a part of their own
   */
  default Array get(String slice, Object... values) {
    return new Array(Selection.of(slice, Rows.values(values)).get(self().node()));
  }

  /**
   * {@return a part of the array} Index arrays are joined as in NumPy: they broadcast, and their
   * dimensions stand where they were if no range is between them, else first. A mask is computed
   * now.
   *
   * @param parts such as {@code at(0), range(0, 4), ELLIPSIS, idx, mask}
   */
  default Array get(Index... parts) {
    return new Array(Selection.of(Rows.parts(parts)).get(self().node()));
  }

  /**
   * {@return a part to update: {@code x.at("0:4").add(v)}}
   *
   * @param slice as in {@link #get(String)}
   */
  default Place at(String slice) {
    return new Place(self(), Selection.of(slice));
  }

  /**
   * {@return a part to update}
   *
   * @param slice as in {@link #get(String)}, with {@code {}} for each value
   * @param values whole numbers; integer arrays and bool masks in a part of their own
   */
  default Place at(String slice, Object... values) {
    return new Place(self(), Selection.of(slice, Rows.values(values)));
  }

  /**
   * {@return a part to update}
   *
   * @param parts as in {@link #get(Index...)}
   */
  default Place at(Index... parts) {
    return new Place(self(), Selection.of(Rows.parts(parts)));
  }

  /**
   * {@return the array with a part replaced}
   *
   * @param slice as in {@link #get(String)}
   * @param value what is put there; broadcasts
   */
  default Array with(String slice, Array value) {
    return at(slice).set(value);
  }

  /**
   * {@return the array with a part replaced}
   *
   * @param slice as in {@link #get(String)}
   * @param value what is put there
   */
  default Array with(String slice, double value) {
    return at(slice).set(value);
  }

  /**
   * {@return the elements at some indices of the flattened array}
   *
   * @param indices integers, negative from the end; checked when they are read
   */
  default Array take(Array indices) {
    return new Array(Picking.take(self().node(), indices.node()));
  }

  /**
   * {@return the elements at some indices of an axis, whose place the indices' dimensions take}
   *
   * @param indices integers, negative from the end; checked when they are read
   * @param axis the axis, negative from the end
   */
  default Array take(Array indices, int axis) {
    return new Array(Picking.take(self().node(), indices.node(), axis));
  }

  /**
   * {@return the elements at indices of their own line}
   *
   * @param indices integers, with as many dimensions as the array; checked when they are read
   * @param axis along which lines run, negative from the end
   */
  default Array takeAlongAxis(Array indices, int axis) {
    return new Array(Picking.takeAlongAxis(self().node(), indices.node(), axis));
  }

  /**
   * {@return the array with values put at indices of their own line; of several the last wins}
   *
   * @param indices integers, with as many dimensions as the array; checked when they are read
   * @param values what is put; broadcasts to the indices
   * @param axis along which lines run, negative from the end
   */
  default Array putAlongAxis(Array indices, Array values, int axis) {
    return new Array(Picking.putAlongAxis(self().node(), indices.node(), values.node(), axis));
  }

  /**
   * {@return for each dimension the indices, as i32, of the elements that are not 0} Computes the
   * array now: how many there are decides the shape.
   */
  default Array[] nonzero() {
    Array mask = self().dtype() == DType.BOOL ? self() : self().ne(0);
    boolean[] truth = mask.toBooleanArray();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < truth.length; i++) {
      if (truth[i]) {
        places.add(i);
      }
    }
    long[] strides = mask.shape().strides();
    Array[] out = new Array[mask.rank()];
    for (int d = 0; d < out.length; d++) {
      int[] index = new int[places.size()];
      for (int i = 0; i < index.length; i++) {
        index[i] = (int) (places.get(i) / strides[d] % mask.shape().dim(d));
      }
      out[d] = Lazuli.array(index);
    }
    return out;
  }
}
