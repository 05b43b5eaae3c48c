package dev.freshet.sql.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.sample.VectorTable;
import dev.freshet.sql.QueriedColumn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The catalog as SQL sees it, and what of it another session finds. */
class CatalogITCase {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder().setNumberSlotsPerTaskManager(2).build());

  @TempDir Path warehouse;

  private TableEnvironment session;

  @BeforeEach
  void start() {
    session = newSession("");
  }

  @Test
  void databasesAreDirectories() throws Exception {
    assertThat(QueriedColumn.of(session, "SHOW DATABASES")).containsExactly("default");
    session.executeSql("CREATE DATABASE shop");
    assertThat(warehouse.resolve("shop")).isDirectory();
    assertThat(QueriedColumn.of(session, "SHOW DATABASES")).containsExactly("default", "shop");
    session.executeSql("CREATE DATABASE IF NOT EXISTS shop");
    assertThatThrownBy(() -> session.executeSql("CREATE DATABASE shop"))
        .hasStackTraceContaining("Database shop already exists");
    session.executeSql("DROP DATABASE shop");
    assertThat(warehouse.resolve("shop")).doesNotExist();
    assertThat(QueriedColumn.of(session, "SHOW DATABASES")).containsExactly("default");
    assertThat(
            QueriedColumn.of(newSession(", 'default-database' = 'main'"), "SHOW CURRENT DATABASE"))
        .containsExactly("main");
  }

  @Test
  void aTableIsCreatedWrittenReadAndDropped() throws Exception {
    session.executeSql(appended());
    assertThat(warehouse.resolve("default/items.lance/_versions")).isDirectory();
    assertThat(QueriedColumn.of(session, "SHOW TABLES")).containsExactly("items");
    session.executeSql("INSERT INTO items VALUES (1, 'one', ARRAY[CAST(1 AS FLOAT), 2])").await();
    assertThat(QueriedColumn.of(session, "SELECT title FROM items WHERE id = 1"))
        .containsExactly("one");
    session.executeSql("DROP TABLE items");
    assertThat(warehouse.resolve("default/items.lance")).doesNotExist();
    assertThat(QueriedColumn.of(session, "SHOW TABLES")).isEmpty();
  }

  @Test
  void anotherSessionFindsWhatWasDeclared() throws Exception {
    session.executeSql(
        items(", 'index.type' = 'IVF_FLAT', 'index.metric' = 'cosine', 'freshness' = '3 s'"));
    TableEnvironment other = newSession("");
    assertThat(QueriedColumn.of(other, "SHOW TABLES")).containsExactly("items");
    assertThat(QueriedColumn.of(other, "DESCRIBE items"))
        .containsExactly("id", "title", "embedding");
    assertThat(QueriedColumn.of(other, "SHOW CREATE TABLE items").toString())
        .contains("`id` BIGINT NOT NULL")
        .contains("`embedding` ARRAY<FLOAT>")
        .contains("PRIMARY KEY (`id`) NOT ENFORCED")
        .contains("COMMENT 'things'")
        .contains("'index.type' = 'IVF_FLAT'")
        .contains("'index.metric' = 'cosine'")
        .contains("'freshness' = '3 s'")
        .contains("'vector.column' = 'embedding'")
        .contains("'vector.dimension' = '2'");
  }

  @Test
  void optionsAreAlteredForEverySession() throws Exception {
    session.executeSql(items(", 'index.type' = 'IVF_PQ'"));
    session.executeSql("ALTER TABLE items SET ('index.type' = 'IVF_SQ', 'scan.batch-rows' = '7')");
    session.executeSql("ALTER TABLE items RESET ('freshness')");
    assertThat(QueriedColumn.of(newSession(""), "SHOW CREATE TABLE items").toString())
        .contains("'index.type' = 'IVF_SQ'")
        .contains("'scan.batch-rows' = '7'")
        .doesNotContain("IVF_PQ");
    assertThatThrownBy(() -> session.executeSql("ALTER TABLE items ADD (more INT)"))
        .hasStackTraceContaining("cannot be altered in SQL");
    assertThatThrownBy(() -> session.executeSql("ALTER TABLE items RENAME TO others"))
        .hasStackTraceContaining("a dataset stays where it is");
  }

  /** Its vector column is clear, so VECTOR_SEARCH and INSERT need no option. */
  @Test
  void datasetsOfOthersAreTables() throws Exception {
    Files.createDirectories(warehouse.resolve("lab"));
    try (VectorTable table =
        VectorTable.create(warehouse.resolve("lab/made.lance").toString(), 2)) {
      table.append(new float[] {1, 2, 3, 4}, 2);
    }
    session.executeSql("USE lab");
    assertThat(QueriedColumn.of(session, "SHOW TABLES")).containsExactly("made");
    assertThat(QueriedColumn.of(session, "SHOW CREATE TABLE made").toString())
        .contains("'vector.column' = 'vector'")
        .contains("'vector.dimension' = '2'");
    assertThat(
            QueriedColumn.of(
                session,
                "SELECT id FROM (VALUES (ARRAY[CAST(3 AS FLOAT), 4])) AS q(asked), LATERAL"
                    + " TABLE(VECTOR_SEARCH(TABLE made, DESCRIPTOR(vector), q.asked, 1))"))
        .containsExactly(1L);
    session.executeSql("INSERT INTO made VALUES (5, ARRAY[CAST(1 AS FLOAT), 2])").await();
    assertThat(QueriedColumn.of(session, "SELECT COUNT(*) FROM made")).containsExactly(3L);
  }

  @Test
  void aTableIsReadAsItWas() throws Exception {
    session.executeSql(appended());
    session.executeSql("INSERT INTO items VALUES (1, 'one', ARRAY[CAST(1 AS FLOAT), 2])").await();
    Object before =
        QueriedColumn.of(session, "SELECT CAST(CURRENT_TIMESTAMP AS STRING)").get(0).toString();
    session.executeSql("INSERT INTO items VALUES (2, 'two', ARRAY[CAST(1 AS FLOAT), 2])").await();
    assertThat(QueriedColumn.of(session, "SELECT COUNT(*) FROM items")).containsExactly(2L);
    session.getConfig().set("table.local-time-zone", "UTC");
    assertThat(
            QueriedColumn.of(
                session,
                "SELECT COUNT(*) FROM items FOR SYSTEM_TIME AS OF TIMESTAMP '" + before + "'"))
        .containsExactly(1L);
    assertThat(
            QueriedColumn.of(
                session,
                "SELECT id FROM VECTOR_SEARCH((SELECT id, embedding FROM items FOR SYSTEM_TIME AS"
                    + " OF TIMESTAMP '"
                    + before
                    + "'), DESCRIPTOR(embedding), ARRAY[1, 2], 5)"))
        .as("what was not there is not found")
        .containsExactly(1L);
  }

  @Test
  void onlyLanceDatasetsAreListedAndDropped() throws Exception {
    Path plain = Files.createDirectories(warehouse.resolve("default/plain.lance"));
    Path file = Files.writeString(plain.resolve("precious"), "text");
    Path pretender = Files.createDirectories(warehouse.resolve("default/fake.lance/_versions"));
    Path inside = Files.writeString(pretender.resolve("precious"), "text");
    Files.createDirectories(warehouse.resolve("default/other"));
    assertThat(QueriedColumn.of(session, "SHOW TABLES")).containsExactly("fake");
    assertThatThrownBy(() -> session.executeSql("DROP TABLE plain"))
        .hasStackTraceContaining("does not exist");
    assertThatThrownBy(() -> session.executeSql("DROP TABLE fake"))
        .hasStackTraceContaining("Lance dataset at");
    assertThatThrownBy(() -> session.executeSql("DROP TABLE `../default/plain`"))
        .hasStackTraceContaining("does not exist");
    assertThatThrownBy(() -> session.executeSql("CREATE TABLE plain (id INT)"))
        .hasStackTraceContaining("is there and is no Lance dataset");
    assertThatThrownBy(() -> session.executeSql("CREATE TABLE `../plain` (id INT)"))
        .hasStackTraceContaining("cannot name a directory of the warehouse");
    assertThat(List.of(file, inside)).allSatisfy(one -> assertThat(one).hasContent("text"));
  }

  @Test
  void aDatabaseIsDroppedWithItsTablesAndNothingElse() throws Exception {
    session.executeSql("CREATE DATABASE shop");
    session.executeSql("CREATE TABLE shop.a (id INT)");
    assertThatThrownBy(() -> session.executeSql("DROP DATABASE shop"))
        .hasStackTraceContaining("Database shop in catalog lake is not empty");
    Path file = Files.writeString(warehouse.resolve("shop/notes.txt"), "text");
    assertThatThrownBy(() -> session.executeSql("DROP DATABASE shop CASCADE"))
        .hasStackTraceContaining("has files that are no Lance tables");
    assertThat(file).hasContent("text");
    assertThat(warehouse.resolve("shop/a.lance")).doesNotExist();
    Files.delete(file);
    session.executeSql("DROP DATABASE shop");
    assertThat(warehouse.resolve("shop")).doesNotExist();
  }

  @Test
  void whatCannotBeKeptIsRefused() {
    refuses("id INT, twice AS id * 2", "", "keeps physical columns only");
    refuses("id INT", "'path' = '/elsewhere'", "leave it out");
    refuses("id INT", "'connector' = 'filesystem'", "leave it out");
    refuses("id INT", "'storage.aws_secret_access_key' = 'x'", "is the catalog's");
    refuses("id INT", "'colour' = 'red'", "A Lance table has no option 'colour'");
    refuses("id INT", "'vector.column' = 'v'", "Option vector.column names 'v'");
    refuses("id MULTISET<INT>", "", "a Lance table cannot hold that type");
  }

  private void refuses(String columns, String options, String message) {
    String with = options.isEmpty() ? "" : " WITH (" + options + ")";
    assertThatThrownBy(() -> session.executeSql("CREATE TABLE t (" + columns + ")" + with))
        .as(columns + with)
        .hasStackTraceContaining(message);
    assertThat(warehouse.resolve("default/t.lance")).doesNotExist();
  }

  /** They are the catalog's: a table works with them and does not show them. */
  @Test
  void storageOptionsAreNotShown() throws Exception {
    TableEnvironment secret = newSession(", 'storage.aws_secret_access_key' = 'hush'");
    secret.executeSql(items(""));
    assertThat(QueriedColumn.of(secret, "SHOW CREATE TABLE items").toString())
        .contains("'connector' = 'freshet'")
        .doesNotContain("hush");
    assertThat(QueriedColumn.of(secret, "SELECT COUNT(*) FROM items")).containsExactly(0L);
  }

  private static String items(String options) {
    return "CREATE TABLE items (id BIGINT, title STRING, embedding ARRAY<FLOAT>,"
        + " PRIMARY KEY (id) NOT ENFORCED) COMMENT 'things' WITH ("
        + "'vector.column' = 'embedding', 'vector.dimension' = '2'"
        + options
        + ")";
  }

  private static String appended() {
    return items("").replace(", PRIMARY KEY (id) NOT ENFORCED", "");
  }

  private TableEnvironment newSession(String options) {
    return LakeSession.open(warehouse.toString(), options);
  }
}
