package lazuli.array.io;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** npy files that lie: see {@link HostileFiles}. */
class HostileNpyTest extends HostileFiles {
  private static Case npy(String name, byte[] bytes, String what) {
    return new Case(name, "x.npy", bytes, "load was given \"FILE\": " + what + NPY);
  }

  private static Case refused(String name, String descr, String what) {
    return new Case(
        name,
        "x.npy",
        npy(dictionary(descr, "(2,)"), 99),
        "load was given \"FILE\": its elements are "
            + what
            + "\n  accepted: bool, i1 to i8, u1 to u8, f2, f4 and f8, in either byte order"
            + "\n  fix: convert in NumPy, such as x.astype('f4'), or save as safetensors");
  }

  @TestFactory
  Stream<DynamicTest> npy() {
    String f4 = "'<f4'";
    return tests(
        List.of(
            npy(
                "truncated",
                npy(dictionary(f4, "(2, 3)"), 20),
                "its header claims f32[2,3], which is 24 bytes, and 20 are left"),
            npy(
                "a lying shape",
                npy(dictionary(f4, "(1000000000000,)"), 24),
                "its header claims f32[1000000000000], which is 4000000000000 bytes, and 24 are"
                    + " left"),
            npy(
                "a negative size",
                npy(dictionary(f4, "(-1, 4)"), 24),
                "its npy header claims the shape [-1,4], with a negative size"),
            npy(
                "overflow",
                npy(dictionary(f4, "(4294967296, 4294967296)"), 24),
                "its npy header claims the shape [4294967296,4294967296], beyond what any memory"
                    + " holds"),
            npy(
                "overflow hidden behind a zero",
                npy(dictionary(f4, "(0, 4294967296, 4294967296)"), 24),
                "its npy header claims the shape [0,4294967296,4294967296], beyond what any memory"
                    + " holds"),
            npy(
                "a size that is no 64-bit number",
                npy(dictionary(f4, "(99999999999999999999,)"), 24),
                "its npy header is no dictionary: no whole number of 64 bits at character 51"),
            npy(
                "too many dimensions",
                npy(dictionary(f4, "(" + "1, ".repeat(65) + ")"), 24),
                "its npy header is no dictionary: more than 64 sizes at character 243"),
            npy(
                "a key twice",
                npy("{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", 24),
                "its npy header is no dictionary: the key 'descr' a second time at character 31"),
            npy(
                "a key too few",
                npy("{'descr': '<f4', 'shape': (2,)}", 24),
                "its npy header has the keys [descr, shape], not descr, fortran_order, shape"),
            npy(
                "a key too many",
                npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 'y'}", 24),
                "its npy header has the keys [descr, fortran_order, shape, x], not descr,"
                    + " fortran_order, shape"),
            npy(
                "code in the header",
                npy("__import__('os').system('true')", 24),
                "its npy header is no dictionary: no '{' at character 0"),
            npy(
                "text after the dictionary",
                npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} + 1", 24),
                "its npy header is no dictionary: something after the dictionary at character 56"),
            npy(
                "an endless list",
                npy("{'descr': [('a', '<f4'", 24),
                "its npy header is no dictionary: a list without an end at character 10"),
            npy(
                "an endless string",
                npy("{'descr", 24),
                "its npy header is no dictionary: a string without an end, or with an escape at"
                    + " character 1"),
            npy(
                "a header longer than the file",
                bytes(NpyHeader.MAGIC + "\1\0", (short) 500, "{}"),
                "its npy header claims 500 bytes, and 2 are left"),
            npy(
                "a header of 4 GB",
                bytes(NpyHeader.MAGIC + "\2\0", -1, "{}"),
                "its npy header claims 4294967295 bytes, more than the 65536 allowed"),
            npy("an unknown version", npy2("\7\0"), "its npy version is 7.0"),
            npy(
                "nothing after the magic",
                bytes(NpyHeader.MAGIC),
                "it does not begin with an npy header"),
            npy(
                "nothing after the version",
                bytes(NpyHeader.MAGIC + "\2\0", (short) 5),
                "it ends inside the npy header"),
            refused("objects", "'|O'", "'|O': pickled Python objects, which can run any code"),
            refused("text", "'<U2'", "'<U2': text"),
            refused("complex", "'<c8'", "'<c8': complex numbers"),
            refused("dates", "'<M8[D]'", "'<M8[D]': dates or times"),
            refused(
                "long double",
                "'<f16'",
                "'<f16': floating-point numbers of a width that only some machines have"),
            refused(
                "raw",
                "'<V2'",
                "'<V2': raw bytes, perhaps bfloat16 or fp8 of the package ml_dtypes"),
            refused("records", "[('a', '<f4')]", "'structured': records of several fields"),
            refused("nonsense", "'zz'", "'zz': of a type that is not known")));
  }

  private static byte[] npy2(String version) {
    return bytes(NpyHeader.MAGIC + version, (short) 2, "{}");
  }
}
