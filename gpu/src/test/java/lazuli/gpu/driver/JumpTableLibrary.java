package lazuli.gpu.driver;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes an x86-64 ELF shared object (System V ABI, chapters 4 and 5) that exports functions which
 * jump through a table, and the table itself under {@link #TABLE}, for Java to fill.
 */
record JumpTableLibrary(String soname, List<String> functions) {
  static final String TABLE = "jump_table";

  private static final int HEADER = 0x40;
  private static final int PROGRAM_HEADER = 56;
  private static final int SYMBOL = 24;
  private static final int BUCKETS = 64;
  private static final int DYNAMIC_ENTRIES = 7;

  byte[] bytes() {
    List<String> names = new ArrayList<>(functions);
    names.add(TABLE);
    names.add(soname);
    Map<String, Integer> nameAt = new LinkedHashMap<>();
    byte[] strings = strings(names, nameAt);

    int n = functions.size();
    int symbols = n + 2; // the null symbol, the functions, the table
    int atSymbols = HEADER + 3 * PROGRAM_HEADER;
    int atStrings = atSymbols + symbols * SYMBOL;
    int atHash = align(atStrings + strings.length, 8);
    int atDynamic = align(atHash + 4 * (2 + BUCKETS + symbols), 16);
    int atText = align(atDynamic + 16 * DYNAMIC_ENTRIES, 16);
    int atTable = align(atText + 8 * n, 16);
    int end = atTable + 8 * n;

    ByteBuffer b = ByteBuffer.allocate(end).order(ByteOrder.LITTLE_ENDIAN);
    header(b);
    segment(b, 1, 7, 0, end, 0x1000); // PT_LOAD
    segment(b, 2, 6, atDynamic, 16 * DYNAMIC_ENTRIES, 8); // PT_DYNAMIC
    segment(b, 0x6474e551, 6, 0, 0, 16); // PT_GNU_STACK, not executable
    b.position(atSymbols + SYMBOL);
    for (int i = 0; i < n; i++) {
      symbol(b, nameAt.get(functions.get(i)), 0x12, atText + 8 * i, 8);
    }
    symbol(b, nameAt.get(TABLE), 0x11, atTable, 8 * n);
    b.position(atStrings).put(strings);
    hash(b.position(atHash), names, symbols);
    b.position(atDynamic);
    long[] dynamic = {
      14,
      nameAt.get(soname),
      4,
      atHash,
      5,
      atStrings,
      6,
      atSymbols,
      10,
      strings.length,
      11,
      SYMBOL,
      0,
      0
    };
    for (long x : dynamic) {
      b.putLong(x);
    }
    for (int i = 0; i < n; i++) {
      int at = atText + 8 * i; // jmp *[rip + distance]; nop; nop
      b.position(at).put((byte) 0xff).put((byte) 0x25).putInt(atTable + 8 * i - (at + 6));
      b.put((byte) 0x90).put((byte) 0x90);
    }
    return b.array();
  }

  private static byte[] strings(List<String> names, Map<String, Integer> at) {
    var out = new ByteArrayOutputStream();
    out.write(0);
    for (String s : names) {
      at.put(s, out.size());
      out.writeBytes(s.getBytes(StandardCharsets.US_ASCII));
      out.write(0);
    }
    return out.toByteArray();
  }

  private static void header(ByteBuffer b) {
    b.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    b.putShort((short) 3).putShort((short) 62).putInt(1); // shared object, x86-64
    b.putLong(0).putLong(HEADER).putLong(0).putInt(0);
    b.putShort((short) HEADER).putShort((short) PROGRAM_HEADER).putShort((short) 3);
    b.putShort((short) 64).putShort((short) 0).putShort((short) 0);
  }

  private static void segment(ByteBuffer b, int type, int flags, long at, long size, long align) {
    b.putInt(type).putInt(flags).putLong(at).putLong(at).putLong(at);
    b.putLong(size).putLong(size).putLong(align);
  }

  private static void symbol(ByteBuffer b, int name, int info, long value, long size) {
    b.putInt(name).put((byte) info).put((byte) 0).putShort((short) 1).putLong(value).putLong(size);
  }

  private static void hash(ByteBuffer b, List<String> names, int symbols) {
    int[] bucket = new int[BUCKETS];
    int[] chain = new int[symbols];
    for (int i = 1; i < symbols; i++) {
      int h = 0;
      for (char c : names.get(i - 1).toCharArray()) {
        h = (h << 4) + c;
        int high = h & 0xf0000000;
        h = (h ^ (high >>> 24)) & ~high;
      }
      int k = Integer.remainderUnsigned(h, BUCKETS);
      chain[i] = bucket[k];
      bucket[k] = i;
    }
    b.putInt(BUCKETS).putInt(symbols);
    for (int x : bucket) {
      b.putInt(x);
    }
    for (int x : chain) {
      b.putInt(x);
    }
  }

  private static int align(int x, int to) {
    return (x + to - 1) / to * to;
  }
}
