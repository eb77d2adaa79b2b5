package lazuli.array.cpu;

import java.util.Objects;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shapes that every kernel of this process uses: the widest that the machine has, capped
 * by the system property {@code lazuli.vector.bits} (64 to 512). Constants, because only constant
 * species compile to vector instructions.
 */
public final class Species {
  /** Width of a vector register in bits. */
  public static final int BITS =
      Math.min(
          FloatVector.SPECIES_PREFERRED.vectorBitSize(),
          Math.max(128, Integer.getInteger("lazuli.vector.bits", 512)));

  private static final VectorShape SHAPE = VectorShape.forBitSize(BITS);

  /** Floats. */
  public static final VectorSpecies<Float> F32 = FloatVector.SPECIES_PREFERRED.withShape(SHAPE);

  /** Doubles. */
  public static final VectorSpecies<Double> F64 = DoubleVector.SPECIES_PREFERRED.withShape(SHAPE);

  /** Ints, as many as floats. */
  public static final VectorSpecies<Integer> I32 = IntVector.SPECIES_PREFERRED.withShape(SHAPE);

  /** Longs, as many as doubles. */
  public static final VectorSpecies<Long> I64 = LongVector.SPECIES_PREFERRED.withShape(SHAPE);

  private static final VectorShape HALF = VectorShape.forBitSize(BITS / 2);

  /** Floats, as many as doubles: half the width. */
  public static final VectorSpecies<Float> F32_HALF = FloatVector.SPECIES_PREFERRED.withShape(HALF);

  /** Ints, as many as longs: half the width. */
  public static final VectorSpecies<Integer> I32_HALF = IntVector.SPECIES_PREFERRED.withShape(HALF);

  /** Shorts, as many as floats: half the width. */
  public static final VectorSpecies<Short> I16_HALF =
      Objects.requireNonNull(ShortVector.SPECIES_PREFERRED.withShape(HALF));

  /** Lanes of {@link #F32} and {@link #I32}. */
  public static final int LANES = F32.length();

  /** Lanes of {@link #F64} and {@link #I64}. */
  public static final int LANES64 = F64.length();

  private Species() {}
}
