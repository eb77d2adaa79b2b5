package lazuli.array.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.nio.file.Path;
import lazuli.array.Array;
import lazuli.array.type.DType;
import lazuli.array.type.Rounding;

/** Files that the reference implementations wrote (make_fixtures.py, versions.txt). */
final class Fixtures {
  private Fixtures() {}

  static Path file(String name) throws Exception {
    URI here = Fixtures.class.getResource("versions.txt").toURI();
    return Path.of(here).resolveSibling(name);
  }

  /** The type that NumPy's code names. */
  static DType dtype(String code) {
    return switch (code) {
      case "bool" -> DType.BOOL;
      case "f2" -> DType.F16;
      case "f4" -> DType.F32;
      case "f8" -> DType.F64;
      default -> DType.valueOf(code.toUpperCase().charAt(0) + "" + 8 * (code.charAt(1) - '0'));
    };
  }

  /** Checks type, shape and elements against value(i) = 3 i - 4 of make_fixtures.py. */
  static void assertValues(DType dtype, String shape, Array array) {
    assertEquals(dtype, array.dtype());
    assertEquals(shape, array.shape().toString());
    int n = (int) array.size();
    if (dtype.isFloat()) {
      double[] wanted = new double[n];
      for (int i = 0; i < n; i++) {
        wanted[i] = (3 * i - 4) / 2.0;
      }
      assertArrayEquals(wanted, array.toDoubleArray());
    } else {
      long[] wanted = new long[n];
      for (int i = 0; i < n; i++) {
        wanted[i] = dtype == DType.BOOL ? i % 2 : Rounding.wrap(dtype, 3L * i - 4);
      }
      assertArrayEquals(wanted, array.toLongArray());
    }
  }
}
