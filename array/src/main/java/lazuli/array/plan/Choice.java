package lazuli.array.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import lazuli.array.backend.Backend;
import lazuli.array.backend.Candidate;
import lazuli.array.backend.Kernel;
import lazuli.array.op.Aval;
import lazuli.array.op.Composite;
import lazuli.array.op.Node;
import lazuli.array.op.Op;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Refusal;
import lazuli.array.profile.Work;
import lazuli.array.type.ArrayException;
import org.jspecify.annotations.Nullable;

/**
 * The kernel chosen for one operation, and why the others were not.
 *
 * @param backend whose kernel it is
 * @param kernel the kernel, or null when a composite is expanded
 * @param cost its estimate in nanoseconds
 * @param dispatch the record that reports show
 */
record Choice(Backend backend, @Nullable Kernel kernel, double cost, Dispatch dispatch) {
  /** The kernel name of an expanded composite. */
  static final String NAIVE = "naive";

  private static final String BY_USER = "forced by the user";

  /** {@return the choice for a core operation} */
  static Choice of(Op op, List<Aval> inputs, Aval output, Capabilities capabilities) {
    Offers offers = new Offers(op, inputs, output, capabilities.backend());
    Backend backend = capabilities.backend();
    if (offers.best == null && backend.pool().hosted()) {
      // The interpreter reads what the processor reads: never the memory of a device.
      backend = capabilities.reference();
      offers = new Offers(op, inputs, output, backend);
    }
    Candidate.Offer best = offers.best;
    if (best == null) {
      throw new IllegalStateException("no kernel of " + backend.device() + " runs " + op);
    }
    return chosen(op, backend, best, best.why(), offers.refusals(best));
  }

  /** {@return the choice for a composite; no kernel means that its definition runs} */
  static Choice of(Composite op, Node node, Capabilities capabilities) {
    List<Aval> inputs = new ArrayList<>();
    for (Node in : node.inputs()) {
      inputs.add(in.aval());
    }
    Aval output = node.aval();
    Backend backend = capabilities.backend();
    Offers offers = new Offers(op, inputs, output, backend);
    Offers reference =
        backend == capabilities.reference() || !backend.pool().hosted()
            ? offers
            : new Offers(op, inputs, output, capabilities.reference());
    String forced = op.forced();
    if (forced == null) {
      Candidate.Offer best = offers.best;
      List<Refusal> refusals = offers.refusals(best);
      for (Candidate other : reference.beside(offers)) {
        refusals.add(new Refusal(other.name(), new Reasons.OnRequest()));
      }
      if (best == null && op.fused()) {
        throw unfused(op, refusals);
      }
      if (best == null) {
        return naive(op, inputs, output, backend, "no backend offers a faster kernel", refusals);
      }
      refusals.add(new Refusal(NAIVE, unfused(op, inputs, capabilities)));
      return chosen(op, backend, best, best.why(), refusals);
    }
    List<Candidate> all = new ArrayList<>(offers.all);
    all.addAll(reference.beside(offers));
    List<Refusal> refusals = new ArrayList<>();
    Candidate.@Nullable Offer wanted = null;
    for (Candidate candidate : all) {
      switch (candidate) {
        case Candidate.Offer offer when offer.name().equals(forced) -> wanted = offer;
        case Candidate.Offer offer ->
            refusals.add(new Refusal(offer.name(), new Reasons.Forced(forced)));
        case Candidate.Refused(Refusal refusal) -> refusals.add(refusal);
      }
    }
    if (forced.equals(NAIVE)) {
      return naive(op, inputs, output, backend, BY_USER, refusals);
    }
    if (wanted == null) {
      throw refused(op, forced, all);
    }
    refusals.add(new Refusal(NAIVE, new Reasons.Forced(forced)));
    Backend owner = offers.all.contains(wanted) ? backend : capabilities.reference();
    return chosen(op, owner, wanted, BY_USER, refusals);
  }

  private static Choice naive(
      Composite op,
      List<Aval> inputs,
      Aval output,
      Backend backend,
      String why,
      List<Refusal> refusals) {
    Work work = op.work(inputs, output);
    return new Choice(
        backend,
        null,
        0,
        new Dispatch(
            op.label(), NAIVE, backend.device(), why, "unfused", List.of(), refusals, work));
  }

