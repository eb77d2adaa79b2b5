package lazuli.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import lazuli.array.backend.Backend;
import lazuli.array.backend.BackendProvider;
import lazuli.array.backend.BackendProvider.Availability;
import lazuli.array.backend.Candidate;
import lazuli.array.backend.Pool;
import lazuli.array.op.Aval;
import lazuli.array.op.Op;
import lazuli.array.type.Device;
import org.jspecify.annotations.Nullable;

/**
 * What runs operations that a GPU has no kernel for: the CPU backend, and the float64 interpreter
 * where that has none either.
 */
final class Processor implements Backend {
  private @Nullable List<Backend> backends;

  /** Looked for when an operation first needs them. */
  private synchronized List<Backend> backends() {
    if (backends == null) {
      backends = found();
    }
    return backends;
  }

  private static List<Backend> found() {
    List<Backend> all = new ArrayList<>();
    for (String kind : List.of("cpu", "reference")) {
      for (BackendProvider provider :
          ServiceLoader.load(BackendProvider.class, Processor.class.getClassLoader())) {
        if (provider.kind().equals(kind)
            && provider.probe() instanceof Availability.Available(Backend backend)) {
          all.add(backend);
        }
      }
    }
    return all;
  }

  @Override
  public Device device() {
    return Device.CPU;
  }

  @Override
  public List<Candidate> candidates(Op op, List<Aval> inputs, Aval output) {
    for (Backend backend : backends()) {
      List<Candidate> all = backend.candidates(op, inputs, output);
      if (all.stream().anyMatch(Candidate.Offer.class::isInstance)) {
        return all;
      }
    }
    return List.of();
  }

  /** {@return the answers of all, the CPU's first} */
  List<Candidate> every(Op op, List<Aval> inputs, Aval output) {
    List<Candidate> all = new ArrayList<>();
    backends().forEach(backend -> all.addAll(backend.candidates(op, inputs, output)));
    return all;
  }

  @Override
  public Pool pool() {
    return backends().getFirst().pool();
  }
}
