package lazuli.magics.profile;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Peaks;
import lazuli.array.profile.Span;
import lazuli.magics.stats.Summary;
import org.jspecify.annotations.Nullable;

/**
 * Spans of one kind.
 *
 * @param label what they have in common
 * @param spans at least one
 */
record Group(String label, List<Span> spans) {
  /** What makes spans one kind. */
  enum Key {
    OP,
    KERNEL,
    SHAPE;

    String of(Span span) {
      String name = name(span);
      return switch (this) {
        case OP -> name;
        case KERNEL -> span.kernel() + "@" + span.device();
        case SHAPE -> name + " " + span.dtype() + span.shape();
      };
    }

    /** The operation, with the kernel where there was a choice. */
    private static String name(Span span) {
      return span.dispatch() == null || span.kernel().equals(span.op())
          ? span.op()
          : span.op() + "[" + span.kernel() + "]";
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** {@return the spans in groups; a cast that nobody asked for is a group of its own} */
  static List<Group> of(List<Span> spans, Key key) {
    Map<String, List<Span>> groups = new LinkedHashMap<>();
    for (Span span : spans) {
      String identity = key.of(span) + "\n" + span.origin();
      groups.computeIfAbsent(identity, _ -> new ArrayList<>()).add(span);
    }
    return groups.entrySet().stream()
        .map(e -> new Group(e.getKey().substring(0, e.getKey().indexOf('\n')), e.getValue()))
        .toList();
  }

  double total() {
    return spans.stream().mapToDouble(Span::nanos).sum();
  }

  Summary summary() {
    return Summary.of(nanos());
  }

  double[] nanos() {
    return spans.stream().mapToDouble(Span::nanos).toArray();
  }

  String provider() {
    var providers = new TreeSet<String>();
    spans.forEach(span -> providers.add(span.kernel() + "@" + span.device()));
    return String.join(" ", providers);
  }

  /** {@return why the steps exist, and the conversions inside them} */
  String casts() {
    var all = new TreeSet<String>();
    for (Span span : spans) {
      if (!span.origin().isEmpty()) {
        all.add(span.origin());
      }
      Dispatch dispatch = span.dispatch();
      if (dispatch != null) {
        for (Dispatch.Cast cast : dispatch.casts()) {
          all.add(text(cast));
        }
      }
    }
    return String.join(", ", all);
  }

  static String text(Dispatch.Cast cast) {
    return cast.operand() + " " + cast.from() + "->" + cast.to() + " (" + cast.where() + ")";
  }

  /** {@return the share of the limit of all spans together; null without work} */
  Peaks.@Nullable OfLimit limit(Peaks peaks) {
    double limit = 0;
    double nanos = 0;
    Map<Peaks.Bound, Double> weight = new EnumMap<>(Peaks.Bound.class);
    for (Span span : spans) {
      if (span.work().flops() == 0 && span.work().bytes() == 0) {
        continue;
      }
      Peaks.OfLimit one = peaks.ofLimit(span.work(), span.dtype(), span.nanos());
      limit += one.limitNanos();
      nanos += span.nanos();
      weight.merge(one.bound(), (double) span.nanos(), Double::sum);
    }
    if (weight.isEmpty() || nanos == 0) {
      return null;
    }
    Peaks.Bound bound =
        weight.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
    return new Peaks.OfLimit(limit, limit / nanos, bound);
  }
}
