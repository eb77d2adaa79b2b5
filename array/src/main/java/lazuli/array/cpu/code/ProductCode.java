package lazuli.array.cpu.code;

import static lazuli.array.cpu.code.Address.at;
import static lazuli.array.cpu.code.Register.R10;
import static lazuli.array.cpu.code.Register.R11;
import static lazuli.array.cpu.code.Register.R12;
import static lazuli.array.cpu.code.Register.R13;
import static lazuli.array.cpu.code.Register.R8;
import static lazuli.array.cpu.code.Register.R9;
import static lazuli.array.cpu.code.Register.RAX;
import static lazuli.array.cpu.code.Register.RBP;
import static lazuli.array.cpu.code.Register.RBX;
import static lazuli.array.cpu.code.Register.RCX;
import static lazuli.array.cpu.code.Register.RDI;
import static lazuli.array.cpu.code.Register.RDX;
import static lazuli.array.cpu.code.Register.RSI;
import static lazuli.array.cpu.code.Register.RSP;

import java.util.List;
import lazuli.array.cpu.code.Assembler.Condition;
import lazuli.array.cpu.code.Assembler.Label;

/**
 * The code of {@link Bf16Product}, for the System V calling convention: rows in rdi, pairs in rsi,
 * a in rdx, the distance of a's rows in rcx, b in r8, c in r9, the distance of c's rows on the
 * stack.
 */
final class ProductCode {
  private static final int COLUMNS = Bf16Product.COLUMNS;
  private static final int B_ROW = 4 * COLUMNS;
  private static final int TILE_ROWS = 16;
  private static final int TILE_BYTES = 64;

  private ProductCode() {}

  /** Four rows of c by four vectors: 16 sums in registers, b read by vectors, a spread by lanes. */
  static byte[] dots(boolean add) {
    Assembler asm = new Assembler();
    asm.move(R10, at(RSP, 8));
    List<Register> saved = List.of(RBX, RBP);
    saved.forEach(asm::push);
    asm.load(RAX, at(RCX, RCX, 2, 0));
    asm.load(R11, at(R10, R10, 2, 0));
    Address[] a = {at(RDX, 0), at(RDX, RCX, 1, 0), at(RDX, RCX, 2, 0), at(RDX, RAX, 1, 0)};
    Label rows = new Label();
    asm.bind(rows);
    for (int i = 0; i < 4; i++) {
      for (int v = 0; v < 4; v++) {
        if (add) {
          asm.loadVector(4 * i + v, c(i, v));
        } else {
          asm.zeroVector(4 * i + v);
        }
      }
    }
    asm.move(RBX, R8);
    asm.move(RBP, RSI);
    Label step = new Label();
    asm.bind(step);
    for (int v = 0; v < 4; v++) {
      asm.loadVector(16 + v, at(RBX, TILE_BYTES * v));
    }
    for (int i = 0; i < 4; i++) {
      asm.broadcast(20 + i, a[i]);
      for (int v = 0; v < 4; v++) {
        asm.dotBf16(4 * i + v, 20 + i, 16 + v);
      }
    }
    asm.add(RDX, 4);
    asm.add(RBX, B_ROW);
    asm.subtract(RBP, 1);
    asm.jump(Condition.NOT_ZERO, step);
    for (int i = 0; i < 4; i++) {
      for (int v = 0; v < 4; v++) {
        asm.storeVector(c(i, v), 4 * i + v);
      }
    }
    // Back to the first pair, then four rows on.
    asm.move(RBX, RSI);
    asm.shiftLeft(RBX, 2);
    asm.load(RDX, at(RDX, RCX, 4, 0));
    asm.subtract(RDX, RBX);
    asm.load(R9, at(R9, R10, 4, 0));
    asm.subtract(RDI, 4);
    asm.jump(Condition.NOT_ZERO, rows);
    asm.zeroUpper();
    saved.reversed().forEach(asm::pop);
    asm.ret();
    return asm.bytes();
  }

  private static Address c(int row, int vector) {
    int d = TILE_BYTES * vector;
    return switch (row) {
      case 0 -> at(R9, d);
      case 1 -> at(R9, R10, 1, d);
      case 2 -> at(R9, R10, 2, d);
      default -> at(R9, R11, 1, d);
    };
  }

