package lazuli.gpu.driver;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/** The handful of driver functions that the probe calls, for a machine with two made-up GPUs. */
public final class TwoFakeGpus {
  static volatile int devices = 2;
  static volatile int initAnswer = 0;

  private TwoFakeGpus() {}

  public static int cuInit(int flags) {
    return initAnswer;
  }

  public static int cuDriverGetVersion(MemorySegment version) {
    version.reinterpret(4).set(JAVA_INT, 0, 13010);
    return 0;
  }

  public static int cuDeviceGetCount(MemorySegment count) {
    count.reinterpret(4).set(JAVA_INT, 0, devices);
    return 0;
  }

  public static int cuDeviceGet(MemorySegment device, int ordinal) {
    device.reinterpret(4).set(JAVA_INT, 0, ordinal);
    return 0;
  }

  public static int cuDeviceGetName(MemorySegment name, int length, int device) {
    MemorySegment text = name.reinterpret(length);
    String s = "Fake GPU " + device;
    for (int i = 0; i < s.length(); i++) {
      text.set(JAVA_BYTE, i, (byte) s.charAt(i));
    }
    text.set(JAVA_BYTE, s.length(), (byte) 0);
    return 0;
  }

  public static int cuDeviceTotalMem_v2(MemorySegment bytes, int device) {
    bytes.reinterpret(8).set(JAVA_LONG, 0, (device + 1L) << 30);
    return 0;
  }

  public static int cuDeviceGetAttribute(MemorySegment value, int attribute, int device) {
    value.reinterpret(4).set(JAVA_INT, 0, attribute == 75 ? 9 : device); // 75: major, 76: minor
    return 0;
  }
}
