package lazuli.array.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lazuli.array.op.Node;
import org.jspecify.annotations.Nullable;

/**
 * The plans made so far, found by structure. The values of scalars are no part of it, unless a
 * kernel cannot take them at each launch; a graph that differs from an earlier one in its lengths
 * alone takes over that one's plan, as far as its {@link Family} reaches.
 *
 * <p>Mutable, guarded by the evaluator's lock. When it is full, the half that was not used for
 * longest goes.
 */
final class Plans {
  private static final int MOST = 512;

  /** Larger graphs are planned each time: they are rarely the same. */
  private static final int LARGEST = 4096;

  private final @Nullable Entry[] table = new @Nullable Entry[1024];
  private int count;
  private long clock;
  private long made;
  private long relengthed;

  /** The plan of each family that was made last. */
  private final Map<Family, Member> families =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Family, Member> eldest) {
          return size() > MOST;
        }
      };

  private record Member(
      Plan plan, List<Long> lengths, Number[] values, Capabilities capabilities) {}

  private static final class Entry {
    private final Walk.Structure structure;
    private final Capabilities capabilities;
    private final Plan plan;
    private final Number[] values;
    private @Nullable Entry next;
    private long used;

    private Entry(Walk.Structure structure, Capabilities capabilities, Plan plan, Number[] values) {
      this.structure = structure;
      this.capabilities = capabilities;
      this.plan = plan;
      this.values = values;
    }
  }

  /** {@return the plan of the graph that was just followed} */
  Plan plan(Walk walk, List<Node> outputs, Capabilities capabilities) {
    if (walk.size() > LARGEST) {
      made++;
      return Planner.plan(walk, outputs, capabilities);
    }
    int slot = slot(walk.hash());
    for (Entry e = table[slot]; e != null; e = e.next) {
      if (e.capabilities == capabilities
          && walk.matches(e.structure)
          && (e.plan.takesParameters() || walk.hasValues(e.values))) {
        e.used = ++clock;
        return e.plan;
      }
    }
    Plan plan = plan(walk, Family.of(walk, outputs), outputs, capabilities);
    if (count == MOST) {
      forget();
    }
    Entry entry = new Entry(walk.structure(), capabilities, plan, walk.values());
    entry.used = ++clock;
    entry.next = table[slot];
    table[slot] = entry;
    count++;
    return plan;
  }

  /** {@return the plan of the graph's family with the graph's lengths; made if there is none} */
  private Plan plan(
      Walk walk, @Nullable Family family, List<Node> outputs, Capabilities capabilities) {
    Member member = family == null ? null : families.get(family);
    if (family != null && member != null && member.capabilities == capabilities) {
      Plan plan =
          Relength.of(member.plan, member.lengths, walk, family.lengths(), outputs, capabilities);
      if (plan != null && (plan.takesParameters() || walk.hasValues(member.values))) {
        relengthed++;
        return plan;
      }
    }
    made++;
    Plan plan = Planner.plan(walk, outputs, capabilities);
    if (family != null && plan.asked() != null) {
      families.put(family, new Member(plan, family.lengths(), walk.values(), capabilities));
    }
    return plan;
  }

  /** {@return how many plans were an earlier one with other lengths} */
  long relengthed() {
    return relengthed;
  }

  /** {@return how many plans were made since the start: evaluations that found none} */
  long made() {
    return made;
  }

  private int slot(int hash) {
    int h = hash * 0x9E3779B9;
    return (h >>> 22) & (table.length - 1);
  }

  private void forget() {
    List<Entry> all = new ArrayList<>();
    for (int i = 0; i < table.length; i++) {
      for (Entry e = table[i]; e != null; e = e.next) {
        all.add(e);
      }
      table[i] = null;
    }
    all.sort((a, b) -> Long.compare(b.used, a.used));
    count = 0;
    for (Entry e : all.subList(0, MOST / 2)) {
      int slot = slot(e.structure.hash());
      e.next = table[slot];
      table[slot] = e;
      count++;
    }
  }
}
