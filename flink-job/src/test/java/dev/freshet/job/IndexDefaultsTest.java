package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.cli.IndexedTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexDefaultsTest {

  @TempDir Path directory;

  private final Configuration config = new Configuration();
  private IndexedTable table;

  @BeforeEach
  void createIndex() throws IOException {
    table = IndexedTable.create(directory.resolve("t.lance"), IndexType.IVF_FLAT, Metric.COSINE);
    table.publish(0);
    config.set(FreshetOptions.DATASET, table.uri());
  }

  @AfterEach
  void close() {
    table.close();
  }

  @Test
  void anIndexThatExistsNeedsItsNameOnly() throws IOException {
    config.set(FreshetOptions.INDEX_NAME, IndexedTable.INDEX);
    IndexSpec.Vector index = completed();
    assertThat(index.column()).isEqualTo("vector");
    assertThat(index.type()).isEqualTo(IndexType.IVF_FLAT);
    assertThat(index.metric()).isEqualTo(Metric.COSINE);
  }

  @Test
  void itsColumnIsEnoughIfItHasTheUsualName() throws IOException {
    config.set(FreshetOptions.COLUMN, "vector");
    IndexSpec.Vector index = completed();
    assertThat(index.type()).isEqualTo(IndexType.IVF_FLAT);
    assertThat(index.metric()).isEqualTo(Metric.COSINE);
  }

  @Test
  void whatIsAskedForStays() throws IOException {
    config.set(FreshetOptions.COLUMN, "vector");
    config.set(FreshetOptions.INDEX_TYPE, "IVF_SQ");
    IndexSpec.Vector index = completed();
    assertThat(index.type()).isEqualTo(IndexType.IVF_SQ);
    assertThat(index.metric()).isEqualTo(Metric.COSINE);
  }

  @Test
  void anotherIndexOfTheColumnSaysNothing() throws IOException {
    config.set(FreshetOptions.COLUMN, "vector");
    config.set(FreshetOptions.INDEX_NAME, "mine");
    IndexSpec.Vector index = completed();
    assertThat(index.type()).isEqualTo(IndexType.IVF_PQ);
    assertThat(index.metric()).isEqualTo(Metric.L2);
  }

  private IndexSpec.Vector completed() throws IOException {
    IndexDefaults.complete(config);
    return StreamOptions.from(config).vectors();
  }
}
