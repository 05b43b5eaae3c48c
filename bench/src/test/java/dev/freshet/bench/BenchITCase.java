package dev.freshet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A tiny work with real processes; no time is looked at. */
class BenchITCase {

  private static JsonNode bench(Path directory, String work) throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new Bench())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(
                "--work",
                work,
                "--scale",
                "0.002",
                "--rounds",
                "1",
                "--json",
                "--dir",
                directory.toString());
    assertThat(exit).as("%s", err).isZero();
    return new ObjectMapper().readTree(out.toString());
  }

  @Test
  void bothIndexesAreCompleteAndAnswerAlike(@TempDir Path directory) throws Exception {
    JsonNode result = bench(directory, "pq-128");
    assertThat(result.path("work").asText()).isEqualTo("pq-128");
    assertThat(result.path("rounds").asInt()).isEqualTo(1);
    assertThat(result.path("rows").asLong()).isEqualTo(8000);
    for (String field :
        new String[] {
          "freshetVectorsPerSecond",
          "lanceVectorsPerSecond",
          "ratio",
          "freshetCpuSeconds",
          "lanceCpuSeconds",
          "freshetPeakRssMb",
          "lancePeakRssMb",
          "clusterStartSeconds"
        }) {
      assertThat(result.path(field).isNumber()).as(field).isTrue();
    }
    assertThat(result.path("freshetCoverage").asDouble()).isEqualTo(1);
    assertThat(result.path("lanceCoverage").asDouble()).isEqualTo(1);
    assertThat(result.path("freshetRecallAt10").asDouble())
        .as("the same model, and so the same codes")
        .isGreaterThan(0.5)
        .isCloseTo(result.path("lanceRecallAt10").asDouble(), offset());
  }

  @Test
  void queriesGoToOneSegmentAndToMany(@TempDir Path directory) throws Exception {
    JsonNode result = bench(directory, "query");
    for (String system : new String[] {"freshet", "lance"}) {
      assertThat(result.path(system + "Segments").asInt()).as(system).isEqualTo(1);
      assertThat(result.path(system + "ManySegments").asInt()).as(system).isEqualTo(10);
      assertThat(result.path(system + "P99Ms").asDouble())
          .as(system)
          .isGreaterThanOrEqualTo(result.path(system + "P50Ms").asDouble());
    }
    assertThat(result.path("freshetManyRecallAt10").asDouble())
        .isCloseTo(result.path("lanceManyRecallAt10").asDouble(), offset());
  }

  @Test
  void rowsAreInsertedWithAndWithoutAnIndexAndAsParquet(@TempDir Path directory) throws Exception {
    JsonNode result = bench(directory, "sql-insert");
    assertThat(result.path("rows").asLong()).isEqualTo(2000);
    for (String field :
        new String[] {
          "freshetVectorsPerSecond", "freshetIndexedRowsPerSecond", "parquetVectorsPerSecond"
        }) {
      assertThat(result.path(field).asDouble()).as(field).isPositive();
    }
    assertThat(result.path("freshetBytesPerRow").asDouble()).isGreaterThan(512);
    assertThat(result.path("parquetBytesPerRow").asDouble()).isPositive();
  }

  @Test
  void smallAppendsAreIndexedWhileTheyAreWatched(@TempDir Path directory) throws Exception {
    JsonNode result = bench(directory, "appends-hour");
    assertThat(result.path("rows").asLong()).isEqualTo(400);
    for (String system : new String[] {"freshet", "lance"}) {
      assertThat(result.path(system + "Appends").asInt()).as(system).isEqualTo(4);
      assertThat(result.path(system + "Coverage").asDouble()).as(system).isEqualTo(1);
      assertThat(result.path(system + "MostSegments").asInt())
          .as(system)
          .isGreaterThanOrEqualTo(result.path(system + "Segments").asInt())
          .isPositive();
      assertThat(result.path(system + "WriteAmplification").asDouble()).as(system).isPositive();
      assertThat(result.path(system + "LagP50Seconds").asDouble()).as(system).isPositive();
      assertThat(result.path(system + "RecallAt10FullProbe").asDouble())
          .as(system)
          .isGreaterThan(0.8);
      assertThat(result.path(system + "Series").path("segments").size()).as(system).isPositive();
    }
  }

  private static Offset<Double> offset() {
    return Offset.offset(0.02);
  }
}
