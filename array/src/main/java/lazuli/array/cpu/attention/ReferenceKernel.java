package lazuli.array.cpu.attention;

import java.util.Arrays;
import java.util.List;
import lazuli.array.backend.Elements;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Work;

/**
 * Attention in float64, one query row after another, rounded once when the result is stored: what
 * the other kernels are measured against, and what serves f64. Scratch is one row of scores.
 */
record ReferenceKernel(
    Geometry geometry, Rules rules, List<Dispatch.Cast> casts, Work work, long nanos)
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
    ScoreRows.run(geometry, rules, inputs, nanos, () -> new Rows(output));
  }

  /** Writes each row's result. */
  private final class Rows implements ScoreRows.Sink {
    private final View output;
    private final double[] sum = new double[geometry.valueDim() + 1];

    Rows(View output) {
      this.output = output;
    }

    @Override
    public void row(
        int b, int h, int t, int start, int visible, double[] scores, double sink, double[] v) {
      Geometry g = geometry;
      attend(scores, visible, v, sink, sum);
      int columns = g.valueDim() + (rules.state() ? 1 : 0);
      long at = output.offset() + (((long) b * g.heads() + h) * g.queries() + t) * columns;
      for (int d = 0; d < columns; d++) {
        Elements.set(output.buffer().segment(), output.dtype(), at + d, sum[d]);
      }
    }
  }

  /** The weighted values and, as the last element, the log-sum-exp. */
  private static void attend(double[] scores, int visible, double[] v, double sink, double[] sum) {
    Arrays.fill(sum, 0);
    int width = sum.length - 1;
    double max = Math.max(-Double.MAX_VALUE, sink);
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
      for (int d = 0; d < width; d++) {
        sum[d] += w * v[j * width + d];
      }
    }
    total += sink == Double.NEGATIVE_INFINITY ? 0 : Math.exp(sink - max);
    for (int d = 0; d < width && total != 0; d++) {
      sum[d] /= total;
    }
    sum[width] = total == 0 ? Double.NEGATIVE_INFINITY : max + Math.log(total);
  }
}
