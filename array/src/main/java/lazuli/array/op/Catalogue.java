package lazuli.array.op;

import java.util.ArrayList;
import java.util.List;

/**
 * Every operation with its names elsewhere, its types and its gradient: the table of the
 * documentation. Rows of enums describe themselves; operations that are made of others are listed
 * here, once.
 */
public final class Catalogue {
  /** How a gradient passes an operation that is made of others. */
  private static final String THROUGH = "yes";

  /**
   * What a user looks up.
   *
   * @param name the method or function
   * @param family the heading
   * @param mlx its name in MLX, "-" for none
   * @param numpy its name in NumPy, "-" for none
   * @param types what it takes and gives
   * @param gradient yes, or why there is none
   * @param doc what it returns
   */
  public record Entry(
      String name,
      String family,
      String mlx,
      String numpy,
      String types,
      String gradient,
      String doc) {}

  /** name | MLX | NumPy | types | gradient | doc, under the headings that begin with "#". */
  private static final String COMPOSED =
      """
      # Creation
      array | array | array | any | given | copies Java values
      scalar | array | array | any | given | an array of rank 0
      zeros | zeros | zeros | any | constant | zeros
      ones | ones | ones | any | constant | ones
      full | full | full | any | constant | one value everywhere
      zerosLike | zeros_like | zeros_like | any | constant | zeros of the shape and type of x
      onesLike | ones_like | ones_like | any | constant | ones of the shape and type of x
      fullLike | full_like | full_like | any | constant | one value in the shape and type of x
      arange | arange | arange | number | constant | start, start + step, and so on
      linspace | linspace | linspace | float | constant | numbers at equal distances, both ends included
      hanning | hanning | hanning | f32 | constant | the Hann window
      hamming | hamming | hamming | f32 | constant | the Hamming window
      blackman | blackman | blackman | f32 | constant | the Blackman window
      bartlett | bartlett | bartlett | f32 | constant | the Bartlett window, a triangle
      eye | eye | eye | any | constant | ones on a diagonal
      identity | identity | identity | f32 | constant | a square matrix of ones on the diagonal
      tri | tri | tri | any | constant | ones at and below a diagonal
      tril | tril | tril | any | yes | x with zeros above a diagonal
      triu | triu | triu | any | yes | x with zeros below a diagonal
      meshgrid | meshgrid | meshgrid | any | yes | rows repeated along each other's dimensions
      # Elementwise
      where | where | where | bool, promoted | yes | a where the condition holds, else b
      clip | clip | clip | promoted | yes | x limited to an interval
      nanToNum | nan_to_num | nan_to_num | any | yes | NaN and infinities replaced
      divmod | divmod | divmod | promoted | yes | floorDivide and remainder
      rsub | - | - | promoted | yes | other - x
      rdiv | - | - | float | yes | other / x
      isClose | isclose | isclose | promoted to bool | gives bool | whether elements are near
      allClose | allclose | allclose | promoted to bool | gives bool | whether all elements are near
      arrayEqual | array_equal | array_equal | promoted to bool | gives bool | whether shapes and elements are equal
      astype | astype | astype | any to any | yes | another type, rounded to nearest even
      view | view | view | any to any | works on bits | the same bytes as another type
      # Reductions
      argmax | argmax | argmax | number to i32 | gives indices | place of the largest
      argmin | argmin | argmin | number to i32 | gives indices | place of the smallest
      var | var | var | float | yes | variance, in two passes
      std | std | std | float | yes | standard deviation
      median | median | median | float | yes | middle of sorted elements
      countNonzero | - | count_nonzero | any to i32 | gives whole numbers | how many are not 0
      logSumExp | logsumexp | - | float | yes | log of the sum of exp(x)
      softmax | softmax | - | float | yes | exp(x) over its sum
      # Scans and sorting
      diff | - | diff | number | yes | differences of neighbours
      sort | sort | sort | number | yes | ascending, NaN last
      argsort | argsort | argsort | number to i32 | gives indices | indices that sort, stable
      partition | partition | partition | number | yes | element kth in its sorted place
      argpartition | argpartition | argpartition | number to i32 | gives indices | indices that partition
      topk | topk | - | number | yes | the k largest, ascending
      searchsorted | - | searchsorted | promoted to i32 | gives indices | places in a sorted row
      # Shapes
      reshape | reshape | reshape | any | yes | another shape, the same order
      flatten | flatten | ravel | any | yes | dimensions joined
      unflatten | unflatten | - | any | yes | a dimension split
      transpose | transpose | transpose | any | yes | dimensions in another order
      permuteDims | permute_dims | permute_dims | any | yes | dimensions in another order
      t | - | matrix_transpose | any | yes | the last two dimensions exchanged
      moveaxis | moveaxis | moveaxis | any | yes | a dimension moved
      swapaxes | swapaxes | swapaxes | any | yes | two dimensions exchanged
      expandDims | expand_dims | expand_dims | any | yes | a new dimension of size 1
      squeeze | squeeze | squeeze | any | yes | without dimensions of size 1
      broadcastTo | broadcast_to | broadcast_to | any | yes | repeated to a larger shape
      broadcastArrays | broadcast_arrays | broadcast_arrays | any | yes | repeated to a common shape
      atLeast1d | atleast_1d | atleast_1d | any | yes | at least 1 dimension
      atLeast2d | atleast_2d | atleast_2d | any | yes | at least 2 dimensions
      atLeast3d | atleast_3d | atleast_3d | any | yes | at least 3 dimensions
      contiguous | contiguous | ascontiguousarray | any | yes | in memory of its own
      asStrided | as_strided | lib.stride_tricks.as_strided | any | yes | a regular grid of elements, copied
      concatenate | concatenate | concatenate | promoted | yes | one after the other
      stack | stack | stack | promoted | yes | along a new dimension
      unstack | unstack | unstack | any | yes | parts of size 1
      split | split | split | any | yes | parts of one size
      splitAt | split | split | any | yes | parts that begin at given places
      repeat | repeat | repeat | any | yes | each element several times
      tile | tile | tile | any | yes | the whole several times
      pad | pad | pad | any | yes | a margin: constant, edge, reflect or symmetric
      roll | roll | roll | any | yes | moved around the end
      flip | - | flip | any | yes | in reverse order
      diagonal | diagonal | diagonal | any | yes | a diagonal of two dimensions
      diag | diag | diag | any | yes | a matrix of a diagonal, or the diagonal of a matrix
      trace | trace | trace | number | yes | sum of a diagonal
      # Indexing
      get | [] | [] | any | yes | slices, integer arrays, masks
      at | at[] | add.at | any | yes (mul with arrays of indices: no) | set, add, sub, mul, max, min of a part
      with | slice_update | []= | any | yes | a part replaced
      take | take | take | any | yes | elements at indices
      takeAlongAxis | take_along_axis | take_along_axis | any | yes | elements at indices of their line
      putAlongAxis | put_along_axis | put_along_axis | any | yes | values put at indices of their line
      nonzero | - | nonzero | any to i32 | gives indices | indices of elements that are not 0; computes
      # Products
      matmul | matmul | matmul | float | yes | matrix product
      addmm | addmm | - | float | yes | beta * c + alpha * (a by b)
      inner | inner | inner | promoted | yes | sums over the last dimension of both
      outer | outer | outer | promoted | yes | every element times every element
      vecdot | vecdot | vecdot | promoted | yes | sums of products along a dimension
      tensordot | tensordot | tensordot | promoted | yes | sums over pairs of dimensions
      kron | kron | kron | promoted | yes | Kronecker product
      einsum | einsum | einsum | promoted | yes | sums of products named by letters
      # Linear algebra
      norm | linalg.norm | linalg.norm | float | yes | root of the sum of squares
      vectorNorm | linalg.norm | linalg.vector_norm | float | yes | norms of vectors of any order
      matrixNorm | linalg.norm | linalg.matrix_norm | float | yes (nuclear, 2 and -2: no) | norms of matrices
      qr | linalg.qr | linalg.qr | float | yes, where columns do not depend on each other | Q and R, the diagonal of R not negative
      svd | linalg.svd | linalg.svd | float | yes, of U and V where singular values differ | U, singular values, V transposed
      eigh | linalg.eigh | linalg.eigh | float | yes | eigenvalues and eigenvectors, symmetric
      eigvalsh | linalg.eigvalsh | linalg.eigvalsh | float | yes | eigenvalues, symmetric
      cholesky | linalg.cholesky | linalg.cholesky | float | yes | lower triangular factor
      inv | linalg.inv | linalg.inv | float | yes | inverse
      pinv | linalg.pinv | linalg.pinv | float | through svd, where singular values differ | pseudo-inverse
      solve | linalg.solve | linalg.solve | float | yes | y with a by y = b
      det | linalg.det | linalg.det | float | yes | determinant
      slogdet | linalg.slogdet | linalg.slogdet | float | yes | sign and log of the size
      # Random
      normal | random.normal | random.normal | float | random | mean 0, variance 1
      uniform | random.uniform | random.uniform | float | random | evenly over [0, 1)
      randint | random.randint | random.integers | integer | random | whole numbers
      bernoulli | random.bernoulli | random.binomial | bool | random | true with a probability
      truncatedNormal | random.truncated_normal | - | f32 | random | normal between two limits
      multivariateNormal | random.multivariate_normal | random.multivariate_normal | float | yes, of mean and covariance | normal vectors
      gumbel | random.gumbel | random.gumbel | f32 | random | Gumbel
      laplace | random.laplace | random.laplace | f32 | random | Laplace
      categorical | random.categorical | random.choice | i32 | random | classes by log probabilities
      permutation | random.permutation | random.permutation | any | yes | random order
      # Models
      rmsNorm | fast.rms_norm | - | float | yes | x over the root of its mean square
      layerNorm | fast.layer_norm | - | float | yes | normalised to mean 0, variance 1
      rope | fast.rope | - | float | yes | rotary positions
      quantize | quantize | - | float to u32 | gives whole numbers | codes of 4 or 8 bits in groups
      dequantize | dequantize | - | u32 to float | to scales and biases | scale * code + bias
      quantizedMatmul | quantized_matmul | - | float, u32 | yes | product with a quantized matrix
      """;

