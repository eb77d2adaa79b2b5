package lazuli.gpu.driver;

import java.util.List;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUDA_KERNEL_NODE_PARAMS;
import jcuda.driver.CUfunction;
import jcuda.driver.JCudaDriver;

/** Modules, functions and launches through JCuda. */
abstract class JCudaKernelCalls extends JCudaStreamCalls {
  JCudaKernelCalls(ForeignCalls foreign) {
    super(foreign);
  }

  @Override
  public long loadModule(byte[] image) {
    Handles.Module module = new Handles.Module();
    check("cuModuleLoadData", JCudaDriver.cuModuleLoadData(module, image));
    return keep(module, module.value());
  }

  @Override
  public byte[] compile(byte[] text) {
    return JCudaLinker.compile(text);
  }

  @Override
  public void unloadModule(long module) {
    check("cuModuleUnload", JCudaDriver.cuModuleUnload(handle(Handles.Module.class, module)));
    handles.remove(module);
  }

  @Override
  public long function(long module, String name) {
    Handles.Function function = new Handles.Function();
    check(
        "cuModuleGetFunction",
        JCudaDriver.cuModuleGetFunction(function, handle(Handles.Module.class, module), name));
    return keep(function, function.value());
  }

  final CUfunction function(long value) {
    return handle(Handles.Function.class, value);
  }

  @Override
  public int functionAttribute(long function, int attribute) {
    int[] value = new int[1];
    check(
        "cuFuncGetAttribute", JCudaDriver.cuFuncGetAttribute(value, attribute, function(function)));
    return value[0];
  }

  @Override
  public void setFunctionAttribute(long function, int attribute, int value) {
    check(
        "cuFuncSetAttribute", JCudaDriver.cuFuncSetAttribute(function(function), attribute, value));
  }

  @Override
  public int blocksPerMultiprocessor(long function, int threads, long shared) {
    int[] blocks = new int[1];
    check(
        "cuOccupancyMaxActiveBlocksPerMultiprocessor",
        JCudaDriver.cuOccupancyMaxActiveBlocksPerMultiprocessor(
            blocks, function(function), threads, shared));
    return blocks[0];
  }

  private static Pointer pointers(List<? extends Number> arguments) {
    NativePointerObject[] all = new NativePointerObject[arguments.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] =
          switch (arguments.get(i)) {
            case Integer x -> Pointer.to(new int[] {x});
            case Long x -> Pointer.to(new long[] {x});
            case Float x -> Pointer.to(new float[] {x});
            case Double x -> Pointer.to(new double[] {x});
            default ->
                throw new IllegalArgumentException(
                    arguments.get(i).getClass().getSimpleName() + " is no kernel argument");
          };
    }
    return Pointer.to(all);
  }

  @Override
  public void launch(long function, Grid grid, long stream, List<? extends Number> arguments) {
    check(
        "cuLaunchKernel",
        JCudaDriver.cuLaunchKernel(
            function(function),
            grid.x(),
            grid.y(),
            grid.z(),
            grid.threads(),
            1,
            1,
            grid.shared(),
            stream(stream),
            pointers(arguments),
            null));
  }

  /** {@return a launch as graphs take it} */
  final CUDA_KERNEL_NODE_PARAMS params(long function, Grid grid, List<? extends Number> arguments) {
    CUDA_KERNEL_NODE_PARAMS params = new CUDA_KERNEL_NODE_PARAMS();
    params.func = function(function);
    params.gridDimX = grid.x();
    params.gridDimY = grid.y();
    params.gridDimZ = grid.z();
    params.blockDimX = grid.threads();
    params.blockDimY = 1;
    params.blockDimZ = 1;
    params.sharedMemBytes = grid.shared();
    params.kernelParams = pointers(arguments);
    return params;
  }
}
