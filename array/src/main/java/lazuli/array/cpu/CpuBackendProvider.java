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
    if (!vectors()) {
      return new Availability.Unavailable(
          "this Java runs without the Vector API",
          "start it with --add-modules jdk.incubator.vector");
    }
    long limit = SystemMemory.limit(System.getProperty("lazuli.memory.limit"));
    return new Availability.Available(new CpuBackend(new CpuPool(limit, new SystemMemory())));
  }

  /** Not by the boot layer's modules: one that is added while the JVM runs is in another layer. */
  private static boolean vectors() {
    try {
      Class.forName(
          "jdk.incubator.vector.FloatVector", false, CpuBackendProvider.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
