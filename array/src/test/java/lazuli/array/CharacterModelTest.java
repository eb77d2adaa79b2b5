package lazuli.array;

import static lazuli.array.Lazuli.loadAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lazuli.array.peer.Python;
import org.junit.jupiter.api.Test;

/** A small language model learns, and follows PyTorch from the same weights and batches. */
class CharacterModelTest {
  private static final Path FOLDER = Path.of("..", "notebooks", "character-model");
  private static final int STEPS = 100;

  private static List<Double> losses() throws IOException {
    var model = new CharacterModel(Files.readString(FOLDER.resolve("carroll.txt")));
    ArrayFile file = loadAll(FOLDER.resolve("weights.safetensors"));
    return model.train(CharacterModel.Weights.of(file), STEPS);
  }

  private static void assertFollows(List<String> theirs, List<Double> ours) {
    assertEquals(STEPS, ours.size());
    assertEquals(STEPS, theirs.size());
    for (int i = 0; i < STEPS; i++) {
      assertEquals(Double.parseDouble(theirs.get(i)), ours.get(i), 1e-3, "loss of step " + i);
    }
  }

  @Test
  void itFollowsTheRecordedRunOfPyTorchAndLearns() throws IOException {
    List<Double> ours = losses();
    List<String> recorded = Files.readAllLines(FOLDER.resolve("torch-losses.txt"));
    assertTrue(recorded.getFirst().startsWith("torch "), recorded.getFirst());
    assertFollows(recorded.subList(1, recorded.size()), ours);
    assertTrue(ours.getLast() < ours.getFirst() - 1.5, "it learned nothing: " + ours);
  }

  @Test
  void itFollowsPyTorchLive() throws Exception {
    String missing = Python.missing("torch");
    assumeTrue(
        missing == null,
        () -> "needs a Python with PyTorch; name one with LAZULI_PYTHON: " + missing);
    Process torch =
        new ProcessBuilder(
                Python.command(),
                FOLDER.resolve("torch_model.py").toString(),
                FOLDER.resolve("weights.safetensors").toString(),
                FOLDER.resolve("carroll.txt").toString(),
                "" + STEPS,
                "" + CharacterModel.RATE)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> lines = new String(torch.getInputStream().readAllBytes()).lines().toList();
    assertEquals(0, torch.waitFor());
    assertFollows(lines.subList(1, lines.size()), losses());
  }
}
