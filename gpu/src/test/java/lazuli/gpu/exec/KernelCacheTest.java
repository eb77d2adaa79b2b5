package lazuli.gpu.exec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.PtxVersion;
import lazuli.gpu.sim.SimDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelCacheTest {
  private static final byte[] TEXT = {1, 2, 3};
  private static final byte[] CODE = {9, 8, 7, 6};

  @TempDir Path parent;
  private final List<String> told = new ArrayList<>();

  private KernelCache cache(String device) {
    return new KernelCache(parent.resolve("kernels"), device, told::add);
  }

  private Path only() throws Exception {
    try (var files = Files.list(parent.resolve("kernels"))) {
      return files.toList().getFirst();
    }
  }

  @Test
  void whatWasKeptIsFoundByTheNextProcessForTheSameDeviceOnly() throws Exception {
    assertEquals(0, cache("a").find(TEXT).length);
    cache("a").keep(TEXT, CODE);
    assertArrayEquals(CODE, cache("a").find(TEXT));
    assertEquals(0, cache("b").find(TEXT).length);
    assertEquals(0, cache("a").find(CODE).length);
    assertEquals(List.of(), told);
    assumeTrue(
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
        "this file system has no POSIX permissions");
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(parent.resolve("kernels"))));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(only())));
  }

  @Test
  void aDamagedEntryIsToldOfAndMadeAgain() throws Exception {
    cache("a").keep(TEXT, CODE);
    byte[] all = Files.readAllBytes(only());
    all[all.length - 1]++;
    Files.write(only(), all);
    assertEquals(0, cache("a").find(TEXT).length);
    assertTrue(told.getFirst().startsWith("a compiled kernel is damaged and is made again: "));
    cache("a").keep(TEXT, CODE);
    Files.write(only(), new byte[] {1});
    assertEquals(0, cache("a").find(TEXT).length);
    cache("a").keep(TEXT, CODE);
    assertArrayEquals(CODE, cache("a").find(TEXT));
    assertEquals(2, told.size());
  }

  @Test
  void aFolderThatOthersCanWriteIsNotUsed() throws Exception {
    assumeTrue(
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
        "this file system has no POSIX permissions");
    cache("a").keep(TEXT, CODE);
    Path folder = parent.resolve("kernels");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    KernelCache open = cache("a");
    assertEquals(0, open.find(TEXT).length);
    assertEquals("compiled kernels are not kept: others can write " + folder, told.getFirst());
    open.keep(TEXT, CODE);
    KernelCache second = cache("a");
    second.keep(new byte[] {5}, CODE);
    assertEquals(0, second.find(new byte[] {5}).length);
    assertEquals(2, told.size());
  }

  @Test
  void aFolderThatCannotBeMadeIsToldOfOnce() throws Exception {
    Path file = Files.writeString(parent.resolve("file"), "x");
    KernelCache none = new KernelCache(file.resolve("kernels"), "a", told::add);
    none.keep(TEXT, CODE);
    none.keep(TEXT, CODE);
    assertEquals(1, told.size());
    assertTrue(told.getFirst().startsWith("compiled kernels are not kept: "), told.getFirst());
    assertTrue(KernelCache.usual().endsWith(Path.of("lazuli", "kernels")));
  }

  /** A device that keeps its kernels compiles each once, whatever process asks. */
  @Test
  void aDeviceCompilesOnceForAllProcesses() {
    int[] compiled = new int[1];
    for (int process = 0; process < 2; process++) {
      SimulatedCard card = new SimulatedCard(text -> text);
      Gpu gpu = new Gpu(() -> counting(card.sim(), compiled), "cuda", 0, "card", 1 << 20);
      gpu.keepKernels(cache("card"));
      Code code = new Code("f", 32);
      long first = gpu.function("f", () -> code);
      assertEquals(first, gpu.function("f", () -> code));
      assertEquals(1, gpu.compiled());
    }
    assertEquals(1, compiled[0]);
  }

  private static lazuli.gpu.driver.Driver counting(SimDriver sim, int[] compiled) {
    return (lazuli.gpu.driver.Driver)
        java.lang.reflect.Proxy.newProxyInstance(
            KernelCacheTest.class.getClassLoader(),
            new Class<?>[] {lazuli.gpu.driver.Driver.class},
            (proxy, method, arguments) -> {
              compiled[0] += method.getName().equals("compile") ? 1 : 0;
              return method.invoke(sim, arguments);
            });
  }

  @Test
  void textsNameTheLeastVersionThatTheyNeed() {
    int[][] known = {
      {11040, 70}, {12000, 80}, {12040, 84}, {12060, 85}, {12090, 88}, {13000, 90}, {13020, 91}
    };
    for (int[] one : known) {
      assertEquals(one[1], PtxVersion.highest(one[0]), "driver " + one[0]);
      assertEquals(70, PtxVersion.chosen(one[0], PtxVersion.LEAST));
    }
    assertEquals(0, PtxVersion.highest(9000));
    assertEquals(
        "a kernel needs PTX 8.6, the driver for CUDA 12.4 reads up to 8.4",
        org.junit.jupiter.api.Assertions.assertThrows(
                IllegalStateException.class, () -> PtxVersion.chosen(12040, 86))
            .getMessage());
  }
}