  private static Choice chosen(
      Op op, Backend backend, Candidate.Offer offer, String why, List<Refusal> refusals) {
    Kernel kernel = offer.kernel();
    Dispatch dispatch =
        new Dispatch(
            op.label(),
            kernel.name(),
            backend.device(),
            why,
            kernel.details(),
            kernel.casts(),
            refusals,
            kernel.work());
    return new Choice(backend, kernel, offer.cost(), dispatch);
  }

  private static ArrayException refused(Composite op, String forced, List<Candidate> all) {
    List<String> accepted = new ArrayList<>();
    String given = op.label() + " was forced to kernel \"" + forced + "\", which no backend has";
    for (Candidate candidate : all) {
      switch (candidate) {
        case Candidate.Offer offer -> accepted.add(offer.name());
        case Candidate.Refused(Refusal refusal) when refusal.kernel().equals(forced) ->
            given =
                op.label()
                    + " was forced to kernel \""
                    + forced
                    + "\", which refuses: "
                    + refusal.reason().text();
        case Candidate.Refused other -> {}
      }
    }
    accepted.add(NAIVE);
    return new ArrayException(
        given,
        "for these operands: " + String.join(", ", accepted),
        "name one of these, or leave the choice to the plan");
  }

  private static ArrayException unfused(Composite op, List<Refusal> refusals) {
    List<String> reasons = new ArrayList<>();
    for (Refusal refusal : refusals) {
      reasons.add(refusal.toString());
    }
    return new ArrayException(
        op.label()
            + " was given require(FUSED), but no fused kernel can run: "
            + String.join("; ", reasons),
        "operands that one of these kernels takes",
        "change what the reasons name, or leave require(FUSED) out: naive runs then");
  }

  /** {@return what the definition would cost, found by planning it on operands of these kinds} */
  private static Reasons unfused(Composite op, List<Aval> inputs, Capabilities capabilities) {
    return new Reasons.Unfused(() -> steps(op, inputs, capabilities));
  }

  private static Reasons.Steps steps(Composite op, List<Aval> inputs, Capabilities capabilities) {
    List<Node> sources = new ArrayList<>();
    for (Aval in : inputs) {
      sources.add(Node.of(new lazuli.array.op.Source(in)));
    }
    Node definition = op.define(sources);
    Plan plan = Planner.plan(Node.order(definition, Set.of()), List.of(definition), capabilities);
    long bytes = 0;
    for (Step step : plan.steps()) {
      bytes += step.aval().bytes();
    }
    long result = definition.aval().bytes();
    return new Reasons.Steps(plan.steps().size(), Math.max(0, bytes - result));
  }

  /** A backend's answers for one operation. */
  private static final class Offers {
    private final List<Candidate> all;
    private final Candidate.@Nullable Offer best;

    private Offers(Op op, List<Aval> inputs, Aval output, Backend backend) {
      all = backend.candidates(op, inputs, output);
      Candidate.@Nullable Offer least = null;
      for (Candidate candidate : all) {
        if (candidate instanceof Candidate.Offer offer
            && (least == null || offer.cost() < least.cost())) {
          least = offer;
        }
      }
      best = least;
    }

    /** {@return the candidates of names that the other backend does not answer for} */
    private List<Candidate> beside(Offers other) {
      List<Candidate> more = new ArrayList<>();
      for (Candidate candidate : all) {
        if (other.all.stream().noneMatch(known -> known.name().equals(candidate.name()))) {
          more.add(candidate);
        }
      }
      return more;
    }

    private List<Refusal> refusals(Candidate.@Nullable Offer chosen) {
      List<Refusal> refusals = new ArrayList<>();
      for (Candidate candidate : all) {
        switch (candidate) {
          case Candidate.Refused(Refusal refusal) -> refusals.add(refusal);
          case Candidate.Offer offer -> {
            if (chosen != null && offer != chosen) {
              refusals.add(
                  new Refusal(offer.name(), new Reasons.Slower(offer.cost(), chosen.cost())));
            }
          }
        }
      }
      return refusals;
    }
  }
}