  /**
   * Tiles: 32 rows by 32 columns of c in four tiles, two tiles of a and two of b; then perhaps 16
   * rows in two tiles.
   */
  static byte[] tiles(boolean add) {
    Assembler asm = new Assembler();
    Label configuration = new Label();
    asm.move(R10, at(RSP, 8));
    List<Register> saved = List.of(RBX, RBP, R12, R13);
    saved.forEach(asm::push);
    asm.configureTiles(Address.of(configuration));
    asm.move(R12, B_ROW);
    // Distances of 16 rows.
    asm.move(RAX, RCX);
    asm.shiftLeft(RAX, 4);
    asm.move(R11, R10);
    asm.shiftLeft(R11, 4);
    Label few = new Label();
    Label many = new Label();
    Label done = new Label();
    asm.bind(many);
    asm.compare(RDI, 2 * TILE_ROWS);
    asm.jump(Condition.BELOW, few);
    tileRows(asm, 2, add);
    asm.load(RDX, at(RDX, RAX, 2, 0));
    asm.load(R9, at(R9, R11, 2, 0));
    asm.subtract(RDI, 2 * TILE_ROWS);
    asm.jump(Condition.NOT_ZERO, many);
    asm.bind(few);
    asm.compare(RDI, TILE_ROWS);
    asm.jump(Condition.BELOW, done);
    tileRows(asm, 1, add);
    asm.bind(done);
    asm.releaseTiles();
    saved.reversed().forEach(asm::pop);
    asm.ret();
    asm.align(64);
    asm.bind(configuration);
    asm.data(tileConfiguration());
    return asm.bytes();
  }

  private static void tileRows(Assembler asm, int down, boolean add) {
    for (int half = 0; half < 2; half++) {
      int column = 2 * TILE_BYTES * half;
      cTiles(
          asm,
          down,
          column,
          (tile, address) -> {
            if (add) {
              asm.loadTile(tile, address);
            } else {
              asm.zeroTile(tile);
            }
          });
      asm.move(RBX, RDX);
      asm.load(R13, at(R8, column));
      asm.move(RBP, RSI);
      Label step = new Label();
      asm.bind(step);
      asm.loadTile(6, at(R13, R12, 1, 0));
      asm.loadTile(4, at(RBX, RCX, 1, 0));
      asm.dotTiles(0, 4, 6);
      asm.loadTile(7, at(R13, R12, 1, TILE_BYTES));
      asm.dotTiles(1, 4, 7);
      if (down == 2) {
        asm.add(RBX, RAX);
        asm.loadTile(5, at(RBX, RCX, 1, 0));
        asm.subtract(RBX, RAX);
        asm.dotTiles(2, 5, 6);
        asm.dotTiles(3, 5, 7);
      }
      asm.add(RBX, TILE_BYTES);
      asm.add(R13, TILE_ROWS * B_ROW);
      asm.subtract(RBP, TILE_ROWS);
      asm.jump(Condition.NOT_ZERO, step);
      cTiles(asm, down, column, (tile, address) -> asm.storeTile(address, tile));
    }
  }

  private interface TileUse {
    void accept(int tile, Address address);
  }

  private static void cTiles(Assembler asm, int down, int column, TileUse use) {
    use.accept(0, at(R9, R10, 1, column));
    use.accept(1, at(R9, R10, 1, column + TILE_BYTES));
    if (down == 2) {
      asm.move(RBX, R9);
      asm.add(RBX, R11);
      use.accept(2, at(RBX, R10, 1, column));
      use.accept(3, at(RBX, R10, 1, column + TILE_BYTES));
    }
  }

  /** Palette 1; every tile has 16 rows of 64 bytes (Intel SDM, LDTILECFG). */
  private static byte[] tileConfiguration() {
    byte[] all = new byte[64];
    all[0] = 1;
    for (int tile = 0; tile < 8; tile++) {
      all[16 + 2 * tile] = TILE_BYTES;
      all[48 + tile] = TILE_ROWS;
    }
    return all;
  }
}
