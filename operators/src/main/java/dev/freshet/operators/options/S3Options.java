package dev.freshet.operators.options;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;

/**
 * How S3 is reached, said once for Lance's own client and for Flink's.
 *
 * <p>The names are those of Flink's S3 file systems, so in a cluster its configuration file is the
 * one place. Without keys each of the two clients looks in the environment ({@code
 * AWS_ACCESS_KEY_ID}, {@code AWS_SECRET_ACCESS_KEY}, {@code AWS_SESSION_TOKEN}), in the profile
 * ({@code ~/.aws}, {@code AWS_PROFILE}) and in what the machine is given, in that order.
 *
 * @param endpoint of a store that is not AWS; http only if it says so
 * @param keys static credentials; secrets, never printed
 */
public record S3Options(
    Optional<URI> endpoint, Optional<String> region, boolean pathStyle, Optional<Keys> keys) {

  public static final ConfigOption<String> ENDPOINT =
      ConfigOptions.key("s3.endpoint")
          .stringType()
          .noDefaultValue()
          .withDescription("URL of an S3 store that is not AWS.");

  public static final ConfigOption<String> REGION =
      ConfigOptions.key("s3.region")
          .stringType()
          .noDefaultValue()
          .withDescription("Region of the bucket.");

  public static final ConfigOption<Boolean> PATH_STYLE =
      ConfigOptions.key("s3.path-style-access")
          .booleanType()
          .defaultValue(false)
          .withFallbackKeys("s3.path.style.access")
          .withDescription("Whether the bucket is in the path of a URL instead of its host name.");

  public static final ConfigOption<String> ACCESS_KEY =
      ConfigOptions.key("s3.access-key")
          .stringType()
          .noDefaultValue()
          .withFallbackKeys("s3.access.key")
          .withDescription("Access key, if not from the environment or a profile.");

  public static final ConfigOption<String> SECRET_KEY =
      ConfigOptions.key("s3.secret-key")
          .stringType()
          .noDefaultValue()
          .withFallbackKeys("s3.secret.key")
          .withDescription("Secret of the access key.");

  /** Of the names of all options of an S3 file system. */
  public static final String PREFIX = "s3.";

  /** Static credentials; printed, they say nothing. */
  public record Keys(String access, String secret) {
    public Keys {
      if (access.isBlank() || secret.isBlank()) {
        throw new IllegalArgumentException("s3.access-key and s3.secret-key must not be blank");
      }
    }

    @Override
    public String toString() {
      return "Keys[hidden]";
    }
  }

  public S3Options {
    endpoint.ifPresent(S3Options::requireUrl);
  }

  /**
   * Reads the options.
   *
   * @throws IllegalArgumentException if the endpoint is no URL or one key comes without the other
   */
  public static S3Options from(ReadableConfig config) {
    Optional<String> access = config.getOptional(ACCESS_KEY);
    Optional<String> secret = config.getOptional(SECRET_KEY);
    if (access.isPresent() != secret.isPresent()) {
      throw new IllegalArgumentException(
          "Options s3.access-key and s3.secret-key go together: give both or neither");
    }
    return new S3Options(
        config.getOptional(ENDPOINT).map(S3Options::url),
        config.getOptional(REGION),
        config.get(PATH_STYLE),
        access.map(key -> new Keys(key, secret.get())));
  }

  /** The {@code s3.*} options of a configuration, whether named here or only known to Flink. */
  public static Configuration copyOf(Configuration config) {
    Configuration s3 = new Configuration();
    config
        .toMap()
        .forEach(
            (key, value) -> {
              if (key.startsWith(PREFIX)) {
                s3.setString(key, value);
              }
            });
    return s3;
  }

  /** The same for Lance's client. */
  public Map<String, String> lance() {
    Map<String, String> options = new HashMap<>();
    endpoint.ifPresent(
        url -> {
          options.put("aws_endpoint", url.toString());
          options.put("allow_http", Boolean.toString("http".equals(url.getScheme())));
        });
    region.ifPresent(name -> options.put("aws_region", name));
    if (pathStyle) {
      options.put("aws_virtual_hosted_style_request", "false");
    }
    keys.ifPresent(
        pair -> {
          options.put("aws_access_key_id", pair.access());
          options.put("aws_secret_access_key", pair.secret());
        });
    return Map.copyOf(options);
  }

  private static URI url(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("Option s3.endpoint is not a URL: " + text, e);
    }
  }

  private static void requireUrl(URI url) {
    if (url.getHost() == null || url.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "Option s3.endpoint must be a URL like http://host:9000, without credentials");
    }
  }
}
