package lazuli.gpu.driver;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFolderTest {
  @TempDir Path parent;

  @Test
  void isItsOwnersAlone() throws Exception {
    Path one = PrivateFolder.make("test");
    Path two = PrivateFolder.make("test");
    assertNotEquals(one, two);
    assertTrue(PrivateFolder.isPrivate(one));
    Files.writeString(one.resolve("file"), "x");
    PrivateFolder.delete(one);
    PrivateFolder.delete(one);
    assertFalse(Files.exists(one));
    PrivateFolder.delete(two);
  }

  @Test
  void whatDeadProcessesLeftIsDeletedAndNothingElse() throws Exception {
    long dead = Integer.MAX_VALUE - 5L;
    Path stale = Files.createDirectories(parent.resolve("lazuli-jcuda-" + dead + "-1"));
    Files.writeString(stale.resolve("lib.so"), "x");
    Path alive =
        Files.createDirectories(
            parent.resolve("lazuli-jcuda-" + ProcessHandle.current().pid() + "-1"));
    Path other = Files.createDirectories(parent.resolve("lazuli-notes"));
    PrivateFolder.sweep(parent);
    assertFalse(Files.exists(stale));
    assertTrue(Files.exists(alive));
    assertTrue(Files.exists(other));
    PrivateFolder.sweep(parent.resolve("nowhere"));
  }
}
