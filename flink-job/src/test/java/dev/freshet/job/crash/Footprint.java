package dev.freshet.job.crash;

import dev.freshet.job.oracle.IndexOracle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** What a stream takes: files of the table, and memory of the processes. */
final class Footprint {

  private final Path table;
  private final CrashCluster cluster;
  private long mostFiles;
  private long mostTaskManagerMegabytes;
  private long mostJobManagerMegabytes;

  Footprint(Path table, CrashCluster cluster) {
    this.table = table;
    this.cluster = cluster;
  }

  /** As it is now, in a line. */
  String line(IndexOracle oracle) throws IOException {
    long files = count(table);
    List<Long> taskManagers = megabytes(CrashPoint.Role.TASK_MANAGER);
    List<Long> jobManagers = megabytes(CrashPoint.Role.JOB_MANAGER);
    mostFiles = Math.max(mostFiles, files);
    mostTaskManagerMegabytes = most(mostTaskManagerMegabytes, taskManagers);
    mostJobManagerMegabytes = most(mostJobManagerMegabytes, jobManagers);
    return String.format(
        Locale.ROOT,
        "%d files (%d data, %d versions, %d index directories of which %d orphans), %d segments, %d"
            + " fragments uncovered, RSS MiB: TaskManagers %s, JobManager %s",
        files,
        count(table.resolve("data")),
        count(table.resolve("_versions")),
        directories(table.resolve("_indices")),
        oracle.orphans(),
        oracle.segments(),
        oracle.uncovered(),
        taskManagers,
        jobManagers);
  }

  /** The most there was whenever it was looked at. */
  String most() {
    return String.format(
        Locale.ROOT,
        "at most %d files, RSS of a TaskManager %d MiB, of a JobManager %d MiB",
        mostFiles,
        mostTaskManagerMegabytes,
        mostJobManagerMegabytes);
  }

  private static long most(long before, List<Long> now) {
    return Math.max(before, now.stream().mapToLong(Long::longValue).max().orElse(0));
  }

  /** Files below a directory; some may come and go meanwhile. */
  private static long count(Path directory) throws IOException {
    AtomicLong files = new AtomicLong();
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files.incrementAndGet();
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    return files.get();
  }

  private static long directories(Path parent) throws IOException {
    if (!Files.isDirectory(parent)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(parent)) {
      return files.count();
    }
  }

  private List<Long> megabytes(CrashPoint.Role role) {
    return cluster.members().living(role).stream().map(Footprint::megabytes).toList();
  }

  /** Resident memory as Linux says; 0 if the process is gone or the system is another. */
  private static long megabytes(Member member) {
    Path status = Path.of("/proc", Long.toString(member.process().pid()), "status");
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }
}
