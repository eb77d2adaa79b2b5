package lazuli.array.cpu;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import lazuli.array.type.ArrayException;
import org.jspecify.annotations.Nullable;

/**
 * Memory from the C library: unlike an arena's it is not written with zeros first, and may be
 * advised to use huge pages.
 */
final class SystemMemory {
  private static final int MADV_DONTNEED = 4;
  private static final int MADV_HUGEPAGE = 14;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBRARY = LINKER.defaultLookup();
  private static final MethodHandle MALLOC =
      LINKER.downcallHandle(
          LIBRARY.findOrThrow("malloc"),
          FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
  private static final MethodHandle FREE =
      LINKER.downcallHandle(
          LIBRARY.findOrThrow("free"), FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));
  private static final @Nullable MethodHandle MADVISE = madvise();

  /**
   * A block.
   *
   * @param address aligned as asked
   * @param bytes its size
   * @param base what the C library knows it by
   */
  record Block(long address, long bytes, long base) {}

  private static @Nullable MethodHandle madvise() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return null;
    }
    return LIBRARY
        .find("madvise")
        .map(
            f ->
                LINKER.downcallHandle(
                    f,
                    FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT)))
        .orElse(null);
  }

  /** A block, or null when the system has none. */
  @Nullable Block allocate(long bytes, long alignment) {
    try {
      long base = (long) MALLOC.invokeExact(bytes + alignment);
      if (base == 0) {
        return null;
      }
      long address = (base + alignment - 1) & -alignment;
      if (MADVISE != null && alignment >= CpuPool.HUGE) {
        // Advice only: whatever it answers, the memory works.
        int ignored = (int) MADVISE.invokeExact(address, bytes, MADV_HUGEPAGE);
      }
      return new Block(address, bytes, base);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Gives the pages of a part of a block back, whose contents are lost; {@return whether the system
   * took them} It does not where pages are larger than the part's alignment.
   */
  boolean discard(long address, long bytes) {
    try {
      return MADVISE != null && (int) MADVISE.invokeExact(address, bytes, MADV_DONTNEED) == 0;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  void free(Block block) {
    try {
      FREE.invokeExact(block.base);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The most that arrays may use: the system property, such as {@code 4g}, or half of the memory of
   * the machine or container.
   *
   * @param property the text, or null
   */
  static long limit(@Nullable String property) {
    if (property == null) {
      return ((com.sun.management.OperatingSystemMXBean)
                  ManagementFactory.getOperatingSystemMXBean())
              .getTotalMemorySize()
          / 2;
    }
    String text = property.strip().toLowerCase(Locale.ROOT);
    int shift = text.isEmpty() ? -1 : "kmgt".indexOf(text.charAt(text.length() - 1));
    String digits = shift < 0 ? text : text.substring(0, text.length() - 1);
    if (!digits.matches("[1-9][0-9]{0,9}|[1-9][0-9]{0,17}") || shift >= 0 && digits.length() > 6) {
      throw new ArrayException(
          "-Dlazuli.memory.limit=" + property,
          "a positive number of bytes, or one with k, m, g or t behind it",
          "for instance -Dlazuli.memory.limit=4g");
    }
    return Long.parseLong(digits) << 10 * (shift + 1);
  }
}
