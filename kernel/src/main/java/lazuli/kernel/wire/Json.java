package lazuli.kernel.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An immutable JSON value. Reading never fails on a missing key: {@link #at} gives {@link Null},
 * and {@link #text}, {@link #number} and {@link #bool} take what to use instead.
 */
public sealed interface Json {
  /** An object; keeps the order of its keys. */
  record Obj(Map<String, Json> fields) implements Json {
    /** Copies the map. */
    public Obj {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** {@return this object with one more or another field} */
    public Obj with(String key, @Nullable Object value) {
      var more = new LinkedHashMap<>(fields);
      more.put(key, of(value));
      return new Obj(more);
    }
  }

  /** An array. */
  record Arr(List<Json> items) implements Json {
    /** Copies the list. */
    public Arr {
      items = List.copyOf(items);
    }
  }

  /** A string. */
  record Str(String value) implements Json {}

  /** A number, as it was written: {@code 1.0} stays {@code 1.0}. */
  record Num(String literal) implements Json {}

  /** True or false. */
  record Bool(boolean value) implements Json {}

  /** Null, and what a missing key reads as. */
  record Null() implements Json {}

  /** Text that already is JSON and is written as it stands. */
  record Raw(String json) implements Json {}

  /** The empty object. */
  Obj EMPTY = new Obj(Map.of());

  /** Null. */
  Null NULL = new Null();

  /** {@return an object from keys and values that alternate; values as for {@link #of}} */
  static Obj object(@Nullable Object... keysAndValues) {
    var fields = new LinkedHashMap<String, Json>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      fields.put(String.valueOf(keysAndValues[i]), of(keysAndValues[i + 1]));
    }
    return new Obj(fields);
  }

  /**
   * {@return the value of a string, number, boolean, map, collection, null or JSON value}
   *
   * @throws IllegalArgumentException for any other type
   */
  static Json of(@Nullable Object value) {
    return switch (value) {
      case null -> NULL;
      case Json json -> json;
      case CharSequence text -> new Str(text.toString());
      case Number number -> new Num(number.toString());
      case Boolean bool -> new Bool(bool);
      case Map<?, ?> map -> {
        var fields = new LinkedHashMap<String, Json>();
        map.forEach((k, v) -> fields.put(String.valueOf(k), of(v)));
        yield new Obj(fields);
      }
      case Collection<?> items -> new Arr(items.stream().map(Json::of).toList());
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass().getName());
    };
  }

  /** {@return the value of a key; {@link Null} when this is no object or has no such key} */
  default Json at(String key) {
    return this instanceof Obj(var fields) ? fields.getOrDefault(key, NULL) : NULL;
  }

  /** {@return the items of an array; empty for anything else} */
  default List<Json> items() {
    return List.of();
  }

  /** {@return the string, or what is given when this is none} */
  default String text(String otherwise) {
    return this instanceof Str(var value) ? value : otherwise;
  }

  /** {@return the number cut to a long, or what is given when this is none} */
  default long number(long otherwise) {
    if (!(this instanceof Num(var literal))) {
      return otherwise;
    }
    try {
      return Long.parseLong(literal);
    } catch (NumberFormatException fractionOrLarge) {
      return new BigDecimal(literal).longValue();
    }
  }

  /** {@return the boolean, or what is given when this is none} */
  default boolean bool(boolean otherwise) {
    return this instanceof Bool(var value) ? value : otherwise;
  }

  /** {@return whether this is null or was missing} */
  default boolean isNull() {
    return this instanceof Null;
  }

  /** {@return this value as compact JSON in UTF-8} */
  default byte[] bytes() {
    return Text.write(this, false);
  }

  /** {@return this value with one space of indentation per level, as notebooks are stored} */
  default byte[] pretty() {
    return Text.write(this, true);
  }

  /**
   * {@return the value of JSON text in UTF-8}
   *
   * @throws IOException when it is not JSON, saying where
   */
  static Json parse(byte[] utf8) throws IOException {
    return JsonReader.read(utf8);
  }

  /**
   * {@return the object that JSON text holds}
   *
   * @throws IOException when it is not a JSON object
   */
  static Obj parseObject(byte[] utf8) throws IOException {
    if (parse(utf8) instanceof Obj object) {
      return object;
    }
    throw new IOException("a JSON object is needed");
  }

  /** Writing by jackson-core's streams. */
  final class Text {
    private static final JsonFactory FACTORY =
        JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

    private Text() {}

    private static byte[] write(Json value, boolean pretty) {
      var out = new ByteArrayOutputStream(256);
      try (JsonGenerator generator = FACTORY.createGenerator(out)) {
        if (pretty) {
          var indent = new DefaultIndenter(" ", "\n");
          generator.setPrettyPrinter(
              new DefaultPrettyPrinter(
                      Separators.createDefaultInstance()
                          .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                  .withObjectIndenter(indent)
                  .withArrayIndenter(indent));
        }
        write(generator, value);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return out.toByteArray();
    }

    private static void write(JsonGenerator generator, Json value) throws IOException {
      switch (value) {
        case Obj(var fields) -> {
          generator.writeStartObject();
          for (var field : fields.entrySet()) {
            generator.writeFieldName(field.getKey());
            write(generator, field.getValue());
          }
          generator.writeEndObject();
        }
        case Arr(var items) -> {
          generator.writeStartArray();
          for (Json item : items) {
            write(generator, item);
          }
          generator.writeEndArray();
        }
        case Str(var text) -> generator.writeString(text);
        // JSON has no such numbers; a client's parser would reject the whole message.
        case Num(var literal) when literal.equals("NaN") || literal.endsWith("Infinity") ->
            generator.writeNull();
        case Num(var literal) -> generator.writeNumber(literal);
        case Bool(var bool) -> generator.writeBoolean(bool);
        case Null() -> generator.writeNull();
        case Raw(var json) -> generator.writeRawValue(json);
      }
    }
  }
}
