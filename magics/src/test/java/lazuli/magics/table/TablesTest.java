package lazuli.magics.table;

import static lazuli.array.Lazuli.*;
import static lazuli.magics.table.Tables.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lazuli.array.Array;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Tables, CSV files and arrays hold the same numbers. */
class TablesTest {
  private static final long BIG = (1L << 53) + 1;

  private static Table table() {
    BooleanColumn truths = BooleanColumn.create("b");
    truths.append(true).append(false).append(true);
    DoubleColumn reals = DoubleColumn.create("x", new double[] {0.5, 1.5, -2});
    return Table.create(
        "t",
        reals,
        IntColumn.create("n", new int[] {1, 2, 3}),
        LongColumn.create("l", BIG, 5, 6),
        truths,
        StringColumn.create("s", "a", "b", "c"));
  }

  private static void assertArray(String head, double[] values, Array array) {
    assertEquals(head, array.dtype() + array.shape().toString());
    assertArrayEquals(values, array.toDoubleArray());
  }

  @Test
  void columnsBecomeAMatrixOfTheirTypes() {
    Table t = table();
    assertArray("f32[3,1]", new double[] {0.5, 1.5, -2}, fromTable(t, "x"));
    assertArray("i32[3,2]", new double[] {1, 1, 2, 0, 3, 1}, fromTable(t, "n", "b"));
    assertArray("bool[3,1]", new double[] {1, 0, 1}, fromTable(t, "b"));
    assertArray("f32[3,2]", new double[] {1, 0.5, 2, 1.5, 3, -2}, fromTable(t, "n", "x"));
    assertArrayEquals(new long[] {BIG, 5, 6}, fromTable(t, "l").toLongArray());
    assertArray("f64[3,1]", new double[] {1, 2, 3}, fromTable(F64, t, "n"));
  }

  @Test
  void missingValuesAreNaN() {
    Table t = Table.create(DoubleColumn.create("x", new double[] {1, Double.NaN}));
    assertArray("f32[2,1]", new double[] {1, Double.NaN}, fromTable(t));
  }

  @Test
  void arraysBecomeTables() {
    Table t = toTable(array(new double[][] {{1, 2.5}, {3, 4}}), "a", "b");
    assertEquals(List.of("a", "b"), t.columnNames());
    assertEquals(2.5, t.doubleColumn("b").getDouble(0));
    assertEquals(7, toTable(array(5, 7)).intColumn("c0").getInt(1));
    assertEquals(true, toTable(array(true, false)).booleanColumn("c0").get(0));
    assertEquals(BIG, toTable(array(new long[] {BIG})).longColumn("c0").getLong(0));
    for (DType dtype : new DType[] {DType.U8, DType.U32, DType.I16, DType.F16, DType.BF16}) {
      Array x = array(1, 2, 3).astype(dtype);
      assertArrayEquals(x.toDoubleArray(), fromTable(toTable(x)).toDoubleArray(), dtype.label());
    }
  }

  @Test
  void csvRoundTrips(@TempDir Path folder) throws Exception {
    String path = folder.resolve("x.csv").toString();
    Array x = normal(key(3), 4, 3);
    toCsv(path, x, "a", "b", "c");
    assertArrayEquals(x.toFloatArray(), fromCsv(path).toFloatArray());
    assertArrayEquals(x.get(":, 1:2").toFloatArray(), fromCsv(path, "b").toFloatArray());
    Files.writeString(Path.of(path), "name,n\nada,1\nbob,2\n");
    assertArray("i32[2,1]", new double[] {1, 2}, fromCsv(path, "n"));
  }

  private static String text(Runnable body) {
    return assertThrows(ArrayException.class, body::run).getMessage();
  }

  @Test
  void errorsSayWhatToDo(@TempDir Path folder) throws Exception {
    assertEquals(
        """
        fromTable was given columns that hold no numbers: [s]
          accepted: numeric and boolean columns
          fix: name the others: fromTable(table, "x", "n", "l", "b")""",
        text(() -> fromTable(table())));
    assertEquals(
        """
        fromTable was given columns that hold no numbers: [s]
          accepted: numeric and boolean columns
          fix: encode them as numbers first""",
        text(() -> fromTable(table(), "s")));
    assertEquals(
        """
        fromTable was asked for the column "y", which the table does not have
          accepted: some of [x, n, l, b, s]
          fix: check the name""",
        text(() -> fromTable(table(), "y")));
    IntColumn gap = IntColumn.create("n", new int[] {1, 2});
    gap.setMissing(1);
    assertEquals(
        """
        fromTable found a missing value in row 1 of the column "n", and i32 has no NaN
          accepted: columns without missing values, or a floating type
          fix: fromTable(F32, table), or drop those rows first""",
        text(() -> fromTable(Table.create(gap))));
    assertEquals(
        """
        toTable was given f32[2,3,4]
          accepted: [rows] or [rows, columns]
          fix: reshape it, or take a part with get""",
        text(() -> toTable(zeros(2, 3, 4))));
    assertEquals(
        """
        toTable was given u64[2]
          accepted: a type that fits a column: bool, i8 to i64, u8 to u32, or floating
          fix: convert it, such as astype(I64)""",
        text(() -> toTable(zeros(DType.U64, 2))));
    assertEquals(
        """
        toTable was given 2 columns and the names [a]
          accepted: a name for each column, or none
          fix: name all 2""",
        text(() -> toTable(zeros(3, 2), "a")));
    assertEquals(
        """
        readCsv was given "absent.csv": there is no such file
          accepted: an absolute path, or one from the working directory, HERE
          fix: check the path"""
            .replace("HERE", Path.of("").toAbsolutePath().toString()),
        text(() -> fromCsv("absent.csv")));
    String ragged = folder.resolve("x.csv").toString();
    Files.writeString(Path.of(ragged), "a,b\n1,2\n3\n");
    String said = text(() -> readCsv(ragged)).replace(ragged, "FILE");
    assertEquals("readCsv was given \"FILE\": ", said.substring(0, 26));
    assertEquals(
        "\n  accepted: lines with the same number of values, the first of them names"
            + "\n  fix: look at the file's first lines, or read it with Tablesaw's own options",
        said.substring(said.indexOf("\n  accepted")));
  }
}
