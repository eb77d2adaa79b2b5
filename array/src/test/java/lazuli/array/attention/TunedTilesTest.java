package lazuli.array.attention;

import static lazuli.array.Lazuli.key;
import static lazuli.array.Lazuli.normal;
import static lazuli.array.Lazuli.sdpa;
import static lazuli.array.Lazuli.tile;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import lazuli.array.Array;
import lazuli.array.AttentionTiles;
import lazuli.array.Lazuli;
import lazuli.array.cpu.attention.TileClass;
import lazuli.array.cpu.attention.TunedTiles;
import lazuli.array.profile.Dispatch;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tiles asked for in a call, and those that the user's file holds for this machine. */
class TunedTilesTest {
  private static final TileClass GROUP =
      TileClass.of(
          "flash", DType.F32, KvFormat.PLAIN, new AttentionShape(1, 2, 2, 100, 300, 64, 64));

  @TempDir private Path folder;
  private String before = "";
  private Path file = Path.of("");

  @BeforeEach
  void ownFile() {
    before = System.getProperty(TunedTiles.PROPERTY, "");
    file = folder.resolve("config").resolve("tiles.json");
    System.setProperty(TunedTiles.PROPERTY, file.toString());
    AttentionTiles.reload();
  }

  @AfterEach
  void back() {
    System.setProperty(TunedTiles.PROPERTY, before);
    AttentionTiles.reload();
  }

  private static Array attend(AttentionOption... options) {
    Array q = normal(key(1), 1, 2, 100, 64);
    Array k = normal(key(2), 1, 2, 300, 64);
    Array v = normal(key(3), 1, 2, 300, 64);
    return sdpa(q, k, v, options);
  }

  private static Dispatch dispatch(Array x) {
    return Objects.requireNonNull(x.eval().dispatch());
  }

  @Test
  void aTuneIsUsedShownAndTakenBack() throws IOException {
    double[] usual = attend().toDoubleArray();
    assertEquals("64x256 tiles", dispatch(attend()).details());
    AttentionTiles.keep(GROUP, new Tile(128, 64), "2026-11-28", "1.20x [1.15, 1.25] faster");
    assertEquals(
        "128x64 tiles tuned on this machine on 2026-11-28; last bits may differ from other"
            + " machines, whose tiles have 256 keys",
        dispatch(attend()).details());
    assertArrayEquals(usual, attend().toDoubleArray(), 1e-5);
    AttentionTiles.keep(GROUP, new Tile(128, 256), "2026-11-29", "1.10x [1.05, 1.15] faster");
    assertEquals("128x256 tiles tuned on this machine on 2026-11-29", dispatch(attend()).details());
    assertArrayEquals(usual, attend().toDoubleArray());
    assertEquals("128x256", String.valueOf(Objects.requireNonNull(AttentionTiles.undo()).tile()));
    assertTrue(dispatch(attend()).details().startsWith("128x64 tiles tuned"));
    assertEquals("128x64", String.valueOf(Objects.requireNonNull(AttentionTiles.undo()).tile()));
    assertEquals("64x256 tiles", dispatch(attend()).details());
    assertNull(AttentionTiles.undo());
  }

  @Test
  void explainNamesTheSameTile() throws IOException {
    AttentionTiles.keep(GROUP, new Tile(64, 128), "2026-11-28", "");
    assertTrue(
        Lazuli.explain(attend())
            .steps()
            .getLast()
            .dispatch()
            .details()
            .startsWith("64x128 tiles tuned on this machine on 2026-11-28; "));
  }

  @Test
  void otherClassesAndOtherDevicesKeepTheirs() throws IOException {
    AttentionTiles.keep(GROUP, new Tile(64, 64), "2026-11-28", "");
    Array longer =
        sdpa(
            normal(key(1), 1, 2, 300, 64),
            normal(key(2), 1, 2, 300, 64),
            normal(key(3), 1, 2, 300, 64));
    assertEquals("64x256 tiles", dispatch(longer).details());
    String other = Files.readString(file).replace(TunedTiles.fingerprint(), "another device");
    Files.writeString(file, other);
    AttentionTiles.reload();
    assertEquals("64x256 tiles", dispatch(attend()).details());
    AttentionTiles.keep(GROUP, new Tile(64, 32), "2026-11-28", "");
    assertEquals(1, AttentionTiles.reset());
    assertTrue(Files.readString(file).contains("another device"));
    assertEquals("64x256 tiles", dispatch(attend()).details());
  }

