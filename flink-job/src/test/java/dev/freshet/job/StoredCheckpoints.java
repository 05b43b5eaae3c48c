package dev.freshet.job;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** What a job left in its checkpoint directory. */
final class StoredCheckpoints {

  private static final String PREFIX = "chk-";

  private StoredCheckpoints() {}

  /**
   * The last complete checkpoint. Storage is asked and not the job manager that died: it may have
   * completed another one since it was asked, and begun to delete the one that it told of.
   *
   * @param directory URI of the job's checkpoints
   * @throws IOException if there is none
   */
  static String last(String directory) throws IOException {
    Path job = new Path(directory);
    FileSystem files = job.getFileSystem();
    return Arrays.stream(files.listStatus(job))
        .map(FileStatus::getPath)
        .filter(path -> path.getName().startsWith(PREFIX))
        .filter(path -> isComplete(files, path))
        .max(Comparator.comparingInt(StoredCheckpoints::number))
        .map(Path::toString)
        .orElseThrow(() -> new IOException("No complete checkpoint in " + directory));
  }

  private static boolean isComplete(FileSystem files, Path checkpoint) {
    try {
      return files.exists(new Path(checkpoint, "_metadata"));
    } catch (IOException e) {
      return false;
    }
  }

  private static int number(Path checkpoint) {
    return Integer.parseInt(checkpoint.getName().substring(PREFIX.length()));
  }
}
