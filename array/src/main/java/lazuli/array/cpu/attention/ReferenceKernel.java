package lazuli.array.cpu.attention;

import java.util.Arrays;
import java.util.List;
import lazuli.array.backend.Elements;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.cpu.Workers;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * Attention in float64, one query row after another, rounded once when the result is stored: what
 * the other kernels are measured against, and what serves f64. Scratch is one row of scores.
 */
record ReferenceKernel(Geometry geometry, List<Dispatch.Cast> casts, Work work, long nanos)
    implements Kernel {
  @Override
  public String name() {
    return "reference";
  }

  @Override
  public String details() {
    return "float64, row by row";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    Geometry g = geometry;
    int keyHeads = g.batch() * g.keyHeads();
    Workers.run(keyHeads, nanos, head -> keyHead(inputs, output, head));
  }

  /** All query rows that read one key head, whose keys and values are converted once. */
  private void keyHead(List<View> inputs, View output, int head) {
    Geometry g = geometry;
    int b = head / g.keyHeads();
    int kv = head % g.keyHeads();
    double[] k = matrix(inputs.get(1), b, kv, g.keys(), g.dim());
    double[] v = matrix(inputs.get(2), b, kv, g.keys(), g.valueDim());
    View mask = inputs.size() > 3 ? inputs.get(3) : null;
    double[] scores = new double[g.keys()];
    double[] sum = new double[g.valueDim()];
    for (int h = kv * g.group(); h < (kv + 1) * g.group(); h++) {
      double[] q = matrix(inputs.get(0), b, h, g.queries(), g.dim());
      for (int t = 0; t < g.queries(); t++) {
        scores(q, t, k, mask, b, h, scores);
        attend(scores, g.visible(t), v, sum);
        long at = output.offset() + (((long) b * g.heads() + h) * g.queries() + t) * g.valueDim();
        for (int d = 0; d < g.valueDim(); d++) {
          Elements.set(output.buffer().segment(), output.dtype(), at + d, sum[d]);
        }
      }
    }
  }

  /** Scores of one query; -infinity where its mask hides. Later positions are left alone. */
  private void scores(
      double[] q, int t, double[] k, @Nullable View mask, int b, int h, double[] scores) {
    int dim = geometry.dim();
    int visible = geometry.visible(t);
    for (int j = 0; j < visible; j++) {
      double bias = mask == null ? 0 : bias(mask, b, h, t, j);
      if (bias == Double.NEGATIVE_INFINITY) {
        scores[j] = bias;
        continue;
      }
      double dot = 0;
      for (int d = 0; d < dim; d++) {
        dot += q[t * dim + d] * k[j * dim + d];
      }
      scores[j] = dot * geometry.scale() + bias;
    }
  }

  private static double bias(View mask, int b, int h, int t, int j) {
    double value = Elements.get(mask.buffer().segment(), mask.dtype(), position(mask, b, h, t, j));
    if (mask.dtype() == DType.BOOL) {
      return value != 0 ? 0 : Double.NEGATIVE_INFINITY;
    }
    return value;
  }

  private static void attend(double[] scores, int visible, double[] v, double[] sum) {
    Arrays.fill(sum, 0);
    double max = -Double.MAX_VALUE;
    for (int j = 0; j < visible; j++) {
      // A comparison lets a NaN pass by: it reaches the weights.
      max = scores[j] > max ? scores[j] : max;
    }
    double total = 0;
    for (int j = 0; j < visible; j++) {
      if (scores[j] == Double.NEGATIVE_INFINITY) {
        continue;
      }
      double w = Math.exp(scores[j] - max);
      total += w;
      for (int d = 0; d < sum.length; d++) {
        sum[d] += w * v[j * sum.length + d];
      }
    }
    for (int d = 0; d < sum.length && total != 0; d++) {
      sum[d] /= total;
    }
  }

  /** One head as row-major float64. */
  private static double[] matrix(View view, int b, int h, int rows, int columns) {
    double[] to = new double[Math.multiplyExact(rows, columns)];
    long step = view.strides()[3];
    for (int r = 0; r < rows; r++) {
      long at = columns == 0 ? 0 : position(view, b, h, r, 0);
      for (int c = 0; c < columns; c++) {
        to[r * columns + c] = Elements.get(view.buffer().segment(), view.dtype(), at + c * step);
      }
    }
    return to;
  }

  /** The element index of a position, aligned at the last dimension; sizes of 1 repeat. */
  private static long position(View view, int b, int h, int r, int c) {
    int rank = view.shape().rank();
    long at = view.offset();
    int[] coordinates = {b, h, r, c};
    for (int axis = 0; axis < rank; axis++) {
      if (view.shape().dim(axis) != 1) {
        at += coordinates[4 - rank + axis] * view.strides()[axis];
      }
    }
    return at;
  }
}