  @Test
  void onlyTheOwnerReadsTheFile() throws IOException {
    AttentionTiles.keep(GROUP, new Tile(64, 64), "2026-11-28", "");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(Objects.requireNonNull(file.getParent()))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          {"format": "lazuli ti ~ the end of the text inside a string at byte 21
          {}                    ~ its format is not 'lazuli tiles 1'
          {"format": "lazuli tiles 1", "devices": {"x": [{"tile": "7x7"}]}} ~ there is no tile '7x7'
          {"format": "lazuli tiles 1"} more ~ something after the value at byte 29
          """)
  void aDamagedFileIsNamedAndDefaultsAreUsed(String text, String why) throws IOException {
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, text);
    AttentionTiles.reload();
    String message =
        file + " is damaged: " + why + "; default tiles are used; %sdpa tune --reset begins anew";
    assertEquals("64x256 tiles by default: " + message, dispatch(attend()).details());
    var refused =
        assertThrows(
            IOException.class,
            () -> AttentionTiles.keep(GROUP, new Tile(64, 64), "2026-11-28", ""));
    assertEquals(message, refused.getMessage());
    assertEquals(text, Files.readString(file));
    assertEquals(-1, AttentionTiles.reset());
    assertEquals("64x256 tiles", dispatch(attend()).details());
  }

  @Test
  void withoutAFileNothingIsKept() {
    System.setProperty(TunedTiles.PROPERTY, "none");
    AttentionTiles.reload();
    var refused =
        assertThrows(
            IOException.class,
            () -> AttentionTiles.keep(GROUP, new Tile(64, 64), "2026-11-28", ""));
    assertEquals(
        "-Dlazuli.tiles=none: tuned tiles are neither read nor kept", refused.getMessage());
  }

  @Test
  void aTileOfTheCallComesBeforeTheTable() throws IOException {
    AttentionTiles.keep(GROUP, new Tile(64, 64), "2026-11-28", "");
    assertEquals("512x32 tiles as asked", dispatch(attend(tile(512, 32))).details());
  }

  @ParameterizedTest
  @ValueSource(strings = {"63x64", "64x63", "576x64", "64x1024", "0x64", "1x16", "2x64", "x", "64"})
  void aTileThatNoKernelHasIsRefused(String text) {
    var wrong = assertThrows(ArrayException.class, () -> Tile.parse(text));
    assertEquals("there is no tile '" + text + "'", wrong.given());
    assertEquals(Tile.ACCEPTED, wrong.accepted());
  }

  @Test
  void kernelsThatCannotSayWhy() {
    List<String> refusals =
        dispatch(attend(tile(1, 64))).refusals().stream()
            .map(refusal -> refusal.kernel() + ": " + refusal.reason().text())
            .toList();
    assertEquals("naive", dispatch(attend(tile(1, 64))).kernel());
    assertTrue(
        refusals.contains("flash: tile 1x64: its tiles have 64 to 512 queries"), "" + refusals);
    assertTrue(refusals.contains("reference: tile 1x64: it has none"), "" + refusals);
    Array few =
        sdpa(
            normal(key(1), 1, 2, 1, 64),
            normal(key(2), 1, 2, 300, 64),
            normal(key(3), 1, 2, 300, 64),
            tile(64, 64));
    assertTrue(
        dispatch(few).refusals().stream()
            .anyMatch(
                r ->
                    r.reason()
                        .text()
                        .equals(
                            "tile 64x64: it takes all rows of a group at once, so its tiles are"
                                + " 1xKEYS")),
        "" + dispatch(few));
    var both =
        assertThrows(ArrayException.class, () -> attend(tile(64, 64), Lazuli.kernel("naive")));
    assertEquals("sdpa was given both kernel(\"naive\") and tile(64x64)", both.given());
    var twice = assertThrows(ArrayException.class, () -> attend(tile(64, 64), tile(64, 32)));
    assertEquals("sdpa was given tile twice: 64x64 and 64x32", twice.given());
  }
}
