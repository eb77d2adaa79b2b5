package lazuli.magics.picture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import lazuli.array.Array;
import lazuli.array.type.ArrayException;
import org.jspecify.annotations.Nullable;

/** Pictures for cells; imported statically into every notebook. */
public final class Pictures {
  private Pictures() {}

  /**
   * {@return a matrix as a picture: darker is larger, exact zeros are hatched}
   *
   * @param values rows of equal length
   * @param rowLabels one for each row; null for their numbers
   * @param columnLabels one for each column; null for their numbers
   */
  public static Heatmap heatmap(
      double[][] values, String @Nullable [] rowLabels, String @Nullable [] columnLabels) {
    return new Heatmap(
        "heat map",
        values,
        labels(rowLabels, values.length),
        labels(columnLabels, values.length == 0 ? 0 : values[0].length));
  }

  /** {@return the labels, where a missing one is empty, or the positions when there are none} */
  private static List<String> labels(@Nullable String @Nullable [] given, int count) {
    if (given == null) {
      return positions(count);
    }
    return Arrays.stream(given).map(label -> label == null ? "" : label).toList();
  }

  /**
   * {@return a matrix as a picture; computes it}
   *
   * @param values two dimensions, or more of which the leading ones have size 1
   * @param rowLabels one for each row; null for their numbers
   * @param columnLabels one for each column; null for their numbers
   */
  public static Heatmap heatmap(
      Array values, String @Nullable [] rowLabels, String @Nullable [] columnLabels) {
    return heatmap(matrix("heatmap", values), rowLabels, columnLabels);
  }

  /**
   * {@return attention weights as a picture: queries down, keys across, labelled by the characters
   * of a text; computes them}
   *
   * @param weights [T, T], or with leading dimensions of size 1; one row for each character
   * @param text as many characters as there are queries and keys
   */
  public static Heatmap weights(Array weights, String text) {
    double[][] values = matrix("weights", weights);
    List<String> labels = text.codePoints().mapToObj(Character::toString).toList();
    int keys = values.length == 0 ? 0 : values[0].length;
    if (labels.size() != values.length || labels.size() != keys) {
      throw new ArrayException(
          "weights was given "
              + weights.shape()
              + " and a text of "
              + labels.size()
              + " characters",
          "one row and one column for each character",
          "pass the text that the queries and keys were made of, or use heatmap with own labels");
    }
    return new Heatmap("attention weights", values, labels, labels);
  }

  /**
   * {@return attention weights as a picture, labelled by position; computes them}
   *
   * @param weights [Tq, Tk], or with leading dimensions of size 1
   */
  public static Heatmap weights(Array weights) {
    double[][] values = matrix("weights", weights);
    return new Heatmap(
        "attention weights",
        values,
        positions(values.length),
        positions(values.length == 0 ? 0 : values[0].length));
  }

  private static List<String> positions(int count) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      labels.add(Integer.toString(i));
    }
    return Collections.unmodifiableList(labels);
  }

  private static double[][] matrix(String function, Array array) {
    int rank = array.rank();
    boolean flat = rank >= 2;
    for (int axis = 0; axis < rank - 2; axis++) {
      flat &= array.shape().dim(axis) == 1;
    }
    if (!flat) {
      throw new ArrayException(
          function + " was given an array " + array.shape(),
          "a matrix [rows, columns], or leading dimensions of size 1",
          rank < 2 ? "reshape it to a matrix" : "pick one head, such as w.get(\"0, 0\")");
    }
    int rows = Math.toIntExact(array.shape().dim(-2));
    int columns = Math.toIntExact(array.shape().dim(-1));
    double[] all = array.toDoubleArray();
    double[][] values = new double[rows][columns];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(all, i * columns, values[i], 0, columns);
    }
    return values;
  }
}
