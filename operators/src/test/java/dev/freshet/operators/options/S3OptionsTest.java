package dev.freshet.operators.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class S3OptionsTest {

  private static final String SECRET = "hunter2";

  private final Configuration config = new Configuration();

  @Test
  void saysTheSameToLance() {
    config.setString("s3.endpoint", "http://127.0.0.1:9000");
    config.setString("s3.region", "eu-central-1");
    config.setString("s3.path-style-access", "true");
    config.setString("s3.access-key", "key");
    config.setString("s3.secret-key", SECRET);
    assertThat(S3Options.from(config).lance())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "aws_endpoint", "http://127.0.0.1:9000",
                "allow_http", "true",
                "aws_region", "eu-central-1",
                "aws_virtual_hosted_style_request", "false",
                "aws_access_key_id", "key",
                "aws_secret_access_key", SECRET));
  }

  @Test
  void leavesCredentialsToTheEnvironment() {
    assertThat(S3Options.from(config).lance()).isEmpty();
    config.setString("s3.endpoint", "https://s3.example.org");
    assertThat(S3Options.from(config).lance())
        .containsOnlyKeys("aws_endpoint", "allow_http")
        .containsEntry("allow_http", "false");
  }

  @Test
  void takesFlinksOlderNames() {
    config.setString("s3.access.key", "key");
    config.setString("s3.secret.key", SECRET);
    config.setString("s3.path.style.access", "true");
    assertThat(S3Options.from(config).lance())
        .containsEntry("aws_secret_access_key", SECRET)
        .containsEntry("aws_virtual_hosted_style_request", "false");
  }

  @Test
  void copiesWhatOnlyFlinkKnows() {
    config.setString("s3.retry.max-num-retries", "7");
    config.setString("rest.port", "8081");
    assertThat(S3Options.copyOf(config).toMap())
        .containsExactlyEntriesOf(Map.of("s3.retry.max-num-retries", "7"));
  }

  @Test
  void neverShowsASecret() {
    config.setString("s3.access-key", "key");
    config.setString("s3.secret-key", SECRET);
    config.set(FreshetOptions.DATASET, "s3://bucket/t");
    config.set(FreshetOptions.COLUMN, "vector");
    StreamOptions options = StreamOptions.from(config);
    assertThat(options.location().storageOptions()).containsEntry("aws_secret_access_key", SECRET);
    assertThat(options + " " + options.location() + " " + S3Options.from(config) + config)
        .doesNotContain(SECRET);
  }

  @Test
  void refusesWhatCannotWork() {
    config.setString("s3.access-key", "key");
    assertThatThrownBy(() -> S3Options.from(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Options s3.access-key and s3.secret-key go together: give both or neither");
    config.setString("s3.secret-key", SECRET);
    for (String url : new String[] {"127.0.0.1:9000", "http://me:" + SECRET + "@host:1"}) {
      config.setString("s3.endpoint", url);
      assertThatThrownBy(() -> S3Options.from(config))
          .as(url)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Option s3.endpoint")
          .hasMessageNotContaining(SECRET);
    }
  }
}
