package lazuli.kernel.cell;

import static java.lang.constant.ConstantDescs.CD_CallSite;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import org.jspecify.annotations.Nullable;

/**
 * What compiled cells call at method entries and backward branches, so that an endless loop can be
 * stopped.
 *
 * <p>The call goes through a mutable call site: while nobody asks to stop it is an empty method
 * that the compiler removes, so it costs no memory access and blocks no vectorisation; asking to
 * stop replaces its target, which makes the JVM discard the compiled code at its next safepoint.
 * Loops with an int counter have safepoints only under {@code -XX:+UseCountedLoopSafepoints}, which
 * the kernel's JVM is started with.
 *
 * <p>One lock, this object's monitor; the running evaluation that is being stopped is the state.
 */
public final class StopChecks {
  /** The class that JShell's own instrumentation calls; it must have exactly this name. */
  static final String CLASS_NAME = "REPL.$Cancel$";

  private static final MethodHandle NOTHING =
      MethodHandles.empty(MethodType.methodType(void.class));

  private final MutableCallSite site = new MutableCallSite(NOTHING);
  private final MethodHandle check;
  private volatile @Nullable Evaluation stopping;

  StopChecks() {
    try {
      check =
          MethodHandles.lookup()
              .findVirtual(StopChecks.class, "check", MethodType.methodType(void.class))
              .bindTo(this);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.toString(), e);
    }
  }

  /**
   * {@return the call site of the session whose class asks; called by the JVM alone}
   *
   * @param caller the class that holds the check
   * @param name unused
   * @param type no parameters, no result
   */
  public static CallSite link(MethodHandles.Lookup caller, String name, MethodType type) {
    return ((SessionLoader) caller.lookupClass().getClassLoader()).stopChecks().site;
  }

  /** Makes the checks throw on the threads that belong to the evaluation. */
  synchronized void stop(Evaluation evaluation) {
    stopping = evaluation;
    target(check);
  }

  /** Makes the checks do nothing again. */
  synchronized void clear() {
    if (stopping != null) {
      stopping = null;
      target(NOTHING);
    }
  }

  private void target(MethodHandle to) {
    site.setTarget(to);
    MutableCallSite.syncAll(new MutableCallSite[] {site});
  }

  @SuppressWarnings({"removal", "UnusedMethod"})
  private void check() {
    Evaluation evaluation = stopping;
    Thread thread = Thread.currentThread();
    if (evaluation != null && evaluation.owns(thread)) {
      if (!evaluation.runsOn(thread)) {
        // Its end was asked for, so that its stack is no news.
        thread.setUncaughtExceptionHandler((ended, death) -> {});
      }
      throw new ThreadDeath();
    }
  }

  /** {@return the bytes of the class whose {@code stopCheck} method calls the session's site} */
  static byte[] checkClass() {
    var bootstrap =
        ConstantDescs.ofCallsiteBootstrap(
            ClassDesc.of(StopChecks.class.getName()), "link", CD_CallSite);
    return ClassFile.of()
        .build(
            ClassDesc.of(CLASS_NAME),
            type ->
                type.withFlags(ClassFile.ACC_PUBLIC)
                    .withMethodBody(
                        "stopCheck",
                        MTD_void,
                        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                        code ->
                            code.invokedynamic(DynamicCallSiteDesc.of(bootstrap, "check", MTD_void))
                                .return_()));
  }
}
