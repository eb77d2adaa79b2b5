package lazuli.array.cpu.code;

import static lazuli.array.cpu.code.Address.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every encoding against the system's disassembler, in all kinds of registers and addresses. */
class AssemblerTest {
  private static final Pattern LINE = Pattern.compile("\\s*([0-9a-f]+):\\t[0-9a-f ]+\\t(.*)");

  @TempDir Path folder;

  /** An instruction and what a disassembler calls it. */
  private record Expected(Consumer<Assembler> instruction, String text) {}

  private final List<Expected> all = new ArrayList<>();

  private void expect(String text, Consumer<Assembler> instruction) {
    all.add(new Expected(instruction, text));
  }

  private static String name(Register r) {
    return r.name().toLowerCase(Locale.ROOT);
  }

  /** Intel syntax, as GNU objdump writes it. */
  private static String text(Address a) {
    StringBuilder text = new StringBuilder("[").append(name(a.base()));
    if (a.index() != null) {
      text.append('+').append(name(a.index())).append('*').append(a.scale());
    }
    if (a.displacement() != 0) {
      text.append(a.displacement() < 0 ? "-0x" : "+0x");
      text.append(Integer.toHexString(Math.abs(a.displacement())));
    }
    return text.append(']').toString();
  }

  private static List<Address> addresses() {
    List<Address> all = new ArrayList<>();
    for (Register base : Register.values()) {
      for (int displacement : new int[] {0, 4, 64, 100, 128, -64, 8192, -8256, 100_000}) {
        // Without displacement rbp and r13 need one of 0, which objdump writes out.
        if (displacement != 0 || base != Register.RBP && base != Register.R13) {
          all.add(at(base, displacement));
          for (Register index : List.of(Register.RCX, Register.RBP, Register.R10, Register.R13)) {
            all.add(at(base, index, 2, displacement));
          }
        }
      }
    }
    return all;
  }

  private void everything() {
    for (Register r : Register.values()) {
      expect("push " + name(r), asm -> asm.push(r));
      expect("pop " + name(r), asm -> asm.pop(r));
      expect("mov " + name(r) + ",0x12345", asm -> asm.move(r, 0x12345));
      expect("add " + name(r) + ",0x1234", asm -> asm.add(r, 0x1234));
      expect("sub " + name(r) + ",0x1234", asm -> asm.subtract(r, 0x1234));
      expect("cmp " + name(r) + ",0x1234", asm -> asm.compare(r, 0x1234));
      expect("shl " + name(r) + ",0x5", asm -> asm.shiftLeft(r, 5));
      expect("shr " + name(r) + ",0x5", asm -> asm.shiftRight(r, 5));
      for (Register x : List.of(Register.RAX, Register.RSP, Register.RDI, Register.R12)) {
        expect("mov " + name(r) + "," + name(x), asm -> asm.move(r, x));
        expect("add " + name(r) + "," + name(x), asm -> asm.add(r, x));
        expect("sub " + name(r) + "," + name(x), asm -> asm.subtract(r, x));
        expect("or " + name(r) + "," + name(x), asm -> asm.or(r, x));
      }
    }
    for (Address a : addresses()) {
      expect("mov r9,QWORD PTR " + text(a), asm -> asm.move(Register.R9, a));
      expect("lea rdx," + text(a), asm -> asm.load(Register.RDX, a));
      expect("mov QWORD PTR " + text(a) + ",rsi", asm -> asm.store(a, Register.RSI));
      for (int z : new int[] {0, 7, 8, 15, 16, 23, 24, 31}) {
        String zmm = "zmm" + z;
        expect("vmovups " + zmm + ",ZMMWORD PTR " + text(a), asm -> asm.loadVector(z, a));
        expect("vmovups ZMMWORD PTR " + text(a) + "," + zmm, asm -> asm.storeVector(a, z));
        expect("vpbroadcastd " + zmm + ",DWORD PTR " + text(a), asm -> asm.broadcast(z, a));
      }
      expect("ldtilecfg " + text(a), asm -> asm.configureTiles(a));
      if (a.index() != null) {
        for (int t = 0; t < 8; t++) {
          int tile = t;
          expect("tileloadd tmm" + t + "," + text(a), asm -> asm.loadTile(tile, a));
          expect("tilestored " + text(a) + ",tmm" + t, asm -> asm.storeTile(a, tile));
        }
      }
    }
    for (int a = 0; a < 32; a += 3) {
      for (int b = 0; b < 32; b += 5) {
        int x = a;
        int y = b;
        int z = 31 - a;
        String three = " zmm" + x + ",zmm" + y + ",zmm" + z;
        expect("vdpbf16ps" + three, asm -> asm.dotBf16(x, y, z));
        expect("vfmadd213ps" + three, asm -> asm.multiplyAdd(x, y, z));
        expect("vscalefps" + three, asm -> asm.scale(x, y, z));
        expect("vcvtne2ps2bf16" + three, asm -> asm.roundBf16(x, y, z));
      }
      int r = a;
      int f = 31 - a;
      expect("vmovaps zmm" + r + ",zmm" + f, asm -> asm.copyVector(r, f));
      expect("vreduceps zmm" + r + ",zmm" + f + ",0x9", asm -> asm.fraction(r, f));
      expect("vpxord zmm" + r + ",zmm" + r + ",zmm" + r, asm -> asm.zeroVector(r));
    }
    for (int t = 0; t < 8; t++) {
      int a = t;
      int b = (t + 3) % 8;
      int c = (t + 5) % 8;
      expect("tilezero tmm" + t, asm -> asm.zeroTile(a));
      expect("tdpbf16ps tmm" + a + ",tmm" + b + ",tmm" + c, asm -> asm.dotTiles(a, b, c));
    }
    expect("tilerelease", Assembler::releaseTiles);
    expect("vzeroupper", Assembler::zeroUpper);
    expect("cpuid", Assembler::cpuid);
    expect("xgetbv", Assembler::xgetbv);
    expect("ret", Assembler::ret);
  }

