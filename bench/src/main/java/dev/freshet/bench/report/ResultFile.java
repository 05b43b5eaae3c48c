package dev.freshet.bench.report;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Results as JSON lines, one a work: a later result of a work takes the place of the earlier. */
final class ResultFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  ResultFile(Path file) {
    this.file = file;
  }

  /** All results, each work where it first came. */
  List<Map<String, Object>> read() throws IOException {
    Map<String, Map<String, Object>> byWork = new LinkedHashMap<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        Map<String, Object> result = JSON.readValue(line, new TypeReference<>() {});
        byWork.put(String.valueOf(result.get("work")), result);
      }
    }
    return new ArrayList<>(byWork.values());
  }

  void add(Map<String, Object> result) throws IOException {
    List<Map<String, Object>> all = read();
    int known = all.stream().map(one -> one.get("work")).toList().indexOf(result.get("work"));
    if (known >= 0) {
      all.set(known, result);
    } else {
      all.add(result);
    }
    List<String> lines = new ArrayList<>();
    for (Map<String, Object> one : all) {
      lines.add(JSON.writeValueAsString(one));
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, lines);
  }
}
