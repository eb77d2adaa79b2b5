package lazuli.gpu.driver;

import java.nio.file.Path;

/** Shared objects whose functions are static methods of a test's class. */
public final class FakeLibrary {
  private FakeLibrary() {}

  /**
   * Writes and loads one.
   *
   * @param file where it goes
   * @param soname its name inside
   * @param functions the class
   * @param prefix what the names of its functions begin with
   */
  public static void write(Path file, String soname, Class<?> functions, String prefix)
      throws Exception {
    SimulatedDriver.load(file, soname, functions, prefix);
  }

  /** Makes the machine's CUDA driver a simulated one, unless there is a real one. */
  public static void driver(lazuli.gpu.sim.SimDriver sim, int devices) throws Exception {
    TwoFakeGpus.initAnswer = 0;
    TwoFakeGpus.devices = devices;
    TwoFakeGpus.problem = null;
    TwoFakeGpus.driver = sim;
    SimulatedDriver.once();
  }
}
