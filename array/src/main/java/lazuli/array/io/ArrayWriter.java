package lazuli.array.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/** Writes files of arrays. A save that fails leaves the old file as it was. */
public final class ArrayWriter {
  private static final int CHUNK = 1 << 22;

  private ArrayWriter() {}

  /**
   * An array on its way to a file.
   *
   * @param name its name in the file
   * @param dtype its type
   * @param shape its shape
   * @param bytes gives the elements in row-major order
   */
  public record Outgoing(String name, DType dtype, Shape shape, Bytes bytes) {}

  /** Gives the elements of an array, which may be computed only then. */
  @FunctionalInterface
  public interface Bytes {
    /**
     * Hands the elements over; the memory is valid during the call only.
     *
     * @param sink takes them
     * @throws IOException if the sink cannot write
     */
    void into(Sink sink) throws IOException;
  }

  /** Takes bytes. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Writes all bytes.
     *
     * @param bytes the bytes
     * @throws IOException if they cannot be written
     */
    void accept(MemorySegment bytes) throws IOException;
  }

  /**
   * Writes an npy file, byte for byte as NumPy does.
   *
   * @param path the file
   * @param array the array
   * @throws ArrayException if NumPy has no such type, or the file cannot be written
   */
  public static void npy(Path path, Outgoing array) {
    byte[] header = npyHeader("save", path, array);
    AtomicFile.write(
        "save",
        path,
        channel -> {
          write(channel, MemorySegment.ofArray(header));
          array.bytes.into(bytes -> write(channel, bytes));
        });
  }

  /**
   * Writes an archive of npy files.
   *
   * @param path the file
   * @param arrays the arrays
   * @param compressed whether to deflate
   * @throws ArrayException if NumPy has no such type, a name leaves the archive, or the file cannot
   *     be written
   */
  public static void npz(Path path, List<Outgoing> arrays, boolean compressed) {
    String op = compressed ? "savezCompressed" : "savez";
    List<byte[]> headers = new ArrayList<>();
    for (Outgoing array : arrays) {
      checkName(op, path, array.name);
      headers.add(npyHeader(op, path, array));
    }
    AtomicFile.write(
        op,
        path,
        channel -> {
          // Not closed: that would close the channel before it is forced to disk.
          ZipOutputStream zip = new ZipOutputStream(Channels.newOutputStream(channel));
          for (int i = 0; i < arrays.size(); i++) {
            member(zip, arrays.get(i), headers.get(i), compressed);
          }
          zip.finish();
        });
  }

  private static void member(ZipOutputStream zip, Outgoing array, byte[] header, boolean compressed)
      throws IOException {
    ZipEntry entry = new ZipEntry(array.name + ".npy");
    // The same arrays make the same file.
    entry.setTimeLocal(java.time.LocalDateTime.of(1980, 1, 1, 0, 0));
    byte[] chunk = new byte[CHUNK];
    if (!compressed) {
      CRC32 sum = new CRC32();
      sum.update(header);
      long[] size = {header.length};
      array.bytes.into(
          bytes -> {
            size[0] += bytes.byteSize();
            pieces(bytes, chunk, n -> sum.update(chunk, 0, n));
          });
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(size[0]);
      entry.setCrc(sum.getValue());
    }
    zip.putNextEntry(entry);
    zip.write(header);
    array.bytes.into(bytes -> pieces(bytes, chunk, n -> zip.write(chunk, 0, n)));
    zip.closeEntry();
  }

  private interface Piece {
    void take(int length) throws IOException;
  }

  private static void pieces(MemorySegment bytes, byte[] chunk, Piece piece) throws IOException {
    for (long at = 0; at < bytes.byteSize(); at += chunk.length) {
      int n = (int) Math.min(chunk.length, bytes.byteSize() - at);
      MemorySegment.copy(bytes, at, MemorySegment.ofArray(chunk), 0, n);
      piece.take(n);
    }
  }

  /**
   * Writes a safetensors file, byte for byte as the reference implementation does.
   *
   * @param path the file
   * @param arrays the arrays
   * @param metadata text about them
   * @throws ArrayException if a name is not text, or the file cannot be written
   */
  public static void safetensors(Path path, List<Outgoing> arrays, Map<String, String> metadata) {
    String op = "saveSafetensors";
    List<Outgoing> sorted = new ArrayList<>(arrays);
    // The widest types first, so that all are aligned.
    sorted.sort(
        Comparator.comparingInt((Outgoing a) -> -Safetensors.rank(a.dtype))
            .thenComparing(a -> a.name.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
    StringBuilder json = new StringBuilder("{");
    if (!metadata.isEmpty()) {
      json.append("\"__metadata__\":{");
      String comma = "";
      for (Map.Entry<String, String> line : new TreeMap<>(metadata).entrySet()) {
        json.append(comma).append(Json.quote(line.getKey()));
        json.append(':').append(Json.quote(line.getValue()));
        comma = ",";
      }
      json.append("}");
    }
    long offset = 0;
    for (Outgoing array : sorted) {
      if (array.name.equals("__metadata__")) {
        throw new ArrayException(
            op + " was given an array of the name \"__metadata__\"",
            "any other name: the format uses this one for text",
            "rename it");
      }
      long end = offset + Math.multiplyExact(array.shape.size(), (long) array.dtype.bytes());
      json.append(json.length() == 1 ? "" : ",").append(Json.quote(array.name));
      json.append(":{\"dtype\":\"").append(Safetensors.name(array.dtype));
      json.append("\",\"shape\":").append(array.shape);
      json.append(",\"data_offsets\":[").append(offset).append(',').append(end).append("]}");
      offset = end;
    }
    byte[] text = utf8(op, path, json.append('}').toString());
    int padded = (text.length + 7) / 8 * 8;
    ByteBuffer header = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    header
        .putLong(padded)
        .put(text)
        .put(" ".repeat(padded - text.length).getBytes(StandardCharsets.UTF_8));
    AtomicFile.write(
        op,
        path,
        channel -> {
          write(channel, MemorySegment.ofArray(header.array()));
          for (Outgoing array : sorted) {
            array.bytes.into(bytes -> write(channel, bytes));
          }
        });
  }

  private static byte[] utf8(String op, Path path, String text) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(java.nio.CharBuffer.wrap(text));
      byte[] out = new byte[bytes.remaining()];
      bytes.get(out);
      return out;
    } catch (CharacterCodingException bad) {
      throw new ArrayException(
          op + " to \"" + path + "\" was given a name or metadata with half a character",
          "text that UTF-8 can hold",
          "check how the text was cut");
    }
  }

  private static byte[] npyHeader(String op, Path path, Outgoing array) {
    String descr = NpyHeader.descr(array.dtype);
    if (descr == null) {
      throw new ArrayException(
          op
              + " to \""
              + path
              + "\" was given "
              + array.dtype
              + array.shape
              + ", a type that NumPy lacks",
          "bool, u8 to u64, i8 to i64, f16, f32, f64",
          "use saveSafetensors, or astype(F32) first");
    }
    return NpyHeader.write(descr, array.shape.dims());
  }

  private static void checkName(String op, Path path, String name) {
    Set<String> parts = new HashSet<>(List.of(name.split("/", -1)));
    if (parts.contains("..")
        || name.startsWith("/")
        || name.indexOf('\\') >= 0
        || name.indexOf('\0') >= 0) {
      throw new ArrayException(
          op + " to \"" + path + "\" was given the name \"" + name + "\", which leaves the archive",
          "names without \"..\", a leading \"/\" or a backslash",
          "rename the array");
    }
  }

  private static void write(FileChannel channel, MemorySegment bytes) throws IOException {
    for (long at = 0; at < bytes.byteSize(); at += CHUNK) {
      ByteBuffer some = bytes.asSlice(at, Math.min(CHUNK, bytes.byteSize() - at)).asByteBuffer();
      while (some.hasRemaining()) {
        channel.write(some);
      }
    }
  }
}
