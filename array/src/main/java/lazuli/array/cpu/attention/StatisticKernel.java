package lazuli.array.cpu.attention;

import java.util.Arrays;
import java.util.List;
import lazuli.array.attention.AttentionStatistic;
import lazuli.array.attention.AttentionStatistic.Statistic;
import lazuli.array.backend.Elements;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Work;

/** Statistics of weights in float64: weights exist for one query row at a time. */
record StatisticKernel(
    Geometry geometry,
    Rules rules,
    AttentionStatistic op,
    List<Dispatch.Cast> casts,
    Work work,
    long nanos)
    implements Kernel {
  @Override
  public String name() {
    return "rows";
  }

  @Override
  public String details() {
    return "float64, weights of one query at a time";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    ScoreRows.run(geometry, rules, inputs, nanos, () -> new Rows(output));
  }

  private final class Rows implements ScoreRows.Sink {
    private final View output;
    private final double[] weights = new double[geometry.keys()];
    private final double[] mass;
    private int batch;
    private int firstHead = -1;

    Rows(View output) {
      this.output = output;
      boolean column = op.what() == Statistic.COLUMN_MASS;
      mass = new double[column ? Math.multiplyExact(geometry.group(), geometry.keys()) : 0];
    }

    @Override
    public boolean wants(int h, int t) {
      boolean some = op.what() == Statistic.WEIGHTS;
      return !some || op.heads().contains((long) h) && op.queries().contains((long) t);
    }

    @Override
    public void row(
        int b, int h, int t, int start, int visible, double[] scores, double sink, double[] v) {
      batch = b;
      firstHead = h / geometry.group() * geometry.group();
      softmax(scores, start, visible, sink);
      Geometry g = geometry;
      long row = ((long) b * g.heads() + h) * g.queries() + t;
      switch (op.what()) {
        case COLUMN_MASS -> {
          for (int j = start; j < start + visible; j++) {
            mass[(h - firstHead) * g.keys() + j] += weights[j];
          }
        }
        case ENTROPY -> {
          double entropy = 0;
          for (int j = start; j < start + visible; j++) {
            entropy -= weights[j] == 0 ? 0 : weights[j] * Math.log(weights[j]);
          }
          put(row, entropy);
        }
        case TOP_KEYS, TOP_WEIGHTS -> top(row, start, visible);
        case WEIGHTS -> {
          for (int i = 0; i < op.heads().size(); i++) {
            for (int n = 0; n < op.queries().size(); n++) {
              if (op.heads().get(i) == h && op.queries().get(n) == t) {
                long at = ((long) b * op.heads().size() + i) * op.queries().size() + n;
                for (int j = 0; j < g.keys(); j++) {
                  put(at * g.keys() + j, weights[j]);
                }
              }
            }
          }
        }
      }
    }

    private void softmax(double[] scores, int start, int visible, double sink) {
      Arrays.fill(weights, 0);
      double max = Math.max(-Double.MAX_VALUE, sink);
      for (int j = 0; j < visible; j++) {
        max = scores[j] > max ? scores[j] : max;
      }
      double sum = sink == Double.NEGATIVE_INFINITY ? 0 : Math.exp(sink - max);
      for (int j = 0; j < visible; j++) {
        double w = scores[j] == Double.NEGATIVE_INFINITY ? 0 : Math.exp(scores[j] - max);
        weights[start + j] = w;
        sum += w;
      }
      for (int j = start; j < start + visible && sum != 0; j++) {
        weights[j] /= sum;
      }
    }

    /** Keeps the largest in order; of equal weights the earlier key comes first. */
    private void top(long row, int start, int visible) {
      int count = op.count();
      int[] keys = new int[count];
      int found = 0;
      for (int j = start; j < start + visible; j++) {
        double w = weights[j];
        if (w == 0 || found == count && !(w > weights[keys[count - 1]])) {
          continue;
        }
        int at = Math.min(found, count - 1);
        while (at > 0 && w > weights[keys[at - 1]]) {
          keys[at] = keys[at - 1];
          at--;
        }
        keys[at] = j;
        found = Math.min(count, found + 1);
      }
      boolean places = op.what() == Statistic.TOP_KEYS;
      for (int i = 0; i < count; i++) {
        put(row * count + i, i >= found ? places ? -1 : 0 : places ? keys[i] : weights[keys[i]]);
      }
    }

    private void put(long at, double value) {
      Elements.set(output.buffer().segment(), output.dtype(), output.offset() + at, value);
    }

    @Override
    public void end() {
      for (int i = 0; i < mass.length && firstHead >= 0; i++) {
        put(((long) batch * geometry.heads() + firstHead) * geometry.keys() + i, mass[i]);
      }
    }
  }
}
