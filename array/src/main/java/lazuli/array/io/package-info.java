/**
 * Files of arrays: npy, npz, safetensors and gguf. Reads headers, checks every number in them
 * before anything is allocated, and hands out bytes; knows nothing of graphs or evaluation.
 */
@NullMarked
package lazuli.array.io;

import org.jspecify.annotations.NullMarked;
