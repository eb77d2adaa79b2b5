package lazuli.array.cpu.code;

/**
 * The machine code for bf16.
 *
 * @param name the instructions of the product: {@code amx} or {@code avx512_bf16}
 * @param product products of matrices
 * @param weights weights of a softmax row
 */
public record Bf16Code(String name, Bf16Product product, Bf16Weights weights) {}
