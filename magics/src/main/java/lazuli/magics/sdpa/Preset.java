package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.option.Nearest;

/**
 * The attention of a known model, for {@code --preset}.
 *
 * @param name as typed
 * @param shape as {@code --shape} takes it
 * @param mask as {@code --mask} takes it
 * @param words what it is
 */
record Preset(String name, String shape, String mask, String words) {
  static final List<Preset> ALL =
      List.of(
          new Preset("vit-b", "1,12,197,64", "none", "ViT-B/16 on 224 x 224 pixels"),
          new Preset("vit-l", "1,16,577,64", "none", "ViT-L/16 on 384 x 384 pixels"),
          new Preset("vision", "1,16,4096,64", "none", "a vision encoder on 64 x 64 patches"),
          new Preset("depth", "1,6,1370,64", "none", "Depth Anything, small, on 518 x 518 pixels"),
          new Preset(
              "diffusion", "1,8,4096,40", "none", "Stable Diffusion, self-attention on 64 x 64"),
          new Preset("whisper", "1,20,1500,64", "none", "Whisper large, encoder, 30 seconds"),
          new Preset("whisper-base", "1,8,1500,64", "none", "Whisper base, encoder, 30 seconds"),
          new Preset("whisper-cross", "1,20,1:1500,64", "none", "Whisper large, one decoded token"),
          new Preset("bert", "1,12,512,64", "none", "BERT base on 512 tokens"),
          new Preset("gpt2", "1,12,1024,64", "causal", "GPT-2 small, a prompt of 1,024 tokens"),
          new Preset(
              "llama-prefill", "1,32:8,2048,128", "causal", "Llama 3 8B, a prompt of 2,048 tokens"),
          new Preset(
              "llama-decode", "1,32:8,1:4096,128", "none", "Llama 3 8B, one token on 4,096 keys"),
          new Preset("s0", "1,32,1:16,128", "none", "one token on 16 keys: all overhead"));

  /** The words that completion offers. */
  static final class Names extends ArrayList<String> {
    Names() {
      ALL.forEach(preset -> add(preset.name()));
    }
  }

  /** {@return the preset of this name} */
  static Preset of(String name) {
    for (Preset preset : ALL) {
      if (preset.name.equals(name)) {
        return preset;
      }
    }
    if (name.equals("?")) {
      throw new UsageException(
          "--preset takes one of\n"
              + ALL.stream()
                  .map(
                      p -> String.format("  %-14s %-18s %-7s %s", p.name, p.shape, p.mask, p.words))
                  .collect(Collectors.joining("\n")));
    }
    List<String> names = ALL.stream().map(Preset::name).toList();
    throw new UsageException(
        "unknown preset '"
            + name
            + "'; one of "
            + String.join(" ", names)
            + Nearest.hint(name, names)
            + "; --preset ? shows their shapes");
  }
}
