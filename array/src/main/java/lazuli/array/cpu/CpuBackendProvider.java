package lazuli.array.cpu;

import lazuli.array.backend.BackendProvider;

/** Offers the processor through the Vector API. */
public final class CpuBackendProvider implements BackendProvider {
  /** Made by the service loader. */
  public CpuBackendProvider() {}

  @Override
  public String kind() {
    return "cpu";
  }

  @Override
  public Availability probe() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return new Availability.Unavailable(
          "this Java runs without the Vector API",
          "start it with --add-modules jdk.incubator.vector");
    }
    long limit = SystemMemory.limit(System.getProperty("lazuli.memory.limit"));
    return new Availability.Available(new CpuBackend(new CpuPool(limit, new SystemMemory())));
  }
}
