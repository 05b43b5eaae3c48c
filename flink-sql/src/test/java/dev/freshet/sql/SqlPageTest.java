package dev.freshet.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/SQL.md has the tables that the code makes, between marks that carry their names. */
class SqlPageTest {

  private static final Path PAGE = Path.of("../docs/SQL.md");

  /** Rewrites the page instead of comparing it, as its first lines tell. */
  private static final String WRITE = "freshet.docs.write";

  private static final Pattern MARKED =
      Pattern.compile("(<!-- options: (\\w+) -->\n)(.*?)(<!-- end -->)", Pattern.DOTALL);

  @Test
  void thePageIsWhatTheCodeSays() throws IOException {
    String page = Files.readString(PAGE);
    String generated = generated(page);
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(PAGE, generated);
    }
    assertThat(Files.readString(PAGE))
        .as("docs/SQL.md; run this test with -D%s=true to generate its tables", WRITE)
        .isEqualTo(generated);
  }

  @Test
  void thePageHasEveryTable() throws IOException {
    assertThat(MARKED.matcher(Files.readString(PAGE)).results().map(mark -> mark.group(2)))
        .containsExactlyInAnyOrderElementsOf(OptionTables.all().keySet());
  }

  private static String generated(String page) {
    Map<String, String> tables = OptionTables.all();
    return MARKED
        .matcher(page)
        .replaceAll(
            mark ->
                Matcher.quoteReplacement(
                    mark.group(1) + "\n" + tables.get(mark.group(2)) + "\n\n" + mark.group(4)));
  }
}
