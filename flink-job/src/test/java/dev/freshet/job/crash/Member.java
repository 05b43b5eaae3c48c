package dev.freshet.job.crash;

import java.nio.file.Path;

/**
 * A process and what it is.
 *
 * @param scratch its directory of temporary files, which it leaves when it is killed
 */
record Member(CrashPoint.Role role, Process process, Path scratch) {

  /** The most that a command answers when it cannot do what it should. */
  private static final int REFUSED = 2;

  /**
   * Whether it ended as nobody wanted: by itself. A command ends by itself; it may also refuse, as
   * when a version that it reads is removed meanwhile, but it does not abort.
   */
  boolean failed() {
    int code = process.exitValue();
    boolean ended = role == CrashPoint.Role.GARBAGE_COLLECTOR && code <= REFUSED;
    return !ended && code != Victim.EXIT_CODE;
  }

  @Override
  public String toString() {
    return process.isAlive()
        ? role + " that lives"
        : role + " with exit code " + process.exitValue();
  }
}
