package lazuli.array.cpu.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class MachineCodeTest {
  @Test
  void itCanBeTurnedOff() {
    MachineCode.Choice choice = MachineCode.choose("none");
    assertNull(choice.code());
    assertEquals("bf16 products in f32 vectors: machine code is off", choice.text());
  }

  @Test
  void anUnknownNameIsToldAndNothingIsForced() {
    MachineCode.Choice choice = MachineCode.choose("avx1024");
    assertNull(choice.code());
    assertEquals(
        "bf16 products in f32 vectors: -Dlazuli.machine.code=avx1024 is none of auto, none, amx,"
            + " avx512_bf16",
        choice.text());
  }

  @Test
  void whatCannotRunSaysWhy() {
    for (String name : List.of("amx", "avx512_bf16")) {
      MachineCode.Choice choice = MachineCode.choose(name);
      if (choice.code() == null) {
        assertTrue(choice.text().startsWith("bf16 products in f32 vectors; "), choice.text());
        assertTrue(choice.text().length() > 40, choice.text());
      } else {
        assertEquals(
            "bf16 products by machine code (" + name + ", self-test passed)", choice.text());
      }
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void noMemoryIsWritableAndExecutable() throws Exception {
    assertNotNull(ExecutableMemory.place(new byte[] {(byte) 0xC3}));
    for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
      // HotSpot's own code cache has a name of its own kind; ours are nameless single mappings.
      boolean both = line.contains("rwxp");
      boolean ours = both && line.split(" +").length < 6 && size(line) == 16384;
      assertFalse(ours, line);
    }
  }

  private static long size(String line) {
    String[] ends = line.substring(0, line.indexOf(' ')).split("-");
    return Long.parseLong(ends[1], 16) - Long.parseLong(ends[0], 16);
  }
}
