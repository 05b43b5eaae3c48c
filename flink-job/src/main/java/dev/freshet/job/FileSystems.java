package dev.freshet.job;

import dev.freshet.operators.options.S3Options;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;

/**
 * Flink's file systems in a process that no Flink cluster has started: found in the plugin folder
 * that the environment variable {@code FLINK_PLUGINS_DIR} names.
 */
public final class FileSystems {

  private FileSystems() {}

  /** Lets {@code s3://} be reached as the configuration says; for the whole process. */
  public static void initialize(Configuration config) {
    FileSystem.initialize(
        S3Options.copyOf(config), PluginUtils.createPluginManagerFromRootFolder(config));
  }
}
