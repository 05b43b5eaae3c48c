package dev.freshet.job.crash;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What became of the kills, by crash point. */
final class KillReport {

  private final Map<CrashPoint, Integer> kills = new EnumMap<>(CrashPoint.class);
  private final Map<CrashPoint, Integer> missed = new EnumMap<>(CrashPoint.class);
  private final Map<CrashPoint, Integer> violations = new EnumMap<>(CrashPoint.class);
  private final List<String> wrong = new ArrayList<>();

  void killed(CrashPoint point) {
    kills.merge(point, 1, Integer::sum);
  }

  /** The point was not reached in time. */
  void missed(CrashPoint point) {
    missed.merge(point, 1, Integer::sum);
  }

  /** What the oracle found after a kill, or that the job did not go on. */
  void violated(CrashPoint point, String where, List<String> found) {
    violations.merge(point, found.size(), Integer::sum);
    found.forEach(one -> wrong.add(point + ", " + where + ": " + one));
  }

  int kills() {
    return kills.values().stream().mapToInt(Integer::intValue).sum();
  }

  int kills(CrashPoint point) {
    return kills.getOrDefault(point, 0);
  }

  /** What is wrong, a line each. */
  List<String> wrong() {
    return List.copyOf(wrong);
  }

  /** The table, in Markdown. */
  String table() {
    StringBuilder table = new StringBuilder();
    table.append("| point | process | moment | real kills | not reached | violations |\n");
    table.append("| --- | --- | --- | ---: | ---: | ---: |\n");
    for (CrashPoint point : CrashPoint.values()) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %d | %d | %d |%n",
              point,
              point.role() == CrashPoint.Role.JOB_MANAGER ? "JobManager" : "TaskManager",
              point.meaning(),
              kills(point),
              missed.getOrDefault(point, 0),
              violations.getOrDefault(point, 0)));
    }
    table.append(String.format("| all | | | %d | %d | %d |%n", kills(), sum(missed), wrong.size()));
    return table.toString();
  }

  private static int sum(Map<CrashPoint, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }
}
