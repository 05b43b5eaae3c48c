package dev.freshet.job.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The one object that {@code --json} prints as the last line of standard output. */
final class JsonLine {

  private JsonLine() {}

  /** A record, or a map, in one line. */
  static String of(Object value) {
    try {
      return new ObjectMapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + value.getClass() + " as JSON", e);
    }
  }
}
