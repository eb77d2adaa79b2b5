package lazuli.array;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import lazuli.array.io.Content;
import lazuli.array.io.Contents;
import lazuli.array.io.Member;
import lazuli.array.op.Aval;
import lazuli.array.op.Movements;
import lazuli.array.op.Node;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The arrays of a file, by name and in the file's order; read only. Opening it reads headers. The
 * elements of npy, safetensors and unquantised gguf files stay in the file, mapped into memory, and
 * are read where they are used; those of npz and quantised gguf files, truth values, and bytes in
 * another order or out of alignment are unpacked when the array is asked for. An array is held only
 * as long as you hold it. Do not change a file while its arrays are in use; a save under the same
 * name is safe, because it makes a new file.
 */
public final class ArrayFile extends AbstractMap<String, Array> {
  private static final int MOST_LINES = 40;

  private final Contents contents;
  private final Map<String, Member> members = new LinkedHashMap<>();
  private final Map<String, WeakReference<Array>> held = new java.util.HashMap<>();

  ArrayFile(Contents contents) {
    this.contents = contents;
    contents.members().forEach(member -> members.put(member.name(), member));
  }

  /** {@return the file} */
  public Path path() {
    return contents.path();
  }

  /** {@return the format: npy, npz, safetensors, sharded safetensors or gguf} */
  public String format() {
    return contents.format();
  }

  /**
   * {@return what the file says besides its arrays} Text for safetensors; for gguf also Long,
   * Double, Boolean and lists of them.
   */
  public Map<String, Object> metadata() {
    return contents.metadata();
  }

  /** {@return members of an archive that are no arrays} */
  public List<String> skipped() {
    return contents.skipped();
  }

  /**
   * {@return the type of an array, without reading it; null if it is of a type that is refused}
   *
   * @param name its name
   * @throws ArrayException if the file has no such array
   */
  public @Nullable DType dtype(String name) {
    return member(name).dtype();
  }

  /**
   * {@return the shape of an array, without reading it}
   *
   * @param name its name
   * @throws ArrayException if the file has no such array
   */
  public Shape shape(String name) {
    return member(name).shape();
  }

  /**
   * {@return an array; unlike {@link #get} it fails when there is none of that name}
   *
   * @param name its name
   * @throws ArrayException if the file has no such array, or of a type that is refused, or is
   *     damaged
   */
  public Array array(String name) {
    Member member = member(name);
    synchronized (held) {
      WeakReference<Array> known = held.get(name);
      Array array = known == null ? null : known.get();
      if (array == null) {
        array = new Array(node(member));
        held.put(name, new WeakReference<>(array));
      }
      return array;
    }
  }

  /**
   * {@return a quantised array as codes, scales and biases, as {@link Lazuli#quantizedMatmul} takes
   * them: nothing is rounded, and it takes a quarter or an eighth of the f32 array's memory}
   *
   * @param name its name
   * @throws ArrayException if the file has no such array, or it is not quantised as Q8_0 or Q4_0
   */
  public FastFunctions.Quantized quantized(String name) {
    Member member = member(name);
    if (!(member.content() instanceof Content.Packed packed) || member.shape().rank() == 0) {
      throw new ArrayException(
          "\"" + path() + "\" holds \"" + name + "\" as " + member.stored(),
          "arrays that a gguf file holds as Q8_0 or Q4_0",
          "quantize(file.array(name))");
    }
    return new FastFunctions.Quantized(
        part(member, packed.codes(), DType.U32, 32 / packed.bits()),
        part(member, packed.scales(), DType.F16, packed.group()),
        part(member, packed.biases(), DType.F16, packed.group()),
        packed.group(),
        packed.bits());
  }

  /** An array whose last dimension is some times shorter than the values'. */
  private Array part(Member member, Content.Decoder decoder, DType dtype, int times) {
    long[] dims = member.shape().dims();
    dims[dims.length - 1] /= times;
    return new Array(decoded(new Aval(Shape.of(dims), dtype, Device.CPU), decoder));
  }

  private Member member(String name) {
    Member member = members.get(name);
    if (member == null) {
      throw new ArrayException(
          "\"" + path() + "\" was asked for \"" + name + "\", which it does not hold",
          "one of its " + members.size() + " names: " + nearest(name),
          "print the file to see every name");
    }
    return member;
  }

  /** Some names: those that share the longest beginnings or ends first. */
  private String nearest(String name) {
    List<String> names = new ArrayList<>(members.keySet());
    names.sort(java.util.Comparator.comparingInt(other -> -alike(name, other)));
    String some = String.join(", ", names.subList(0, Math.min(5, names.size())));
    return names.size() > 5 ? some + ", ..." : some;
  }

