package lazuli.gpu;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lazuli.array.attention.Attention;
import lazuli.array.attention.Causal;
import lazuli.array.backend.Candidate;
import lazuli.array.op.Aval;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import lazuli.gpu.exec.SimulatedCard;
import org.junit.jupiter.api.Test;

/** Kernels are measured once for each class of shapes, and the fastest wins. */
class ContestTest {
  private final SimulatedCard card = new SimulatedCard(text -> text);
  private final GpuBackend backend = new GpuBackend(card.gpu(), new Processor());
  private final Attention op = Attention.plain(1, Causal.NONE, false);

  private static Aval aval(long queries) {
    return new Aval(Shape.of(1, 2, queries, 16), BF16, Device.CPU);
  }

  private List<Candidate.Offer> offers(long queries, long keys) {
    List<Aval> in = List.of(aval(queries), aval(keys), aval(keys));
    return backend.candidates(op, in, aval(queries)).stream()
        .filter(Candidate.Offer.class::isInstance)
        .map(Candidate.Offer.class::cast)
        .toList();
  }

  private static long launches(SimulatedCard card) {
    return card.sim().takeCounters().keySet().stream().filter(k -> !k.equals("clear")).count();
  }

  @Test
  void oneMeasurementServesAClassOfShapes() {
    card.gpu().measures(true);
    List<Candidate.Offer> first = offers(3, 100);
    assertEquals(2, first.size());
    assertEquals(2, launches(card), "flash and split were run");
    for (Candidate.Offer offer : first) {
      assertTrue(offer.why().matches(".*; measured \\d+\\.\\d us"), offer.why());
      assertTrue(offer.cost() > 0);
    }
    List<Candidate.Offer> again = offers(4, 120);
    assertEquals(0, launches(card), "the same class");
    assertEquals(first.get(0).cost(), again.get(0).cost());
    offers(4, 300);
    assertEquals(2, launches(card), "another class");
    assertEquals(0, card.gpu().pool().usage().active(), "its memory was given back");
  }

  @Test
  void withoutMemoryEstimatesDecide() {
    card.gpu().measures(true);
    card.sim().failAllocations(0, 1000);
    assertFalse(offers(3, 100).getFirst().why().contains("measured"));
    card.sim().failAllocations(0, 0);
    assertEquals(0, launches(card));
  }

  @Test
  void theSimulatorsTimesAreNotUsed() {
    assertFalse(card.gpu().measures());
    assertFalse(offers(3, 100).getFirst().why().contains("measured"));
  }
}
