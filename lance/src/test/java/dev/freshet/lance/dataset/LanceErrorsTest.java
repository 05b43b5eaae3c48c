package dev.freshet.lance.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Texts as Lance gives them, shortened. */
class LanceErrorsTest {

  private static final DatasetLocation LOCATION = DatasetLocation.of("s3://bucket/t");

  @Test
  void saysWhatToDoWhenAStoreLetsNobodyIn() {
    IOException denied =
        new IOException(
            "LanceError(IO): Generic S3 error: Server returned non-2xx status code: 403 Forbidden:"
                + " <Error><Code>SignatureDoesNotMatch</Code><Message>Check your key.</Message>"
                + "<AWSAccessKeyId>access</AWSAccessKeyId></Error>\n20261124T000000Z");
    assertThat(LanceErrors.isDenied(denied)).isTrue();
    assertThat(LanceErrors.notOpened(LOCATION, Optional.empty(), denied))
        .isNotInstanceOf(MissingDatasetException.class)
        .hasMessage(
            "Cannot open Lance dataset at s3://bucket/t: access is denied (SignatureDoesNotMatch),"
                + " check the keys (s3.access-key and s3.secret-key, or those of the environment or"
                + " the profile) and what they may do");
  }

  @Test
  void whatTheStoreDoesNotNameIsSaidWithoutAName() {
    IOException denied =
        new IOException("The operation lacked the necessary privileges to complete for path t");
    assertThat(LanceErrors.notOpened(LOCATION, Optional.empty(), denied).getMessage())
        .contains("access is denied, check the keys");
  }

  @Test
  void otherFailuresAreNoDenials() {
    IOException broken = new IOException("Server returned non-2xx status code: 503 Slow Down\nat");
    assertThat(LanceErrors.isDenied(broken)).isFalse();
    assertThat(LanceErrors.notOpened(LOCATION, Optional.empty(), broken))
        .hasMessage(
            "Cannot open Lance dataset at s3://bucket/t: Server returned non-2xx status code: 503"
                + " Slow Down");
  }
}
