package lazuli.array.plan;

import java.util.Collections;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import lazuli.array.backend.Backend;
import lazuli.array.backend.BackendProvider;
import lazuli.array.backend.BackendProvider.Availability;
import lazuli.array.type.ArrayException;

/** The backends that are on the class path and work on this machine; probed once. */
public final class Backends {
  private static final ScopedValue<String> KIND = ScopedValue.newInstance();

  private final Map<String, Availability> found = new TreeMap<>();
  private volatile Map<String, Capabilities> snapshots = Map.of();
  private final String preferred;

  /**
   * Looks for backends.
   *
   * @param wanted the kind to use unless a caller binds another; empty for the fastest
   */
  Backends(String wanted) {
    for (BackendProvider provider :
        ServiceLoader.load(BackendProvider.class, Backends.class.getClassLoader())) {
      found.put(provider.kind(), provider.probe());
    }
    renew();
    preferred = wanted.isEmpty() ? (snapshots.containsKey("cpu") ? "cpu" : "reference") : wanted;
  }

  /**
   * Begins new snapshots: plans that were made before are not used again. To be called after what
   * kernels are offered, or how they are cut, has changed.
   */
  public void renew() {
    Map<String, Capabilities> all = new TreeMap<>();
    Backend reference = backend("reference");
    for (String kind : found.keySet()) {
      if (found.get(kind) instanceof Availability.Available(Backend backend)) {
        all.put(kind, new Capabilities(kind, backend, reference));
      }
    }
    snapshots = all;
  }

  /** {@return each kind that was looked for, with its backend or the reason why there is none} */
  public Map<String, Availability> found() {
    return Collections.unmodifiableMap(found);
  }

  /**
   * {@return what plans on this thread may use}
   *
   * @throws ArrayException if the wanted backend is not there
   */
  Capabilities current() {
    String kind = KIND.isBound() ? KIND.get() : preferred;
    Capabilities snapshot = snapshots.get(kind);
    if (snapshot == null) {
      backend(kind);
      throw new IllegalStateException(kind);
    }
    return snapshot;
  }

  private Backend backend(String kind) {
    return switch (found.get(kind)) {
      case null ->
          throw new ArrayException(
              "backend \"" + kind + "\" is not known",
              "one of " + String.join(", ", found.keySet()),
              "use one of these names");
      case Availability.Available(Backend backend) -> backend;
      case Availability.Unavailable(String reason, String fix) ->
          throw new ArrayException(
              "backend \"" + kind + "\" is not available: " + reason,
              "one of " + String.join(", ", snapshots.keySet()),
              fix);
    };
  }

  /**
   * {@return what the body returns} Evaluations inside it use this backend.
   *
   * @param kind its name
   * @param body the work
   * @param <T> its result
   * @throws Exception what the body throws
   */
  public <T> T on(String kind, Callable<T> body) throws Exception {
    backend(kind);
    return ScopedValue.where(KIND, kind).call(body::call);
  }
}
