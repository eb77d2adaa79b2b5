package lazuli.gpu.sim;

import static lazuli.gpu.sim.SimErrors.error;
import static lazuli.gpu.sim.SimErrors.handle;

import lazuli.gpu.driver.DriverException;

/** Streams and events of the simulated driver. */
abstract class SimStreamCalls extends SimMemoryCalls {
  SimStreamCalls(int devices, long bytes) {
    super(devices, bytes);
  }

  /** Lets a stream do its work as soon as it may; others do it as late as they may. */
  public final void early(long stream) {
    act("early", () -> streams.early(stream));
  }

  @Override
  public void synchronize() {
    act("cuCtxSynchronize", streams::drainAll);
  }

  @Override
  public long createStream() {
    return call("cuStreamCreate", streams::createStream);
  }

  @Override
  public void destroyStream(long stream) {
    act("cuStreamDestroy", () -> handle("cuStreamDestroy", streams.destroyStream(stream)));
  }

  @Override
  public void synchronizeStream(long stream) {
    act("cuStreamSynchronize", () -> streams.drain(stream));
  }

  @Override
  public boolean streamDone(long stream) {
    return call("cuStreamQuery", () -> streams.done(stream));
  }

  @Override
  public void waitFor(long stream, long event) {
    act("cuStreamWaitEvent", () -> streams.waitFor(stream, event));
  }

  @Override
  public long createEvent(boolean timing) {
    return call("cuEventCreate", streams::createEvent);
  }

  @Override
  public void destroyEvent(long event) {
    act("cuEventDestroy", () -> handle("cuEventDestroy", streams.destroyEvent(event)));
  }

  @Override
  public void record(long event, long stream) {
    act("cuEventRecord", () -> streams.record(event, stream));
  }

  @Override
  public void synchronizeEvent(long event) {
    act("cuEventSynchronize", () -> streams.reach(event));
  }

  @Override
  public boolean eventDone(long event) {
    return call("cuEventQuery", () -> streams.passed(event));
  }

  @Override
  public float elapsedMillis(long start, long end) {
    return call(
        "cuEventElapsedTime",
        () -> {
          if (!streams.over(start) || !streams.over(end)) {
            throw error("cuEventElapsedTime", DriverException.NOT_READY, "not both passed");
          }
          return (streams.nanos(end) - streams.nanos(start)) / 1e6f;
        });
  }
}