  @Test
  void everyEncodingIsWhatTheDisassemblerReads() throws Exception {
    assumeTrue(runs("objdump", "--version"), "objdump (GNU binutils) is missing on this machine");
    everything();
    List<String> wrong = new ArrayList<>();
    for (int from = 0; from < all.size(); from += 400) {
      List<Expected> some = all.subList(from, Math.min(all.size(), from + 400));
      Assembler asm = new Assembler();
      List<Integer> starts = new ArrayList<>();
      for (Expected e : some) {
        starts.add(asm.position());
        e.instruction.accept(asm);
      }
      Map<Integer, String> read = disassemble(asm.bytes());
      for (int i = 0; i < some.size(); i++) {
        String text = read.get(starts.get(i));
        if (!some.get(i).text.equals(text)) {
          wrong.add("expected " + some.get(i).text + ", read " + text);
        }
      }
      assertEquals(some.size(), read.size(), "instructions");
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void jumpsAndPlacesInTheCodeAreRelativeToTheNextInstruction() {
    Assembler asm = new Assembler();
    Assembler.Label back = new Assembler.Label();
    Assembler.Label ahead = new Assembler.Label();
    asm.bind(back);
    asm.jump(Assembler.Condition.ZERO, ahead);
    asm.jump(Assembler.Condition.NOT_ZERO, back);
    asm.configureTiles(Address.of(ahead));
    asm.bind(ahead);
    String hex = java.util.HexFormat.of().formatHex(asm.bytes());
    assertEquals("0f840f000000" + "0f85f4ffffff" + "c4e2784905" + "00000000", hex);
  }

  private Map<Integer, String> disassemble(byte[] code) throws Exception {
    Path file = folder.resolve("code.bin");
    Files.write(file, code);
    Process process =
        new ProcessBuilder(
                "objdump",
                "-D",
                "-w",
                "-b",
                "binary",
                "-m",
                "i386:x86-64",
                "-M",
                "intel",
                file.toString())
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), out);
    Map<Integer, String> read = new TreeMap<>();
    for (String line : out.split("\n")) {
      Matcher m = LINE.matcher(line);
      if (m.matches()) {
        String text = m.group(2).strip().replaceAll("\\s+", " ");
        read.put(Integer.parseInt(m.group(1), 16), text);
      }
    }
    return read;
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
