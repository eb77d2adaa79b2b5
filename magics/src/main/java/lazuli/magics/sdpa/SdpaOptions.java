package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.option.Output;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The options of one use of {@code %sdpa}, a group in each file. */
final class SdpaOptions {
  @Parameters(
      arity = "0..*",
      paramLabel = "WORD",
      completionCandidates = Actions.Names.class,
      description = "what to do (bench), and the session's arrays to do it with")
  List<String> words = new ArrayList<>();

  @Mixin OperandOptions operands = new OperandOptions();
  @Mixin CacheOptions caches = new CacheOptions();
  @Mixin GridOptions grid = new GridOptions();
  @Mixin TileOptions tiles = new TileOptions();
  @Mixin TimingOptions timing = new TimingOptions();
  @Mixin Output output = new Output();

  /** {@return the sizes asked for} */
  Dims dims(String otherwise) {
    Preset preset = tiles.preset();
    String shape = operands.shape;
    if (preset != null && shape != null) {
      throw new UsageException(
          "give --preset or --shape, not both; --preset "
              + preset.name()
              + " is "
              + preset.shape());
    }
    String text = shape != null ? shape : preset != null ? preset.shape() : otherwise;
    Dims dims = Dims.parse(text);
    return caches.dims(operands.keyHeads == null ? dims : dims.withKeyHeads(operands.keyHeads));
  }

  /** {@return the mask asked for: that of a preset unless another one is given; null for none} */
  @Nullable String mask() {
    Preset preset = tiles.preset();
    if (operands.mask != null || preset == null || preset.mask().equals("none")) {
      return operands.mask;
    }
    return preset.mask();
  }
}
