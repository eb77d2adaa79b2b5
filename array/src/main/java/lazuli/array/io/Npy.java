package lazuli.array.io;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/** Files of one array, as {@code numpy.save} writes them. */
final class Npy {
  private Npy() {}

  static Contents read(Input file) {
    NpyHeader header =
        NpyHeader.read(
            (at, length) -> {
              int there = Math.clamp(file.size() - at, 0, length);
              return file.slice(at, there).toArray(ValueLayout.JAVA_BYTE);
            },
            what -> file.damaged(what, NpyHeader.ACCEPTED));
    DType dtype = header.dtype();
    Content content;
    if (dtype == null) {
      content = new Content.Refused(refusal(file, "its elements", header));
    } else {
      long bytes = header.elements() * dtype.bytes();
      long left = file.size() - header.length();
      if (bytes > left) {
        throw file.damaged(
            "its header claims "
                + dtype
                + Layout.text(header.dims())
                + ", which is "
                + bytes
                + " bytes, and "
                + left
                + " are left",
            NpyHeader.ACCEPTED);
      }
      // What follows is another array, if numpy.save was called twice on an open file; numpy.load
      // does not look at it either.
      content = Layout.content(dtype, file.slice(header.length(), bytes), header.bigEndian());
    }
    return new Contents(
        file.path(), "npy", List.of(entry("", header, content)), Map.of(), List.of());
  }

  static Member entry(String name, NpyHeader header, Content content) {
    return new Member(
        name,
        header.descr(),
        header.dtype(),
        Shape.of(header.dims()),
        header.columnMajor() && header.dims().length > 1,
        content);
  }

  static ArrayException refusal(Input file, String whose, NpyHeader header) {
    return file.refused(
        whose + " are '" + header.descr() + "': " + header.why(),
        "bool, i1 to i8, u1 to u8, f2, f4 and f8, in either byte order",
        "convert in NumPy, such as x.astype('f4'), or save as safetensors");
  }
}
