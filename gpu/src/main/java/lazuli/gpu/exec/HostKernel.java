package lazuli.gpu.exec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Work;
import lazuli.array.type.Device;

/**
 * A processor's kernel for an operation that the GPU has none for: operands are copied to the
 * processor, the result back. Its name says so.
 *
 * @param gpu where operands and result are
 * @param kernel the processor's kernel
 * @param name what it is called here
 */
public record HostKernel(Gpu gpu, Kernel kernel, String name) implements Kernel {
  /** What kernels of the processor are called on a GPU. */
  public static final String PREFIX = "cpu:";

  @Override
  public String details() {
    String more = kernel.details();
    return "operands copied to the CPU, the result back" + (more.isEmpty() ? "" : "; " + more);
  }

  @Override
  public List<Dispatch.Cast> casts() {
    return kernel.casts();
  }

  @Override
  public Work work() {
    return kernel.work();
  }

  @Override
  public boolean takesParameters() {
    return kernel.takesParameters();
  }

  @Override
  public void launch(List<View> inputs, View output) {
    launch(inputs, output, new Number[0]);
  }

  @Override
  public void launch(List<View> inputs, View output, Number[] parameters) {
    gpu.hostStep(name);
    try (Arena arena = Arena.ofShared()) {
      List<View> here = new ArrayList<>();
      for (View view : inputs) {
        here.add(fetched(gpu.pool(), view, arena));
      }
      long bytes = output.shape().size() * output.dtype().bytes();
      MemorySegment memory = arena.allocate(Math.max(64, bytes), 64);
      Buffer buffer = new Buffer(Device.CPU, memory, memory.byteSize());
      kernel.launch(here, View.contiguous(buffer, output.dtype(), output.shape()), parameters);
      gpu.write(GpuPool.address(output), memory.asSlice(0, bytes));
    }
  }

  /** {@return the same elements with the same strides in host memory} */
  private static View fetched(GpuPool pool, View view, Arena arena) {
    long low = 0;
    long high = 0;
    for (int d = 0; d < view.shape().rank(); d++) {
      long reach = Math.max(0, view.shape().dim(d) - 1) * view.strides()[d];
      low += Math.min(0, reach);
      high += Math.max(0, reach);
    }
    int size = view.dtype().bytes();
    long bytes = view.shape().size() == 0 ? 0 : (high - low + 1) * size;
    MemorySegment memory = arena.allocate(Math.max(64, bytes), 64);
    pool.read(view.buffer(), (view.offset() + low) * size, memory.asSlice(0, bytes));
    Buffer buffer = new Buffer(Device.CPU, memory, memory.byteSize());
    return new View(buffer, view.dtype(), view.shape(), view.strides(), -low);
  }
}