  private Catalogue() {}

  /** {@return all operations, family by family} */
  public static List<Entry> entries() {
    List<Entry> all = new ArrayList<>();
    for (Unary row : Unary.values()) {
      all.add(
          entry(
              row.label(),
              "Elementwise",
              row.names(),
              types(row.rule()),
              reason(row.rule()),
              row.formula()));
    }
    for (Binary row : Binary.values()) {
      all.add(
          entry(
              row.label(),
              "Elementwise",
              row.names(),
              types(row.rule()),
              reason(row.rule()),
              row.formula()));
    }
    for (Reduction row : Reduction.values()) {
      String types =
          switch (row) {
            case SUM, PROD -> "narrow integers to 32 bits";
            case MEAN -> "float";
            case MAX, MIN -> "any";
            case ANY, ALL -> "any to bool";
          };
      String gradient = row.gradient() == null ? "gives bool" : THROUGH;
      all.add(entry(row.label(), "Reductions", row.label(), types, gradient, row.formula()));
    }
    for (Scanning row : Scanning.values()) {
      String types =
          switch (row) {
            case CUMSUM, CUMPROD -> "narrow integers to 32 bits";
            case CUMMAX, CUMMIN -> "any";
            case LOGCUMSUMEXP -> "float";
          };
      all.add(entry(row.label(), "Scans and sorting", row.names(), types, THROUGH, row.formula()));
    }
    String family = "";
    for (String line : COMPOSED.split("\n")) {
      if (line.startsWith("#")) {
        family = line.substring(2);
        continue;
      }
      String[] cells = line.split(" \\| ");
      all.add(
          new Entry(cells[0], family, cells[1], cells[2], cells[3], cells[4], cells[5].strip()));
    }
    return all;
  }

