package lazuli.array.reference;

import lazuli.array.backend.BackendProvider;

/** Offers the float64 reference backend, which works on every machine. */
public final class ReferenceBackendProvider implements BackendProvider {
  /** Made by the service loader. */
  public ReferenceBackendProvider() {}

  @Override
  public String kind() {
    return "reference";
  }

  @Override
  public Availability probe() {
    return new Availability.Available(new ReferenceBackend());
  }
}
