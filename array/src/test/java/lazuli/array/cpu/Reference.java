package lazuli.array.cpu;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.backend.BackendProvider.Availability.Available;
import lazuli.array.backend.Candidate;
import lazuli.array.backend.View;
import lazuli.array.op.Aval;
import lazuli.array.op.Op;
import lazuli.array.reference.ReferenceBackendProvider;

/** What operations mean: the float64 kernels, on the memory of a test. */
final class Reference {
  private Reference() {}

  static void run(Op op, List<View> inputs, View output) {
    launch(((Available) new ReferenceBackendProvider().probe()).backend(), op, inputs, output);
  }

  /** Runs the cheapest kernel that a backend offers. */
  static Candidate.Offer launch(
      lazuli.array.backend.Backend backend, Op op, List<View> inputs, View output) {
    List<Aval> avals = new ArrayList<>();
    for (View in : inputs) {
      avals.add(new Aval(in.shape(), in.dtype(), in.buffer().device()));
    }
    Aval out = new Aval(output.shape(), output.dtype(), output.buffer().device());
    for (Candidate c : backend.candidates(op, avals, out)) {
      if (c instanceof Candidate.Offer offer) {
        offer.kernel().launch(inputs, output);
        return offer;
      }
    }
    throw new AssertionError("nothing offers " + op + " on " + avals);
  }
}