  private static int alike(String a, String b) {
    int most = Math.min(a.length(), b.length());
    int front = 0;
    while (front < most && a.charAt(front) == b.charAt(front)) {
      front++;
    }
    int back = 0;
    while (back < most && a.charAt(a.length() - 1 - back) == b.charAt(b.length() - 1 - back)) {
      back++;
    }
    return Math.max(front, back);
  }

  private Node node(Member member) {
    Shape shape = member.shape();
    Shape stored = shape;
    if (member.columnMajor()) {
      long[] dims = shape.dims();
      for (int i = 0; i < dims.length; i++) {
        dims[i] = shape.dim(-1 - i);
      }
      stored = Shape.of(dims);
    }
    Node node =
        switch (member.content()) {
          case Content.Refused(ArrayException why) -> throw why;
          case Content.Mapped(MemorySegment bytes) ->
              Engine.EVALUATOR.adopt(aval(member, stored), bytes);
          case Content.Decoded(Content.Decoder decoder) -> decoded(aval(member, stored), decoder);
          case Content.Packed packed -> decoded(aval(member, stored), packed.values());
        };
    return member.columnMajor() ? Movements.transpose(node) : node;
  }

  private static Aval aval(Member member, Shape stored) {
    if (member.dtype() == null) {
      throw new IllegalStateException(member.name());
    }
    return new Aval(stored, member.dtype(), Device.CPU);
  }

  private Node decoded(Aval aval, Content.Decoder decoder) {
    return Engine.EVALUATOR.give(
        aval,
        view -> {
          try {
            decoder.into(view.buffer().segment().asSlice(0, aval.bytes()));
          } catch (IOException failed) {
            throw new ArrayException(
                "\"" + path() + "\" cannot be read: " + failed.getMessage(),
                "a file that stays where it is while its arrays are in use",
                "open it again");
          }
        });
  }

  @Override
  public int size() {
    return members.size();
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return members.containsKey(name);
  }

  @Override
  public @Nullable Array get(@Nullable Object name) {
    return name instanceof String known && members.containsKey(known) ? array(known) : null;
  }

  @Override
  public Set<String> keySet() {
    return java.util.Collections.unmodifiableSet(members.keySet());
  }

  @Override
  public Set<Map.Entry<String, Array>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return members.size();
      }

      @Override
      public Iterator<Map.Entry<String, Array>> iterator() {
        Iterator<String> names = members.keySet().iterator();
        return new Iterator<>() {
          @Override
          public boolean hasNext() {
            return names.hasNext();
          }

          @Override
          public Map.Entry<String, Array> next() throws NoSuchElementException {
            String name = names.next();
            return Map.entry(name, array(name));
          }
        };
      }
    };
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  /** {@return a list of the arrays: names, types, shapes and sizes; reads none} */
  @Override
  public String toString() {
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"name", "stored as", "dtype", "shape", "bytes"});
    long bytes = 0;
    for (Member member : members.values()) {
      bytes += member.bytes();
      if (lines.size() <= MOST_LINES) {
        lines.add(
            new String[] {
              member.name(),
              member.stored(),
              member.dtype() == null ? "refused" : member.dtype().label(),
              member.shape().toString(),
              Long.toString(member.bytes())
            });
      }
    }
    StringBuilder out =
        new StringBuilder()
            .append(path().getFileName())
            .append(": ")
            .append(contents.format())
            .append(", ")
            .append(members.size())
            .append(members.size() == 1 ? " array, " : " arrays, ")
            .append(bytes)
            .append(" bytes");
    int[] widths = new int[5];
    for (String[] line : lines) {
      for (int i = 0; i < 5; i++) {
        widths[i] = Math.max(widths[i], line[i].length());
      }
    }
    for (String[] line : lines) {
      out.append('\n');
      for (int i = 0; i < 5; i++) {
        String pad = " ".repeat(widths[i] - line[i].length());
        out.append(i == 0 ? "" : "  ")
            .append(i == 4 ? pad + line[i] : i == 3 ? line[i] + pad : line[i] + pad);
      }
    }
    if (members.size() > MOST_LINES) {
      out.append("\n... ").append(members.size() - MOST_LINES).append(" more");
    }
    if (!contents.skipped().isEmpty()) {
      out.append("\nno arrays: ").append(String.join(", ", contents.skipped()));
    }
    return out.toString();
  }
}
