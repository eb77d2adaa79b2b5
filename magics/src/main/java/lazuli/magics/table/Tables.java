package lazuli.magics.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import tech.tablesaw.io.csv.CsvReadOptions;
import tech.tablesaw.io.csv.CsvReader;

/** Tables to arrays and back, for every notebook. */
public final class Tables {
  private Tables() {}

  /**
   * {@return the columns of a table side by side, [rows, columns]} Whole numbers become i32, or i64
   * if a column has 64 bits; truth values bool; numbers with fractions f32, as everywhere when no
   * type is asked for. A missing value becomes NaN.
   *
   * @param table a table
   * @param columns names of numeric or boolean columns; none means all
   * @throws ArrayException if a column is not there or holds something else, or a value is missing
   *     where the type has no NaN
   */
  public static Array fromTable(Table table, String... columns) {
    List<Column<?>> chosen = choose(table, columns);
    return matrix(chosen, table.rowCount(), dtype(chosen));
  }

  /**
   * {@return the columns of a table side by side in one type, [rows, columns]} A missing value
   * becomes NaN.
   *
   * @param dtype the type
   * @param table a table
   * @param columns names of numeric or boolean columns; none means all
   * @throws ArrayException if a column is not there or holds something else, or a value is missing
   *     where the type has no NaN
   */
  public static Array fromTable(DType dtype, Table table, String... columns) {
    return matrix(choose(table, columns), table.rowCount(), dtype);
  }

  /**
   * {@return an array of one or two dimensions as a table, computed now} Floating types become
   * double columns, whole numbers int or long columns, bool boolean columns.
   *
   * @param array [rows] or [rows, columns]
   * @param columns a name for each column; none means c0, c1 and so on
   * @throws ArrayException if the array has another number of dimensions, is u64, or the names do
   *     not fit
   */
  public static Table toTable(Array array, String... columns) {
    if (array.rank() < 1 || array.rank() > 2) {
      throw new ArrayException(
          "toTable was given " + array.dtype() + array.shape(),
          "[rows] or [rows, columns]",
          "reshape it, or take a part with get");
    }
    if (array.dtype() == DType.U64) {
      throw new ArrayException(
          "toTable was given u64" + array.shape(),
          "a type that fits a column: bool, i8 to i64, u8 to u32, or floating",
          "convert it, such as astype(I64)");
    }
    int width = array.rank() == 1 ? 1 : (int) array.shape().dim(1);
    if (columns.length != 0 && columns.length != width) {
      throw new ArrayException(
          "toTable was given " + width + " columns and the names " + Arrays.toString(columns),
          "a name for each column, or none",
          "name all " + width);
    }
    Array matrix = array.reshape(array.shape().dim(0), width);
    Table table = Table.create();
    for (int c = 0; c < width; c++) {
      String name = columns.length == 0 ? "c" + c : columns[c];
      table.addColumns(column(name, matrix.get(":, " + c)));
    }
    return table;
  }

  private static Column<?> column(String name, Array values) {
    DType dtype = values.dtype();
    if (dtype.isFloat()) {
      return DoubleColumn.create(name, values.toDoubleArray());
    }
    if (dtype == DType.BOOL) {
      boolean[] truths = values.toBooleanArray();
      BooleanColumn column = BooleanColumn.create(name);
      for (boolean truth : truths) {
        column.append(truth);
      }
      return column;
    }
    return dtype == DType.I64 || dtype == DType.U32
        ? LongColumn.create(name, values.toLongArray())
        : IntColumn.create(name, values.toIntArray());
  }

  /**
   * {@return a CSV file as a table} The first line names the columns; types are found from the
   * values.
   *
   * @param path the file
   * @throws ArrayException if there is no such file, or it is no table
   */
  public static Table readCsv(String path) {
    Path file = Path.of(path);
    if (!Files.isRegularFile(file)) {
      throw new ArrayException(
          "readCsv was given \"" + path + "\": there is no such file",
          "an absolute path, or one from the working directory, " + Path.of("").toAbsolutePath(),
          "check the path");
    }
    try {
      // Named, not looked up: Tablesaw finds its readers by scanning a class path of plain jars.
      return new CsvReader().read(CsvReadOptions.builder(file.toFile()).build());
    } catch (RuntimeException bad) {
      throw new ArrayException(
          "readCsv was given \"" + path + "\": " + bad.getMessage(),
          "lines with the same number of values, the first of them names",
          "look at the file's first lines, or read it with Tablesaw's own options");
    }
  }

