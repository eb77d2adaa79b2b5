package lazuli.array.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import lazuli.array.type.DType;

/**
 * Archives of npy files, as {@code numpy.savez} and {@code savez_compressed} write them. Nothing is
 * ever unpacked to disk; an entry's elements are unpacked when somebody asks for them.
 */
final class Npz {
  static final String ACCEPTED = "an archive of npy files, as numpy.savez writes it";

  /** Deflate never packs tighter than this. */
  private static final long TIGHTEST = 1032;

  private static final int CHUNK = 1 << 16;

  private Npz() {}

  static Contents read(Input file) {
    List<Member> entries = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    try (ZipFile zip = new ZipFile(file.path().toFile())) {
      for (ZipEntry member : zip.stream().toList()) {
        String name = member.getName();
        if (!seen.add(name)) {
          throw file.damaged("it holds \"" + name + "\" twice", ACCEPTED);
        }
        if (!name.endsWith(".npy")) {
          skipped.add(name);
          continue;
        }
        checkName(file, name);
        checkSize(file, member);
        entries.add(entry(file, zip, member));
      }
    } catch (ZipException bad) {
      throw file.damaged("it is a damaged archive: " + bad.getMessage(), ACCEPTED);
    } catch (IOException failed) {
      throw Input.unreadable(file.path(), failed);
    }
    if (entries.isEmpty() && !skipped.isEmpty()) {
      boolean torch = skipped.stream().anyMatch(name -> name.endsWith("data.pkl"));
      throw file.refused(
          torch
              ? "it is a PyTorch checkpoint, which holds pickled Python objects that can run any code"
              : "it is an archive without npy files",
          ACCEPTED,
          torch
              ? "save it from Python with safetensors.torch.save_file"
              : "check the path, or unpack it first");
    }
    return new Contents(file.path(), "npz", List.copyOf(entries), Map.of(), List.copyOf(skipped));
  }

  private static void checkName(Input file, String name) {
    boolean climbs = false;
    for (String part : name.split("/", -1)) {
      climbs |= part.equals("..");
    }
    if (climbs || name.startsWith("/") || name.indexOf('\\') >= 0 || name.indexOf('\0') >= 0) {
      throw file.refused(
          "it holds \"" + name + "\", a name that leaves the archive",
          "names without \"..\", a leading \"/\" or a backslash",
          "do not trust this file; if it is yours, save it again under plain names");
    }
  }

  private static void checkSize(Input file, ZipEntry member) {
    long packed = member.getCompressedSize();
    long size = member.getSize();
    boolean stored = member.getMethod() == ZipEntry.STORED;
    if (size < 0 || packed < 0 || packed > file.size() || (stored && size != packed)) {
      throw file.damaged(
          "\"" + member.getName() + "\" claims " + size + " bytes, packed " + packed, ACCEPTED);
    }
    if (!stored && size > packed * TIGHTEST + CHUNK) {
      throw file.damaged(
          "\""
              + member.getName()
              + "\" claims "
              + size
              + " bytes in "
              + packed
              + " packed ones, tighter than deflate can pack",
          ACCEPTED);
    }
  }

  private static Member entry(Input file, ZipFile zip, ZipEntry member) throws IOException {
    String name = member.getName();
    NpyHeader header;
    try (InputStream in = open(zip, member)) {
      // Ranges are asked for in order, so a stream serves them; the prefix of a version 1 header
      // reaches two bytes into its text.
      byte[] prefix = in.readNBytes(NpyHeader.PREFIX);
      header =
          NpyHeader.read(
              (at, length) -> {
                if (at == 0) {
                  return prefix;
                }
                try {
                  return from(prefix, (int) at, in, length);
                } catch (IOException failed) {
                  throw file.damaged(
                      "\"" + name + "\" cannot be unpacked: " + failed.getMessage(), ACCEPTED);
                }
              },
              what -> file.damaged("in \"" + name + "\", " + what, ACCEPTED));
    } catch (EOFException | ZipException bad) {
      throw file.damaged("\"" + name + "\" cannot be unpacked: " + bad.getMessage(), ACCEPTED);
    }
    String key = name.substring(0, name.length() - ".npy".length());
    DType dtype = header.dtype();
    if (dtype == null) {
      return Npy.entry(
          key,
          header,
          new Content.Refused(Npy.refusal(file, "the elements of \"" + name + "\"", header)));
    }
    long bytes = header.elements() * dtype.bytes();
    if (header.length() + bytes != member.getSize()) {
      throw file.damaged(
          "\""
              + name
              + "\" has "
              + (member.getSize() - header.length())
              + " bytes of elements, and its header claims "
              + dtype
              + Layout.text(header.dims())
              + ", which is "
              + bytes,
          ACCEPTED);
    }
    Path path = file.path();
    long crc = member.getCrc();
    return Npy.entry(
        key,
        header,
        new Content.Decoded(
            to -> {
              unpack(file, path, name, member.getSize(), crc, header.length(), to);
              Layout.settle(dtype, to, header.bigEndian());
            }));
  }

  private static InputStream open(ZipFile zip, ZipEntry member) throws IOException {
    InputStream in = zip.getInputStream(member);
    if (in == null) {
      throw new ZipException("the entry is not there any more");
    }
    return in;
  }

  private static byte[] from(byte[] prefix, int at, InputStream in, int length) throws IOException {
    int known = Math.clamp(prefix.length - at, 0, length);
    byte[] rest = in.readNBytes(length - known);
    byte[] out = new byte[known + rest.length];
    System.arraycopy(prefix, at, out, 0, known);
    System.arraycopy(rest, 0, out, known, rest.length);
    return out;
  }

  private static void unpack(
      Input file, Path path, String name, long size, long crc, long skip, MemorySegment to)
      throws IOException {
    CRC32 sum = new CRC32();
    byte[] chunk = new byte[CHUNK];
    long done = 0;
    try (ZipFile zip = new ZipFile(path.toFile())) {
      ZipEntry member = zip.getEntry(name);
      if (member == null || member.getSize() != size) {
        throw file.damaged("it changed after it was opened", ACCEPTED);
      }
      try (InputStream in = open(zip, member)) {
        for (int n = in.read(chunk); n >= 0 && done <= size; n = in.read(chunk)) {
          sum.update(chunk, 0, n);
          int from = Math.clamp(skip - done, 0, n);
          long at = Math.max(0, done - skip);
          long most = Math.min(n - from, to.byteSize() - at);
          MemorySegment.copy(MemorySegment.ofArray(chunk), from, to, at, Math.max(0, most));
          done += n;
        }
      }
    } catch (EOFException | ZipException bad) {
      throw file.damaged("\"" + name + "\" cannot be unpacked: " + bad.getMessage(), ACCEPTED);
    }
    if (done != size || sum.getValue() != crc) {
      throw file.damaged(
          done != size
              ? "\"" + name + "\" unpacks to " + done + " bytes or more, not " + size
              : "the checksum of \"" + name + "\" does not fit its bytes",
          ACCEPTED);
    }
  }
}
