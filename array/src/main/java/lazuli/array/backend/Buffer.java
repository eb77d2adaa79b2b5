package lazuli.array.backend;

import java.lang.foreign.MemorySegment;
import lazuli.array.type.Device;

/**
 * A block of device memory that a backend's pool owns.
 *
 * @param device where the memory is
 * @param segment host memory for the CPU; for other devices a zero-length segment at the device
 *     address
 * @param bytes its size
 */
public record Buffer(Device device, MemorySegment segment, long bytes) {}
