package lazuli.gpu.sim;

import static lazuli.gpu.sim.SimErrors.INVALID_CONTEXT;
import static lazuli.gpu.sim.SimErrors.LAUNCH_FAILED;
import static lazuli.gpu.sim.SimErrors.error;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import lazuli.gpu.driver.Driver;
import org.jspecify.annotations.Nullable;

/** What all calls of the simulated driver share: the devices, the lock, the fault that lost one. */
abstract class SimCalls implements Driver {
  private static final int SUCCESS = 0;

  final List<DeviceMemory> memories = new ArrayList<>();
  final List<Machine> machines = new ArrayList<>();
  final SimStreams streams = new SimStreams();
  final SimKernels kernels = new SimKernels();
  final SimGraphs graphs = new SimGraphs();
  private final ThreadLocal<Long> current = ThreadLocal.withInitial(() -> 0L);
  @Nullable SimFault lost;

  SimCalls(int devices, long bytes) {
    for (int i = 0; i < devices; i++) {
      DeviceMemory memory = new DeviceMemory(bytes);
      memories.add(memory);
      machines.add(new Machine(memory));
    }
  }

  /** Runs a call that needs a live device; faults lose it. */
  final synchronized <T> T call(String name, Supplier<T> body) {
    SimFault before = lost;
    if (before != null) {
      throw error(name, LAUNCH_FAILED, String.valueOf(before.getMessage()));
    }
    if (current.get() == 0) {
      throw error(name, INVALID_CONTEXT, "no context is current on this thread");
    }
    try {
      return body.get();
    } catch (SimFault fault) {
      lost = fault;
      throw error(name, LAUNCH_FAILED, String.valueOf(fault.getMessage()));
    }
  }

  final void act(String name, Runnable body) {
    Integer done =
        call(
            name,
            () -> {
              body.run();
              return SUCCESS;
            });
    if (done != SUCCESS) {
      throw new IllegalStateException(name);
    }
  }

  final int device() {
    return (int) (current.get() - 1);
  }

  final void known(String call, int device) {
    if (device < 0 || device >= memories.size()) {
      throw error(call, 101, "device " + device + " of " + memories.size());
    }
  }

  @Override
  public void use(long context) {
    current.set(context);
  }
}
