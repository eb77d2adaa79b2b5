package lazuli.magics.sdpa;

import java.util.function.LongSupplier;
import java.util.function.Supplier;
import lazuli.array.Array;

/**
 * One variant of a case study, before it is timed.
 *
 * @param name what sets it apart
 * @param call builds the attention; evaluated each time
 * @param dims the sizes that it claims to have
 * @param mask what hides keys, in words
 * @param bytes of the keys and values that it keeps
 * @param plainBytes of the same without quantisation; 0 when it claims none
 * @param keys how many keys it holds now
 */
record CaseLine(
    String name,
    Supplier<Array> call,
    Dims dims,
    String mask,
    double bytes,
    double plainBytes,
    LongSupplier keys) {

  /** {@return a variant whose keys never change} */
  static CaseLine of(
      String name, Supplier<Array> call, Dims dims, String mask, double bytes, double plainBytes) {
    return new CaseLine(name, call, dims, mask, bytes, plainBytes, dims::tk);
  }
}
