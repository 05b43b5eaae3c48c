package dev.freshet.job;

import dev.freshet.operators.options.FreshetOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.ExecutionConfig.GlobalJobParameters;

/**
 * The arguments of the job as Flink's REST interface and web UI show them, so that an upgrade finds
 * them; without {@code storage}, which holds secrets.
 */
final class ShownArguments extends GlobalJobParameters {

  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // a LinkedHashMap
  private final Map<String, String> shown;

  private ShownArguments(Map<String, String> shown) {
    this.shown = shown;
  }

  /**
   * Of checked arguments.
   *
   * @param arguments {@code --key value}, again and again
   */
  static ShownArguments of(String[] arguments) {
    Map<String, String> shown = new LinkedHashMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      String key = arguments[i].substring(2);
      if (!key.equals(FreshetOptions.STORAGE.key())) {
        shown.put(key, arguments[i + 1]);
      }
    }
    return new ShownArguments(shown);
  }

  @Override
  public Map<String, String> toMap() {
    return shown;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ShownArguments arguments && shown.equals(arguments.shown);
  }

  @Override
  public int hashCode() {
    return Objects.hash(shown);
  }
}
