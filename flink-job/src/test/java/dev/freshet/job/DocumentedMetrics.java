package dev.freshet.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The metrics of docs/METRICS.md, and those in what Prometheus is shown: {@code stage name}. */
final class DocumentedMetrics {

  private static final Path LIST = Path.of("../docs/METRICS.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| ([A-Z][\\w, ]*) \\| `(\\w+)` \\|");
  private static final Pattern SAMPLE = Pattern.compile("(?m)^\\w+_freshet_(\\w+)\\{([^}]*)\\}");
  private static final Pattern OPERATOR =
      Pattern.compile("operator_name=\"(?:Source[^A-Za-z]+)?([A-Za-z]+)");

  private static final Pattern FULL_NAME = Pattern.compile("flink_(job|task)manager_\\w+");
  private static final List<Path> ASKING =
      List.of(
          Path.of("../docker/prometheus/alerts.yaml"),
          Path.of("../docker/grafana/provisioning/dashboards/freshet.json"));

  private DocumentedMetrics() {}

  static Set<String> documented() throws IOException {
    Set<String> metrics = new TreeSet<>();
    Matcher row = ROW.matcher(Files.readString(LIST));
    while (row.find()) {
      for (String stage : row.group(1).split(", ", -1)) {
        metrics.add(stage + " " + row.group(2));
      }
    }
    return metrics;
  }

  static Set<String> registered(String prometheus) {
    Set<String> metrics = new TreeSet<>();
    Matcher sample = SAMPLE.matcher(prometheus);
    while (sample.find()) {
      Matcher operator = OPERATOR.matcher(sample.group(2));
      metrics.add(
          (operator.find() ? operator.group(1) : "DiscoverFragments") + " " + sample.group(1));
    }
    return metrics;
  }

  /** Full names that the alerts and the panels ask Prometheus for. */
  static Set<String> askedFor() throws IOException {
    Set<String> names = new TreeSet<>();
    for (Path file : ASKING) {
      Matcher name = FULL_NAME.matcher(Files.readString(file));
      while (name.find()) {
        names.add(name.group());
      }
    }
    return names;
  }
}
