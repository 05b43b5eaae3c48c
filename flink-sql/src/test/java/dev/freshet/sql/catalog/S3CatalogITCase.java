package dev.freshet.sql.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.job.FileSystems;
import dev.freshet.job.S3Server;
import dev.freshet.operators.options.S3Options;
import dev.freshet.sql.QueriedColumn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The catalog of a warehouse in a bucket, where there are no directories. */
class S3CatalogITCase {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder().setNumberSlotsPerTaskManager(2).build());

  @TempDir Path directory;

  private S3Server server;
  private TableEnvironment session;

  @BeforeEach
  void start() throws Exception {
    server = S3Server.start(directory);
    FileSystems.initialize(S3Server.options(server.port()));
    session = newSession();
  }

  @AfterEach
  void stop() {
    FileSystems.initialize(new Configuration());
    server.close();
  }

  @Test
  void aTableIsCreatedWrittenReadAndDropped() throws Exception {
    assertThat(QueriedColumn.of(session, "SHOW DATABASES")).containsExactly("default");
    assertThat(QueriedColumn.of(session, "SHOW TABLES")).isEmpty();
    create("items");
    create("others");
    assertThat(QueriedColumn.of(newSession(), "SHOW TABLES")).containsExactly("items", "others");
    session.executeSql("INSERT INTO items VALUES (1, ARRAY[CAST(1 AS FLOAT), 2])").await();
    session.executeSql("INSERT INTO items VALUES (2, ARRAY[CAST(3 AS FLOAT), 4])").await();
    TableEnvironment other = newSession();
    assertThat(QueriedColumn.of(other, "SELECT COUNT(*) FROM items")).containsExactly(2L);
    assertThat(QueriedColumn.of(other, "SELECT id FROM items WHERE id > 1")).containsExactly(2L);
    assertThat(QueriedColumn.of(other, "SHOW CREATE TABLE items").toString())
        .contains("'path' = '" + S3Server.uri("lake/default/items.lance") + "'")
        .doesNotContain(S3Server.SECRET_KEY);
    session.executeSql("DROP TABLE items");
    assertThat(QueriedColumn.of(newSession(), "SHOW TABLES")).containsExactly("others");
    assertThatThrownBy(() -> session.executeSql("SELECT * FROM items"))
        .hasStackTraceContaining("Object 'items' not found");
  }

  @Test
  void databasesComeAndGo() throws Exception {
    session.executeSql("CREATE DATABASE shop");
    assertThat(QueriedColumn.of(newSession(), "SHOW DATABASES")).containsExactly("default", "shop");
    create("shop.items");
    assertThat(QueriedColumn.of(newSession(), "SHOW TABLES IN shop")).containsExactly("items");
    assertThatThrownBy(() -> session.executeSql("DROP DATABASE shop"))
        .hasStackTraceContaining("Database shop in catalog lake is not empty");
    Path file = Files.writeString(bucket().resolve("lake/shop/notes.txt"), "text");
    assertThatThrownBy(() -> session.executeSql("DROP DATABASE shop CASCADE"))
        .hasStackTraceContaining("has files that are no Lance tables");
    assertThat(QueriedColumn.of(session, "SHOW TABLES IN shop")).isEmpty();
    Files.delete(file);
    session.executeSql("DROP DATABASE shop");
    assertThat(QueriedColumn.of(newSession(), "SHOW DATABASES")).containsExactly("default");
    try (Stream<Path> left = Files.walk(bucket())) {
      assertThat(left.filter(Files::isRegularFile)).as("objects left").isEmpty();
    }
  }

  /** What the server keeps, seen past it. */
  private Path bucket() {
    return directory.resolve("data").resolve(S3Server.BUCKET);
  }

  private void create(String table) {
    session.executeSql(
        "CREATE TABLE "
            + table
            + " (id BIGINT, embedding ARRAY<FLOAT>) WITH ("
            + "'vector.column' = 'embedding', 'vector.dimension' = '2')");
  }

  private TableEnvironment newSession() {
    String storage =
        S3Options.from(S3Server.options(server.port())).lance().entrySet().stream()
            .map(option -> ", 'storage." + option.getKey() + "' = '" + option.getValue() + "'")
            .collect(Collectors.joining());
    return LakeSession.open(S3Server.uri("lake"), storage);
  }
}
