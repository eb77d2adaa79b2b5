package lazuli.gpu.sim;

import static lazuli.gpu.sim.SimErrors.INVALID_HANDLE;
import static lazuli.gpu.sim.SimErrors.INVALID_IMAGE;
import static lazuli.gpu.sim.SimErrors.INVALID_VALUE;
import static lazuli.gpu.sim.SimErrors.NOT_FOUND;
import static lazuli.gpu.sim.SimErrors.error;
import static lazuli.gpu.sim.SimErrors.handle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lazuli.gpu.driver.Driver.Grid;

/** Modules and functions of the simulated driver. Guarded by the driver's lock. */
final class SimKernels {
  private static final byte[] COMPILED = "simulated\n".getBytes(StandardCharsets.US_ASCII);
  private static final int DYNAMIC_SHARED = 8;

  /** One kernel with what was set for it. */
  static final class Function {
    final Program program;
    int dynamic = 48 * 1024;

    Function(Program program) {
      this.program = program;
    }
  }

  private final Map<Long, Map<String, Program>> modules = new HashMap<>();
  private final Map<Long, Function> functions = new HashMap<>();
  private long next = 1000;

  /** {@return the simulator's machine code: the text, with a word in front} */
  byte[] compile(byte[] text) {
    loaded("cuLinkAddData", text);
    byte[] code = Arrays.copyOf(COMPILED, COMPILED.length + text.length);
    System.arraycopy(text, 0, code, COMPILED.length, text.length);
    return code;
  }

  private static Map<String, Program> loaded(String call, byte[] image) {
    int from = Arrays.mismatch(COMPILED, image) == COMPILED.length ? COMPILED.length : 0;
    int end = image.length;
    while (end > from && image[end - 1] == 0) {
      end--;
    }
    try {
      return Program.load(new String(image, from, end - from, StandardCharsets.UTF_8));
    } catch (SimFault fault) {
      throw error(call, INVALID_IMAGE, String.valueOf(fault.getMessage()));
    }
  }

  long load(byte[] image) {
    modules.put(++next, loaded("cuModuleLoadData", image));
    return next;
  }

  void unload(long module) {
    handle("cuModuleUnload", modules.remove(module) != null);
  }

  long find(long module, String name) {
    Map<String, Program> programs = modules.get(module);
    handle("cuModuleGetFunction", programs != null);
    Program program = programs == null ? null : programs.get(name);
    if (program == null) {
      throw error("cuModuleGetFunction", NOT_FOUND, name);
    }
    functions.put(++next, new Function(program));
    return next;
  }

  private Function function(String call, long function) {
    Function known = functions.get(function);
    if (known == null) {
      throw error(call, INVALID_HANDLE, "no such function");
    }
    return known;
  }

  int attribute(long function, int attribute) {
    Program program = function("cuFuncGetAttribute", function).program;
    return switch (attribute) {
      case 0 -> program.threads();
      case 1 -> program.sharedBytes();
      default -> 0;
    };
  }

  void set(long function, int attribute, int value) {
    Function known = function("cuFuncSetAttribute", function);
    if (attribute == DYNAMIC_SHARED) {
      if (value > Machine.SHARED) {
        throw error("cuFuncSetAttribute", INVALID_VALUE, value + " bytes of shared memory");
      }
      known.dynamic = value;
    }
  }

  int[] parameters(long function) {
    return function("cuFuncGetParamInfo", function).program.params();
  }

  /** {@return a function that may be launched on this grid} */
  Function launched(long function, Grid grid) {
    Function known = function("cuLaunchKernel", function);
    if (grid.x() < 1
        || grid.y() < 1
        || grid.z() < 1
        || grid.y() > 65535
        || grid.z() > 65535
        || grid.threads() < 1
        || grid.threads() > known.program.threads()
        || grid.shared() > known.dynamic) {
      throw error("cuLaunchKernel", INVALID_VALUE, grid + " for " + known.program.name());
    }
    return known;
  }

  /** {@return the arguments as the kernel reads them} */
  byte[] pack(long function, List<? extends Number> arguments) {
    Program program = function("cuLaunchKernel", function).program;
    List<Parser.Param> params = program.source.params;
    if (params.size() != arguments.size()) {
      throw new SimFault(
          program.name() + " takes " + params.size() + " arguments, got " + arguments.size());
    }
    int bytes = params.isEmpty() ? 0 : params.getLast().offset() + params.getLast().bytes();
    ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < params.size(); i++) {
      out.position(params.get(i).offset());
      int size = params.get(i).bytes();
      Number argument = arguments.get(i);
      switch (argument) {
        case Integer x when size == 4 -> out.putInt(x);
        case Float x when size == 4 -> out.putFloat(x);
        case Long x when size == 8 -> out.putLong(x);
        case Double x when size == 8 -> out.putDouble(x);
        default ->
            throw new SimFault(
                program.name()
                    + " takes "
                    + size
                    + " bytes as argument "
                    + i
                    + ", got "
                    + argument.getClass().getSimpleName());
      }
    }
    return out.array();
  }

  /** {@return a line for each module that was not unloaded} */
  List<String> leaks() {
    List<String> lines = new ArrayList<>();
    modules.keySet().forEach(m -> lines.add("module " + m));
    return lines;
  }
}
