package lazuli.gpu.lib;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;
import lazuli.gpu.lib.Libraries.Found;
import org.jspecify.annotations.Nullable;

/**
 * NVIDIA's management library, which comes with the driver: clocks, power, temperature, throttling.
 * Without it everything else works, and reports say that clocks are not known.
 */
public final class Nvml implements CardState {
  private static final int CLOCK_SM = 1;
  private static final int CLOCK_MEMORY = 2;
  private static final int SENSOR_GPU = 0;

  /** The bits of nvmlClocksEventReasons (nvml.h); idling and settings of the user are no limits. */
  private static final Object[][] LIMITS = {
    {0x4L, "its power limit"},
    {0x8L, "a hardware slowdown"},
    {0x20L, "its temperature (driver)"},
    {0x40L, "its temperature (hardware)"},
    {0x80L, "the power supply"},
  };

  private final @Nullable SymbolLookup symbols;
  private final String busId;
  private String absent;
  private long device;

  /**
   * Opens the library for one card; never fails.
   *
   * @param found the library, or why it is not there
   * @param busId the card's address on the PCI bus
   */
  public Nvml(Found found, String busId) {
    this.busId = busId;
    SymbolLookup library = null;
    String reason = "";
    switch (found) {
      case Found.Library(String name, SymbolLookup all) -> library = all;
      case Found.Absent(String why) -> reason = why;
    }
    symbols = library;
    absent = reason;
    if (library != null) {
      absent = open();
    }
  }

  private String open() {
    int rc = call("nvmlInit_v2");
    if (rc != 0) {
      return "nvmlInit answered " + rc;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(JAVA_LONG);
      MemorySegment id = arena.allocateFrom(busId);
      rc = call("nvmlDeviceGetHandleByPciBusId_v2", id, handle);
      device = handle.get(JAVA_LONG, 0);
      return rc == 0 ? "" : "NVML does not know the card at " + busId + ": it answered " + rc;
    }
  }

  /** {@return the library's answer; -1 where it has no such function} */
  private int call(String name, Object... arguments) {
    MemorySegment symbol = symbols == null ? null : symbols.find(name).orElse(null);
    if (symbol == null) {
      return -1;
    }
    MemoryLayout[] layouts = new MemoryLayout[arguments.length];
    for (int i = 0; i < layouts.length; i++) {
      layouts[i] =
          arguments[i] instanceof Integer
              ? JAVA_INT
              : arguments[i] instanceof Long ? JAVA_LONG : ADDRESS;
    }
    try {
      return (int)
          Linker.nativeLinker()
              .downcallHandle(symbol, FunctionDescriptor.of(JAVA_INT, layouts))
              .invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(name, e);
    }
  }

  private long number(MemorySegment to, String name, Object... before) {
    to.fill((byte) 0);
    Object[] all = new Object[before.length + 2];
    all[0] = device;
    System.arraycopy(before, 0, all, 1, before.length);
    all[all.length - 1] = to;
    // What a card does not tell stays 0.
    return call(name, all) == 0 ? to.get(JAVA_LONG, 0) : 0;
  }

  /** {@return the card's state; null when it is not known} */
  public @Nullable Reading read() {
    if (!absent.isEmpty()) {
      return null;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment to = arena.allocate(JAVA_LONG);
      int clock = (int) number(to, "nvmlDeviceGetClockInfo", CLOCK_SM);
      int memory = (int) number(to, "nvmlDeviceGetClockInfo", CLOCK_MEMORY);
      double watts = number(to, "nvmlDeviceGetPowerUsage") / 1e3;
      int celsius = (int) number(to, "nvmlDeviceGetTemperature", SENSOR_GPU);
      long bits = number(to, "nvmlDeviceGetCurrentClocksThrottleReasons");
      List<String> limits = new ArrayList<>();
      for (Object[] limit : LIMITS) {
        if ((bits & (long) limit[0]) != 0) {
          limits.add((String) limit[1]);
        }
      }
      return new Reading(clock, memory, watts, celsius, List.copyOf(limits));
    }
  }

  @Override
  public String text() {
    Reading now = read();
    return now == null ? "clocks and power are not known: " + absent : now.toString();
  }
}
