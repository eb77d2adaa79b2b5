package lazuli.magics.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import lazuli.kernel.ext.Displayable;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.FakeCell;
import lazuli.magics.measure.Limits;
import lazuli.magics.report.Report;
import lazuli.magics.sdpa.Sdpa;
import lazuli.magics.stats.Sampler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --save}, {@code --force} and {@code --plain}, which every magic with a result takes. */
class SavingTest {
  private static final String RUN = "-s 1,1,8,8 --time 0.001 --warmup 1 ";

  private final FakeCell cell = new FakeCell();
  private final Sdpa sdpa = new Sdpa(() -> new Limits(null), Sampler::system);
  @TempDir private Path folder;

  private Object run(String arguments) throws Exception {
    return sdpa.run(cell.line("sdpa", RUN + arguments));
  }

  private Path save(String name) throws Exception {
    Path file = folder.resolve(name);
    run("--save " + file);
    return file;
  }

  @Test
  void everyEndingHasItsForm() throws Exception {
    assertTrue(Files.readString(save("a.csv")).startsWith("Variant,"));
    assertTrue(Files.readString(save("a.json")).contains("\"environment\""));
    String page = Files.readString(save("a.html"));
    assertTrue(page.startsWith("<!DOCTYPE html>") && page.contains("<table"), page);
    String svg = Files.readString(save("a.svg"));
    assertTrue(svg.startsWith("<svg ") && svg.contains(">Variant"), svg);
    byte[] png = Files.readAllBytes(save("a.png"));
    assertEquals('P', png[1]);
    assertEquals(5, list());
  }

  private long list() throws Exception {
    try (var files = Files.list(folder)) {
      return files.count();
    }
  }

  @Test
  void anExistingFileIsRefusedBeforeAnythingRuns() throws Exception {
    Path file = folder.resolve("a.csv");
    Files.writeString(file, "mine");
    var wrong = assertThrows(UsageException.class, () -> run("--save " + file));
    assertEquals(
        "--save: '" + file + "' exists; add --force to replace it, or choose another name",
        wrong.getMessage());
    assertEquals("mine", Files.readString(file));
    assertTrue(cell.progress.isEmpty());
    run("--force --save " + file);
    assertNotEquals("mine", Files.readString(file));
  }

  @Test
  void whatCannotBeWrittenIsRefusedBeforeAnythingRuns() {
    Path file = folder.resolve("none").resolve("a.csv");
    var wrong = assertThrows(UsageException.class, () -> run("--save " + file));
    assertEquals(
        "--save: there is no folder '" + file.getParent() + "'; create it first",
        wrong.getMessage());
    var ending = assertThrows(UsageException.class, () -> run("--save a.xls"));
    assertEquals(
        "--save needs a name that ends in .csv, .json, .html, .svg or .png; got 'a.xls'",
        ending.getMessage());
    var alone = assertThrows(UsageException.class, () -> run("--force"));
    assertEquals("--force belongs to --save FILE", alone.getMessage());
    assertTrue(cell.progress.isEmpty());
  }

  @Test
  void plainShowsTextOnlyAndKeepsTheWholeResult() throws Exception {
    Displayable shown = (Displayable) run("--plain");
    Report kept = (Report) cell.variables.get("_sdpa");
    assertEquals(Map.of(MimeBundle.TEXT, kept.text()), shown.bundle().data());
    assertTrue(kept.bundle().data().containsKey(MimeBundle.HTML));
  }
}
