package dev.freshet.operators.options;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.FallbackKey;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.apache.flink.util.TimeUtils;

/**
 * The options that classes declare, as a Markdown table: what the documents show is what the code
 * reads.
 */
public final class OptionTable {

  private static final String HEAD =
      "| option | type | default | meaning |\n| --- | --- | --- | --- |\n";

  private static final Map<Type, String> TYPES =
      Map.of(
          String.class, "text",
          Boolean.class, "true or false",
          Integer.class, "integer",
          Long.class, "integer",
          Double.class, "number",
          Duration.class, "duration",
          MemorySize.class, "size");

  private OptionTable() {}

  /**
   * The public options of classes, in the order they are declared in.
   *
   * @param holders classes with {@code public static final ConfigOption} fields
   */
  public static String markdown(Class<?>... holders) {
    return HEAD + fields(holders).map(OptionTable::row).collect(Collectors.joining());
  }

  /** The same options' keys. */
  public static List<String> keys(Class<?>... holders) {
    return fields(holders).map(field -> option(field).key()).toList();
  }

  private static Stream<Field> fields(Class<?>... holders) {
    return Arrays.stream(holders)
        .flatMap(holder -> Arrays.stream(holder.getDeclaredFields()))
        .filter(field -> field.getType() == ConfigOption.class)
        .filter(field -> Modifier.isPublic(field.getModifiers()));
  }

  private static ConfigOption<?> option(Field field) {
    try {
      return (ConfigOption<?>) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalArgumentException("Options of " + field + " cannot be read", e);
    }
  }

  private static String row(Field field) {
    ConfigOption<?> option = option(field);
    return String.format(
        "| `%s` | %s | %s | %s |%n",
        option.key(), type(field), defaultValue(option), meaning(option).replace("|", "\\|"));
  }

  private static String type(Field field) {
    Type type = ((ParameterizedType) field.getGenericType()).getActualTypeArguments()[0];
    if (type instanceof Class<?> name && name.isEnum()) {
      return Arrays.stream(name.getEnumConstants())
          .map(OptionTable::code)
          .collect(Collectors.joining(", "));
    }
    return TYPES.getOrDefault(type, "map");
  }

  private static String defaultValue(ConfigOption<?> option) {
    Object value = option.defaultValue();
    if (value == null || value instanceof Map<?, ?>) {
      return "";
    }
    return code(value instanceof Duration time ? TimeUtils.formatWithHighestUnit(time) : value);
  }

  private static String meaning(ConfigOption<?> option) {
    String others =
        StreamSupport.stream(option.fallbackKeys().spliterator(), false)
            .map(FallbackKey::getKey)
            .map(OptionTable::code)
            .collect(Collectors.joining(", "));
    String text = new HtmlFormatter().format(option.description());
    return others.isEmpty() ? text : text + " Also " + others + ".";
  }

  private static String code(Object value) {
    return "`" + value + "`";
  }
}
