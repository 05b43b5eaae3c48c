package dev.freshet.operators.metrics;

import dev.freshet.operators.storage.RequestCounter;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What a stage asks of an object store; nothing on a local file system. */
public final class StorageMetrics implements RequestCounter {

  private final Map<Kind, Counter> requests = new EnumMap<>(Kind.class);
  private final Counter bytesRead;
  private final Counter bytesWritten;

  public StorageMetrics(MetricGroup group) {
    MetricGroup freshet = group.addGroup(MetricNames.GROUP);
    requests.put(Kind.STAT, freshet.counter(MetricNames.STORAGE_STATS));
    requests.put(Kind.READ, freshet.counter(MetricNames.STORAGE_READS));
    requests.put(Kind.WRITE, freshet.counter(MetricNames.STORAGE_WRITES));
    requests.put(Kind.LIST, freshet.counter(MetricNames.STORAGE_LISTS));
    requests.put(Kind.DELETE, freshet.counter(MetricNames.STORAGE_DELETES));
    bytesRead = freshet.counter(MetricNames.STORAGE_BYTES_READ);
    bytesWritten = freshet.counter(MetricNames.STORAGE_BYTES_WRITTEN);
  }

  @Override
  public void count(Kind kind, long bytes) {
    requests.get(kind).inc();
    if (kind == Kind.READ) {
      bytesRead.inc(bytes);
    } else if (kind == Kind.WRITE) {
      bytesWritten.inc(bytes);
    }
  }
}
