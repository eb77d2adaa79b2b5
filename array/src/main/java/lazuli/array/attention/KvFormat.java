package lazuli.array.attention;

import lazuli.array.op.Aval;
import lazuli.array.type.DType;

/**
 * How keys and values lie in a cache. Codes are read and multiplied by their scale inside the tile
 * load: the numbers that they stand for are never written to memory.
 */
public enum KvFormat {
  /** As numbers. */
  PLAIN("plain", 1, 0, 1),
  /** i8 codes from -127 to 127, one scale for each token and head. */
  INT8("int8", 1, 0, 127),
  /** Codes from -7 to 7, two in a byte, one scale for each 32 of a token's numbers. */
  INT4("int4", 2, 32, 7),
  /** f8_e4m3 codes, one scale for each token and head. */
  FP8("fp8", 1, 0, 448);

  private final String label;
  private final int perByte;
  private final int group;
  private final double most;

  KvFormat(String label, int perByte, int group, double most) {
    this.label = label;
    this.perByte = perByte;
    this.group = group;
    this.most = most;
  }

  /** {@return its name in texts} */
  public String label() {
    return label;
  }

  /** {@return how many numbers share a byte} */
  public int perByte() {
    return perByte;
  }

  /**
   * {@return how many numbers share a scale}
   *
   * @param dim numbers of a token and head
   */
  public int group(int dim) {
    return group == 0 ? dim : group;
  }

  /** {@return the largest code} */
  public double most() {
    return most;
  }

  /**
   * {@return the type of the codes}
   *
   * @param plain the type of numbers
   */
  public DType codes(DType plain) {
    return switch (this) {
      case PLAIN -> plain;
      case INT8 -> DType.I8;
      case INT4 -> DType.U8;
      case FP8 -> DType.F8_E4M3;
    };
  }

  /** {@return what codes stand for, in their sizes} */
  Aval numbers(Aval codes) {
    if (perByte == 1) {
      return codes;
    }
    long[] dims = codes.shape().dims();
    dims[dims.length - 1] *= perByte;
    return codes.withShape(lazuli.array.type.Shape.of(dims));
  }
}