  private static Entry entry(
      String name, String family, String names, String types, String gradient, String doc) {
    String[] both = names.split(" / ");
    return new Entry(name, family, both[0], both[both.length - 1], types, gradient, doc);
  }

  private static String types(Rule rule) {
    return switch (rule) {
      case ARITHMETIC -> "any";
      case NUMERIC -> "number";
      case INTEGER -> "bool, integer";
      case FLOAT -> "float";
      case COMPARE -> "any to bool";
      case LOGICAL -> "bool";
    };
  }

  private static String reason(Rule rule) {
    return switch (rule) {
      case ARITHMETIC, NUMERIC, FLOAT -> THROUGH;
      case INTEGER -> "works on bits";
      case COMPARE, LOGICAL -> "gives bool";
    };
  }

  /** {@return the table as Markdown} */
  public static String markdown() {
    List<Entry> all = entries();
    StringBuilder out =
        new StringBuilder(
            """
            # Operations

            Every operation, with its name in MLX and in NumPy. Methods and functions have the same
            name: `x.exp()` is `exp(x)`. "float" means that integers become f32 first; "promoted" means
            the common type of the operands. The last but one column says whether a gradient passes,
            or why none does. This page is generated from the rows of operations; a test holds it to
            them.
            """);
    List<String> families = all.stream().map(Entry::family).distinct().sorted().toList();
    for (String family : families) {
      out.append("\n## ").append(family).append("\n\n");
      out.append(
          "| Lazuli | MLX | NumPy | types | gradient | returns |\n|---|---|---|---|---|---|\n");
      for (Entry e : all) {
        if (e.family.equals(family)) {
          out.append(
              "| `%s` | %s | %s | %s | %s | %s |\n"
                  .formatted(
                      e.name,
                      code(e.mlx),
                      code(e.numpy),
                      e.types,
                      e.gradient,
                      e.doc.replace("|", "\\|")));
        }
      }
    }
    return out.toString();
  }

  private static String code(String name) {
    return name.equals("-") ? "-" : "`" + name + "`";
  }
}
