package lazuli.gpu.lib;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import lazuli.gpu.driver.FakeLibrary;

/** The management library's functions as C sees them, for one made-up card. */
public final class FakeNvml {
  static volatile int init;
  static volatile long reasons;

  private FakeNvml() {}

  static void write(Path file, String soname) throws Exception {
    FakeLibrary.write(file, soname, FakeNvml.class, "nvml");
  }

  public static int nvmlInit_v2() {
    return init;
  }

  public static int nvmlDeviceGetHandleByPciBusId_v2(MemorySegment id, MemorySegment device) {
    if (!id.reinterpret(32).getString(0).equals("0000:01:00.0")) {
      return 6;
    }
    device.reinterpret(8).set(JAVA_LONG, 0, 42);
    return 0;
  }

  public static int nvmlDeviceGetClockInfo(long device, int type, MemorySegment clock) {
    clock.reinterpret(4).set(JAVA_INT, 0, type == 1 ? 1410 : 2619);
    return device == 42 ? 0 : 2;
  }

  public static int nvmlDeviceGetPowerUsage(long device, MemorySegment milliwatts) {
    milliwatts.reinterpret(4).set(JAVA_INT, 0, 312_400);
    return 0;
  }

  public static int nvmlDeviceGetTemperature(long device, int sensor, MemorySegment celsius) {
    celsius.reinterpret(4).set(JAVA_INT, 0, 55);
    return sensor;
  }

  public static int nvmlDeviceGetCurrentClocksThrottleReasons(long device, MemorySegment bits) {
    bits.reinterpret(8).set(JAVA_LONG, 0, reasons);
    return 0;
  }
}
