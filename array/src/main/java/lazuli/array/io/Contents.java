package lazuli.array.io;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a file holds, known from its headers.
 *
 * @param path the file
 * @param format its format, such as {@code safetensors}
 * @param members its arrays, in the file's order; names differ
 * @param metadata what else it says: text, numbers, truth values and lists of them
 * @param skipped members that are no arrays
 */
public record Contents(
    Path path,
    String format,
    List<Member> members,
    Map<String, Object> metadata,
    List<String> skipped) {}
