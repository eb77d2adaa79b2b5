package lazuli.array.io;

import java.nio.file.Path;

/** Reads what a file holds, whatever its format: the first bytes decide, not the name. */
public final class ArrayReader {
  private static final String ACCEPTED =
      "npy, npz, safetensors, the .safetensors.index.json of a sharded model, or gguf";

  private ArrayReader() {}

  /**
   * {@return what a file holds} Reads headers; elements stay in the file.
   *
   * @param path the file
   * @throws lazuli.array.type.ArrayException if there is no such file, it is of another format, or
   *     its header contradicts the format or the file's size
   */
  public static Contents read(Path path) {
    Input file = Input.open(path);
    if (file.size() == 0) {
      throw file.damaged("it is empty", ACCEPTED);
    }
    if (file.has(0, NpyHeader.MAGIC)) {
      return Npy.read(file);
    }
    if (file.has(0, "PK\u0003\u0004") || file.has(0, "PK\u0005\u0006")) {
      return Npz.read(file);
    }
    if (file.has(0, Gguf.MAGIC)) {
      return Gguf.read(file);
    }
    String name = String.valueOf(path.getFileName());
    if (name.endsWith(".json")) {
      return ShardIndex.read(file);
    }
    if (name.endsWith(".safetensors") || file.has(8, "{")) {
      return Safetensors.read(file);
    }
    throw file.refused(other(file), ACCEPTED, "convert it first, such as with numpy.save");
  }

  private static String other(Input file) {
    if (file.has(0, "\u0089HDF")) {
      return "it is an HDF5 file";
    }
    if (file.has(0, "\u0080") && file.size() > 1 && file.u8(1) <= 5) {
      return "it is a Python pickle, which can run any code";
    }
    StringBuilder bytes = new StringBuilder();
    for (long i = 0; i < Math.min(8, file.size()); i++) {
      bytes.append(String.format(i == 0 ? "%02x" : " %02x", file.u8(i)));
    }
    return "its first bytes, " + bytes + ", are of no known format";
  }
}