  /**
   * {@return the numbers of a CSV file, [rows, columns]} See {@link #fromTable(Table, String...)}.
   *
   * @param path the file, whose first line names the columns
   * @param columns names of numeric or boolean columns; none means all
   * @throws ArrayException if the file or a column is not there, or a column holds something else
   */
  public static Array fromCsv(String path, String... columns) {
    return fromTable(readCsv(path), columns);
  }

  /**
   * Writes an array of one or two dimensions as a CSV file, computed now.
   *
   * @param path the file; an existing one is replaced
   * @param array [rows] or [rows, columns]
   * @param columns a name for each column; none means c0, c1 and so on
   * @throws ArrayException if the array does not fit a table
   * @throws UncheckedIOException if the file cannot be written
   */
  public static void toCsv(String path, Array array, String... columns) {
    Table table = toTable(array, columns);
    try (var out = Files.newBufferedWriter(Path.of(path))) {
      table.write().csv(out);
    } catch (IOException failed) {
      throw new UncheckedIOException("toCsv could not write \"" + path + "\"", failed);
    }
  }

  private static List<Column<?>> choose(Table table, String... names) {
    if (names.length == 0) {
      return check(table.columns());
    }
    List<Column<?>> chosen = new ArrayList<>();
    for (String name : names) {
      if (!table.columnNames().contains(name)) {
        throw new ArrayException(
            "fromTable was asked for the column \"" + name + "\", which the table does not have",
            "some of " + table.columnNames(),
            "check the name");
      }
      chosen.add(table.column(name));
    }
    return check(chosen);
  }

  private static List<Column<?>> check(List<Column<?>> columns) {
    List<String> others = new ArrayList<>();
    List<String> numeric = new ArrayList<>();
    for (Column<?> column : columns) {
      boolean fits = column instanceof NumericColumn || column instanceof BooleanColumn;
      (fits ? numeric : others).add(column.name());
    }
    if (!others.isEmpty()) {
      throw new ArrayException(
          "fromTable was given columns that hold no numbers: " + others,
          "numeric and boolean columns",
          numeric.isEmpty()
              ? "encode them as numbers first"
              : "name the others: fromTable(table, \"" + String.join("\", \"", numeric) + "\")");
    }
    return columns;
  }

  private static DType dtype(List<Column<?>> columns) {
    DType type = DType.BOOL;
    for (Column<?> column : columns) {
      ColumnType own = column.type();
      DType next =
          own == ColumnType.BOOLEAN
              ? DType.BOOL
              : own == ColumnType.LONG
                  ? DType.I64
                  : own == ColumnType.INTEGER || own == ColumnType.SHORT ? DType.I32 : DType.F32;
      type = next.ordinal() > type.ordinal() ? next : type;
    }
    return type;
  }

  private static Array matrix(List<Column<?>> columns, int rows, DType dtype) {
    int width = columns.size();
    boolean whole = !dtype.isFloat();
    double[] reals = new double[whole ? 0 : rows * width];
    long[] integers = new long[whole ? rows * width : 0];
    for (int c = 0; c < width; c++) {
      Column<?> column = columns.get(c);
      for (int r = 0; r < rows; r++) {
        boolean missing = column.isMissing(r);
        if (missing && whole) {
          throw new ArrayException(
              "fromTable found a missing value in row "
                  + r
                  + " of the column \""
                  + column.name()
                  + "\", and "
                  + dtype
                  + " has no NaN",
              "columns without missing values, or a floating type",
              "fromTable(F32, table), or drop those rows first");
        }
        if (whole) {
          integers[r * width + c] = whole(column, r);
        } else {
          reals[r * width + c] = missing ? Double.NaN : real(column, r);
        }
      }
    }
    Array flat = whole ? Lazuli.array(integers).astype(dtype) : Lazuli.array(reals, dtype);
    return flat.reshape(rows, width);
  }

  private static double real(Column<?> column, int row) {
    return column instanceof BooleanColumn truths
        ? (truths.get(row) ? 1 : 0)
        : ((NumericColumn<?>) column).getDouble(row);
  }

  private static long whole(Column<?> column, int row) {
    return column instanceof LongColumn longs ? longs.getLong(row) : (long) real(column, row);
  }
}
