/**
 * Machine code that Lazuli emits itself, for instructions that the Vector API does not reach.
 * Enters: nothing but the processor; leaves: products of matrices at addresses. Uses the JDK only.
 * Everything here is optional: where it cannot run, {@link lazuli.array.cpu.code.MachineCode} says
 * why and kernels compute in vectors.
 */
@org.jspecify.annotations.NullMarked
package lazuli.array.cpu.code;
