package dev.freshet.sql.sink;

import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.catalog.ObjectIdentifier;

/** Names the operators of a sink, in whose name savepoints hold their state. */
final class SinkUid {

  private SinkUid() {}

  /**
   * That of an INSERT into a table. Several of one job have different ones, in their order; Flink
   * makes one sink of them by default, so there are several only if it is told not to.
   */
  static String of(ObjectIdentifier table, DataStream<?> rows) {
    String first = "freshet " + table.asSummaryString();
    Set<String> taken =
        rows.getExecutionEnvironment().getTransformations().stream()
            .map(Transformation::getUid)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    return Stream.iterate(1, n -> n + 1)
        .map(n -> n == 1 ? first : first + " " + n)
        .filter(uid -> !taken.contains(uid))
        .findFirst()
        .orElseThrow();
  }
}
