package lazuli.gpu.driver;

import jcuda.driver.CUevent;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/** Streams and events through JCuda. */
abstract class JCudaStreamCalls extends JCudaMemoryCalls {
  private static final int NON_BLOCKING = 1;
  private static final int NO_TIMING = 2;

  JCudaStreamCalls(ForeignCalls foreign) {
    super(foreign);
  }

  @Override
  public long createStream() {
    Handles.Stream stream = new Handles.Stream();
    check("cuStreamCreate", JCudaDriver.cuStreamCreate(stream, NON_BLOCKING));
    return keep(stream, stream.value());
  }

  @Override
  public void destroyStream(long stream) {
    check("cuStreamDestroy", JCudaDriver.cuStreamDestroy(stream(stream)));
    handles.remove(stream);
  }

  @Override
  public void synchronizeStream(long stream) {
    CUstream known = stream(stream);
    Waiting.until("the stream", () -> done("cuStreamQuery", JCudaDriver.cuStreamQuery(known)));
  }

  @Override
  public boolean streamDone(long stream) {
    return done("cuStreamQuery", JCudaDriver.cuStreamQuery(stream(stream)));
  }

  private static boolean done(String call, int rc) {
    if (rc == DriverException.NOT_READY) {
      return false;
    }
    check(call, rc);
    return true;
  }

  @Override
  public void waitFor(long stream, long event) {
    check(
        "cuStreamWaitEvent",
        JCudaDriver.cuStreamWaitEvent(stream(stream), handle(Handles.Event.class, event), 0));
  }

  @Override
  public long createEvent(boolean timing) {
    Handles.Event event = new Handles.Event();
    check("cuEventCreate", JCudaDriver.cuEventCreate(event, timing ? 0 : NO_TIMING));
    return keep(event, event.value());
  }

  @Override
  public void destroyEvent(long event) {
    check("cuEventDestroy", JCudaDriver.cuEventDestroy(handle(Handles.Event.class, event)));
    handles.remove(event);
  }

  @Override
  public void record(long event, long stream) {
    check(
        "cuEventRecord",
        JCudaDriver.cuEventRecord(handle(Handles.Event.class, event), stream(stream)));
  }

  @Override
  public void synchronizeEvent(long event) {
    CUevent known = handle(Handles.Event.class, event);
    Waiting.until("the event", () -> done("cuEventQuery", JCudaDriver.cuEventQuery(known)));
  }

  @Override
  public boolean eventDone(long event) {
    return done("cuEventQuery", JCudaDriver.cuEventQuery(handle(Handles.Event.class, event)));
  }

  @Override
  public float elapsedMillis(long start, long end) {
    float[] millis = new float[1];
    check(
        "cuEventElapsedTime",
        JCudaDriver.cuEventElapsedTime(
            millis, handle(Handles.Event.class, start), handle(Handles.Event.class, end)));
    return millis[0];
  }
}
