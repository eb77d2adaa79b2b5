package lazuli.array.io;

import static lazuli.array.Lazuli.load;
import static lazuli.array.Lazuli.loadAll;
import static lazuli.array.io.Fixtures.assertValues;
import static lazuli.array.io.Fixtures.file;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import lazuli.array.Array;
import lazuli.array.ArrayFile;
import lazuli.array.Lazuli;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What NumPy, safetensors and gguf wrote is read bit for bit. */
class ReadTest {
  @ParameterizedTest
  @ValueSource(strings = {"bool", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8"})
  void npyOfEveryType(String code) throws Exception {
    assertValues(Fixtures.dtype(code), "[2,3]", load(file("c-" + code + ".npy")));
    assertValues(Fixtures.dtype(code), "[2,3]", load(file("big-" + code + ".npy")));
  }

  @Test
  void npyOfEveryLayoutAndVersion() throws Exception {
    assertValues(DType.F32, "[2,3,4]", load(file("fortran.npy")));
    assertValues(DType.I16, "[2,3,4]", load(file("fortran-big.npy")));
    assertValues(DType.F32, "[6]", load(file("version2.npy")));
    assertValues(DType.F32, "[6]", load(file("version3.npy")));
    assertValues(DType.I32, "[3,0,2]", load(file("empty.npy")));
    assertValues(DType.I32, "[3]", load(file("two.npy")));
    assertEquals("[]", load(file("scalar.npy")).shape().toString());
    assertEquals(2.5, load(file("scalar.npy")).item());
  }

  @Test
  void everyBitOfAFloatIsKept() throws Exception {
    double[] values = load(file("special.npy")).toDoubleArray();
    long[] bits = new long[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Double.doubleToRawLongBits(values[i]);
    }
    assertArrayEquals(
        new long[] {
          0x7ff8000000000000L,
          0x7ff0000000000000L,
          0xfff0000000000000L,
          0x8000000000000000L,
          1,
          0x7fefffffffffffffL
        },
        bits);
  }

  @Test
  void numbersInTheMachinesOrderStayInTheFile() throws Exception {
    for (String name : new String[] {"c-f4.npy", "fortran.npy", "all.safetensors", "model.gguf"}) {
      Contents contents = ArrayReader.read(file(name));
      Member member =
          contents.members().stream().filter(m -> m.dtype() == DType.F32).findFirst().get();
      assertInstanceOf(Content.Mapped.class, member.content(), name);
    }
    long before = Lazuli.memory().active();
    Array array = load(file("c-f4.npy"));
    assertTrue(array.evaluated());
    assertEquals(before, Lazuli.memory().active(), "loading took memory of the pool");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stored.npz", "deflated.npz"})
  void npz(String name) throws Exception {
    ArrayFile file = loadAll(file(name));
    assertEquals(List.of("a", "deep/b", "c", "s", "none"), List.copyOf(file.keySet()));
    assertValues(DType.F32, "[2,3]", file.array("a"));
    assertValues(DType.I32, "[4]", file.array("deep/b"));
    assertValues(DType.BOOL, "[3,2]", file.array("c"));
    assertEquals(7, file.array("s").item());
    assertEquals("f16[0,2]", file.dtype("none") + file.shape("none").toString());
    assertEquals(0, file.array("none").size());
  }

  @Test
  void npzOfPositionsAndOfNothing() throws Exception {
    ArrayFile file = loadAll(file("positional.npz"));
    assertValues(DType.F32, "[3]", file.array("arr_0"));
    assertValues(DType.I32, "[2]", file.array("arr_1"));
    assertEquals(0, loadAll(file("no-arrays.npz")).size());
  }

  @Test
  void safetensors() throws Exception {
    ArrayFile file = loadAll(file("all.safetensors"));
    for (String code :
        new String[] {"bool", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8"}) {
      assertValues(Fixtures.dtype(code), "[2,3]", file.array(code));
    }
    assertValues(DType.BF16, "[3,2]", file.array("bf16"));
    assertValues(DType.F32, "[0,4]", file.array("empty"));
    assertValues(DType.I32, "[2]", file.array("weird \"name\"\n\u00e9\u4e2d\ud83d\ude00"));
    assertEquals(2.5, file.array("scalar").item());
    assertEquals(Map.of("format", "np"), file.metadata());
    assertEquals("safetensors", file.format());
  }

  @Test
  void fp8() throws Exception {
    ArrayFile file = loadAll(file("fp8.safetensors"));
    assertEquals(DType.F8_E4M3, file.array("e4m3").dtype());
    assertArrayEquals(new double[] {-2, -0.5, 1, 2.5, 4, 5.5}, file.array("e4m3").toDoubleArray());
    assertEquals(DType.F8_E5M2, file.array("e5m2").dtype());
    assertArrayEquals(new double[] {-2, -0.5, 1, 2.5, 4, 6}, file.array("e5m2").toDoubleArray());
  }

  @Test
  void aShardedModelIsOneMap() throws Exception {
    ArrayFile file = loadAll(file("model.safetensors.index.json"));
    assertEquals(List.of("x", "y"), List.copyOf(file.keySet()));
    assertValues(DType.F32, "[3]", file.array("x"));
    assertValues(DType.I64, "[2]", file.array("y"));
    assertEquals(Map.of("format", "pt", "total_size", "28"), file.metadata());
  }

  @Test
  void gguf() throws Exception {
    ArrayFile file = loadAll(file("model.gguf"));
    for (String code : new String[] {"f2", "f4", "f8", "i1", "i2", "i4", "i8"}) {
      assertValues(Fixtures.dtype(code), "[2,3]", file.array(code));
    }
    assertValues(DType.BF16, "[2,3]", file.array("bf16"));
    for (String kind : new String[] {"q8_0", "q4_0"}) {
      Array wanted = load(file(kind + ".npy"));
      assertEquals("[2,64]", file.array(kind).shape().toString());
      assertArrayEquals(wanted.toFloatArray(), file.array(kind).toFloatArray(), kind);
    }
    Map<String, Object> metadata = file.metadata();
    assertEquals("test", metadata.get("general.architecture"));
    assertEquals(200L, metadata.get("u8"));
    assertEquals(-2L, metadata.get("i8"));
    assertEquals(60000L, metadata.get("u16"));
    assertEquals(-3L, metadata.get("i16"));
    assertEquals(4000000000L, metadata.get("u32"));
    assertEquals(-4L, metadata.get("i32"));
    assertEquals(0.5, metadata.get("f32"));
    assertEquals(true, metadata.get("truth"));
    assertEquals("h\u00e9", metadata.get("text"));
    assertEquals(List.of("a", "bc"), metadata.get("words"));
    assertEquals(List.of(1L, 2L, 3L), metadata.get("numbers"));
    assertEquals("9223372036854775809", Long.toUnsignedString((long) metadata.get("u64")));
    assertEquals(-5L, metadata.get("i64"));
    assertEquals(0.25, metadata.get("f64"));
  }

  @Test
  void quantisedTensorsStayQuantised() throws Exception {
    ArrayFile file = loadAll(file("model.gguf"));
    for (String kind : new String[] {"q8_0", "q4_0"}) {
      var quantized = file.quantized(kind);
      assertEquals(kind.equals("q8_0") ? "[2,16]" : "[2,8]", quantized.codes().shape().toString());
      assertEquals("f16[2,2]", quantized.scales().dtype() + quantized.scales().shape().toString());
      Array wanted = load(file(kind + ".npy")).astype(DType.F16);
      Array got = Lazuli.dequantize(quantized);
      assertEquals(DType.F16, got.dtype());
      // A zero may change its sign: -scale times 0 is -0, the sum of two opposite numbers 0.
      assertEquals(0, got.sub(wanted).abs().max().item(), kind);
    }
    assertEquals(
        """
        "FILE" holds "f4" as F32
          accepted: arrays that a gguf file holds as Q8_0 or Q4_0
          fix: quantize(file.array(name))""",
        assertThrows(ArrayException.class, () -> file.quantized("f4"))
            .getMessage()
            .replace(file.path().toString(), "FILE"));
  }

  @Test
  void aFileIsAMapThatHoldsNothing() throws Exception {
    ArrayFile file = loadAll(file("all.safetensors"));
    assertSame(file.array("f4"), file.get("f4"));
    assertNull(file.get("absent"));
    assertFalse(file.containsKey("absent"));
    assertEquals(16, file.size());
    assertEquals(
        file.keySet(),
        file.entrySet().stream()
            .map(Map.Entry::getKey)
            .collect(java.util.stream.Collectors.toCollection(java.util.LinkedHashSet::new)));
    assertEquals(
        """
        mixed.safetensors: safetensors, 2 arrays, 11 bytes
        name  stored as  dtype  shape  bytes
        b     F32        f32    [2]        8
        a     U8         u8     [3]        3""",
        loadAll(file("mixed.safetensors")).toString());
    assertTrue(
        loadAll(file("model.gguf")).toString().contains("\nq4_1  Q4_1       refused  [2,64]"));
  }

  @Test
  void aSavedFileDoesNotChangeArraysThatWereLoadedFromItsOldSelf() throws Exception {
    var copy = Files.createTempFile("lazuli", ".npy");
    try {
      Files.copy(file("c-f4.npy"), copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      Array old = load(copy);
      Lazuli.save(copy.toString(), old.add(1).reshape(3, 2));
      assertValues(DType.F32, "[2,3]", old);
      assertEquals("[3,2]", load(copy).shape().toString());
    } finally {
      Files.delete(copy);
    }
  }
}
