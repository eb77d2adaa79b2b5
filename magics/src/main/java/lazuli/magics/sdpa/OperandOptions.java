package lazuli.magics.sdpa;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is attended: sizes, types, masks, kernels. */
final class OperandOptions {
  static final String DEFAULT_SHAPE = "1,8,1024,64";

  @Option(
      names = {"-s", "--shape"},
      paramLabel = "SHAPE",
      description = {
        "random operands of this shape: B,H,S,D or B,H,Sq:Sk,D",
        "or names: b=1,h=32,hkv=8,tq=1,tk=4096,d=128 (" + DEFAULT_SHAPE + ")"
      })
  @Nullable String shape;

  @Option(names = "--kv-heads", paramLabel = "N", description = "key/value heads of --shape")
  @Nullable Long keyHeads;

  @Option(
      names = {"-d", "--dtype"},
      paramLabel = "DTYPE",
      description = {
        "f64 f32 f16 bf16, a list for compare,",
        "or by operand: q=bf16,k=bf16,v=f32,mask=f32"
      })
  @Nullable String dtype;

  @Option(
      names = {"-m", "--mask"},
      paramLabel = "MASK",
      description = {
        "none causal window:W doc:L1,L2,.. prefix:P alibi softcap:C @NAME, joined by '+':",
        "all must let a key through, prefix opens its keys; a list for compare (none)"
      })
  @Nullable String mask;

  @Option(
      names = {"-b", "--backend"},
      paramLabel = "KERNEL",
      description = "auto naive flash split reference; a list for compare (auto)")
  @Nullable String backend;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "cpu, cuda, or sim: the simulated GPU, whose times mean nothing (cpu)")
  @Nullable String device;

  @Option(names = "--seed", paramLabel = "N", description = "of operands and intervals (0)")
  long seed;

  /** {@return the device's name} */
  String deviceName() {
    return device == null ? "cpu" : device;
  }
}
