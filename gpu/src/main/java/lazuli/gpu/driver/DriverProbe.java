package lazuli.gpu.driver;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/** Looks for a CUDA driver and its devices without ever failing. */
public final class DriverProbe {
  private static boolean loaded;

  private DriverProbe() {}

  /** What was found. */
  public sealed interface Found {
    /**
     * Devices that the driver lists.
     *
     * @param driverVersion the highest CUDA version of the driver, such as {@code 13000}
     * @param gpus at least one
     */
    record Gpus(int driverVersion, List<GpuInfo> gpus) implements Found {}

    /**
     * Nothing that can be used.
     *
     * @param reason what was looked for and not found
     * @param fix what a user can do about it
     */
    record Nothing(String reason, String fix) implements Found {}
  }

  /** {@return the devices of the machine's driver} */
  public static Found probe() {
    return probe(library());
  }

  private static String library() {
    boolean windows = System.getProperty("os.name", "").startsWith("Windows");
    return windows ? "nvcuda.dll" : "libcuda.so.1";
  }

  /**
   * {@return the devices of one driver library}
   *
   * @param library its file name, as the system's loader finds it
   */
  static Found probe(String library) {
    // JCuda's first failed load poisons its classes for the rest of the process, so look first.
    try {
      SymbolLookup.libraryLookup(library, Arena.global());
    } catch (IllegalArgumentException absent) {
      return new Found.Nothing(
          library + " was not found: there is no NVIDIA driver on this machine",
          "install NVIDIA's driver (nothing else is needed), or go on with the CPU");
    }
    try {
      loadPrivately();
      return ask();
    } catch (LinkageError | IOException e) {
      return new Found.Nothing(
          library + " is there, but JCuda's driver binding did not load: " + e,
          "JCuda has natives for 64-bit x86 Linux and Windows only; go on with the CPU");
    }
  }

  /**
   * {@return the driver, after a probe found devices}
   *
   * @throws DriverException if there is none, or it does not start
   */
  public static Driver open() {
    return open(library());
  }

  static Driver open(String library) {
    if (!(probe(library) instanceof Found.Gpus)) {
      throw new DriverException("cuInit", 100, "CUDA_ERROR_NO_DEVICE", "");
    }
    return new JCudaDriverCalls(
        new ForeignCalls(SymbolLookup.libraryLookup(library, Arena.global())));
  }

  private static Found ask() {
    int rc = JCudaDriver.cuInit(0);
    if (rc != CUresult.CUDA_SUCCESS) {
      return failed("cuInit", rc);
    }
    int[] version = new int[1];
    JCudaDriver.cuDriverGetVersion(version);
    int[] count = new int[1];
    rc = JCudaDriver.cuDeviceGetCount(count);
    if (rc != CUresult.CUDA_SUCCESS) {
      return failed("cuDeviceGetCount", rc);
    }
    List<GpuInfo> gpus = new ArrayList<>();
    for (int i = 0; i < count[0]; i++) {
      CUdevice device = new CUdevice();
      rc = JCudaDriver.cuDeviceGet(device, i);
      if (rc != CUresult.CUDA_SUCCESS) {
        return failed("cuDeviceGet", rc);
      }
      gpus.add(describe(device));
    }
    return gpus.isEmpty()
        ? new Found.Nothing(
            "the driver lists no GPU",
            "check that the GPU is visible to this process (CUDA_VISIBLE_DEVICES, container flags)")
        : new Found.Gpus(version[0], List.copyOf(gpus));
  }

  private static GpuInfo describe(CUdevice device) {
    byte[] name = new byte[256];
    JCudaDriver.cuDeviceGetName(name, name.length, device);
    int length = 0;
    while (length < name.length && name[length] != 0) {
      length++;
    }
    long[] memory = new long[1];
    JCudaDriver.cuDeviceTotalMem(memory, device);
    return new GpuInfo(
        new String(name, 0, length, StandardCharsets.UTF_8),
        attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
        attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
        memory[0]);
  }

  private static int attribute(CUdevice device, int attribute) {
    int[] value = new int[1];
    JCudaDriver.cuDeviceGetAttribute(value, attribute, device);
    return value[0];
  }

  private static Found failed(String call, int rc) {
    return new Found.Nothing(
        call + " answered " + CUresult.stringFor(rc),
        "check the driver with nvidia-smi; a restart or a matching kernel module usually mends it");
  }

  /**
   * JCuda unpacks its native library under a fixed name into {@code java.io.tmpdir} and loads a
   * file that is already there unchecked. So its class is initialised once, here, with that
   * property pointing at a new folder that only this user can write.
   */
  private static synchronized void loadPrivately() throws IOException {
    if (loaded) {
      return;
    }
    String shared = System.getProperty("java.io.tmpdir");
    Path own = PrivateFolder.make("jcuda");
    System.setProperty("java.io.tmpdir", own.toString());
    try {
      JCudaDriver.setExceptionsEnabled(false);
      loaded = true;
    } finally {
      System.setProperty("java.io.tmpdir", shared);
      // Mapped by now on Linux; Windows keeps loaded files until the process ends.
      PrivateFolder.delete(own);
    }
  }
}
