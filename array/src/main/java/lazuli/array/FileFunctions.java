package lazuli.array;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lazuli.array.backend.View;
import lazuli.array.io.ArrayReader;
import lazuli.array.io.ArrayWriter;
import lazuli.array.io.ArrayWriter.Outgoing;
import lazuli.array.op.Copy;
import lazuli.array.op.Node;
import lazuli.array.profile.EvaluationPoints.Cause;
import lazuli.array.type.ArrayException;

/**
 * Arrays from and to files; {@link Lazuli} inherits them. Loading reads headers only; saving
 * computes. A save that fails leaves the file that was there as it was. Wrong paths and damaged
 * files raise {@link ArrayException}.
 */
public abstract sealed class FileFunctions extends JavaArrays permits AttentionFunctions {
  FileFunctions() {}

  /**
   * {@return the array of a file that holds one, such as an npy file} Its elements stay in the
   * file, mapped into memory, until they are used.
   *
   * @param path the file
   * @throws ArrayException if it cannot be read, is damaged, or holds another number of arrays
   */
  public static Array load(String path) {
    return load(Path.of(path));
  }

  /**
   * {@return the array of a file that holds one, such as an npy file} Its elements stay in the
   * file, mapped into memory, until they are used.
   *
   * @param path the file
   * @throws ArrayException if it cannot be read, is damaged, or holds another number of arrays
   */
  public static Array load(Path path) {
    ArrayFile file = loadAll(path);
    if (file.size() != 1) {
      throw new ArrayException(
          "load was given \"" + path + "\", which holds " + file.size() + " arrays",
          "a file of one array",
          "use loadAll(path), and array(name) on what it returns");
    }
    return file.array(file.keySet().iterator().next());
  }

  /**
   * {@return the arrays of an npy, npz, safetensors, sharded safetensors or gguf file, by name}
   * Reads headers; see {@link ArrayFile} for when elements are read.
   *
   * @param path the file; for a sharded model, its {@code .safetensors.index.json}
   * @throws ArrayException if it cannot be read or is damaged
   */
  public static ArrayFile loadAll(String path) {
    return loadAll(Path.of(path));
  }

  /**
   * {@return the arrays of an npy, npz, safetensors, sharded safetensors or gguf file, by name}
   * Reads headers; see {@link ArrayFile} for when elements are read.
   *
   * @param path the file; for a sharded model, its {@code .safetensors.index.json}
   * @throws ArrayException if it cannot be read or is damaged
   */
  public static ArrayFile loadAll(Path path) {
    return new ArrayFile(ArrayReader.read(path));
  }

  /**
   * Computes an array and writes it as an npy file, byte for byte as NumPy does.
   *
   * @param path the file, replaced when the new one is whole
   * @param array the array, of a type that NumPy has: not bf16
   * @throws ArrayException if NumPy has no such type, or the file cannot be written
   */
  public static void save(String path, Array array) {
    ArrayWriter.npy(Path.of(path), outgoing("", array));
  }

  /**
   * Computes arrays and writes them as an npz file under the names {@code arr_0}, {@code arr_1} and
   * so on.
   *
   * @param path the file, replaced when the new one is whole
   * @param arrays the arrays, of types that NumPy has: not bf16
   * @throws ArrayException if NumPy has no such type, or the file cannot be written
   */
  public static void savez(String path, Array... arrays) {
    List<Outgoing> list = new ArrayList<>();
    for (int i = 0; i < arrays.length; i++) {
      list.add(outgoing("arr_" + i, arrays[i]));
    }
    ArrayWriter.npz(Path.of(path), list, false);
  }

  /**
   * Computes arrays and writes them as an npz file, in the map's order.
   *
   * @param path the file, replaced when the new one is whole
   * @param arrays the arrays by name, of types that NumPy has: not bf16
   * @throws ArrayException if NumPy has no such type, a name leaves the archive, or the file cannot
   *     be written
   */
  public static void savez(String path, Map<String, Array> arrays) {
    ArrayWriter.npz(Path.of(path), outgoing(arrays), false);
  }

  /**
   * Computes arrays and writes them as a compressed npz file, in the map's order.
   *
   * @param path the file, replaced when the new one is whole
   * @param arrays the arrays by name, of types that NumPy has: not bf16
   * @throws ArrayException if NumPy has no such type, a name leaves the archive, or the file cannot
   *     be written
   */
  public static void savezCompressed(String path, Map<String, Array> arrays) {
    ArrayWriter.npz(Path.of(path), outgoing(arrays), true);
  }

  /**
   * Computes arrays and writes them as a safetensors file, byte for byte as the reference
   * implementation does.
   *
   * @param path the file, replaced when the new one is whole
   * @param arrays the arrays by name
   * @throws ArrayException if the file cannot be written
   */
  public static void saveSafetensors(String path, Map<String, Array> arrays) {
    saveSafetensors(path, arrays, Map.of());
  }

  /**
   * Computes arrays and writes them as a safetensors file, with text about them.
   *
   * @param path the file, replaced when the new one is whole
   * @param arrays the arrays by name
   * @param metadata text by name
   * @throws ArrayException if the file cannot be written
   */
  public static void saveSafetensors(
      String path, Map<String, Array> arrays, Map<String, String> metadata) {
    ArrayWriter.safetensors(Path.of(path), outgoing(arrays), metadata);
  }

  private static List<Outgoing> outgoing(Map<String, Array> arrays) {
    List<Outgoing> list = new ArrayList<>();
    arrays.forEach((name, array) -> list.add(outgoing(name, array)));
    return list;
  }

  private static Outgoing outgoing(String name, Array array) {
    return new Outgoing(name, array.dtype(), array.shape(), sink -> write(array, sink));
  }

  /** Evaluates one array at a time, so that a large model is not all in memory at once. */
  private static void write(Array array, ArrayWriter.Sink sink) throws IOException {
    View view = array.view(Cause.SAVE);
    Array rowMajor = array;
    if (!view.isContiguous()) {
      rowMajor = new Array(Node.of(new Copy(), array.node()));
      view = rowMajor.eval().view();
    }
    long bytes = view.dtype().bytes();
    sink.accept(
        view.buffer().segment().asSlice(view.offset() * bytes, view.shape().size() * bytes));
    Reference.reachabilityFence(rowMajor);
  }
}
