package dev.freshet.job.crash;

import java.nio.file.Path;

/**
 * A process and what it is.
 *
 * @param scratch its directory of temporary files, which it leaves when it is killed
 */
record Member(CrashPoint.Role role, Process process, Path scratch) {

  /** Whether it ended as nobody wanted: by itself, and not as a command does that is done. */
  boolean failed() {
    boolean done = role == CrashPoint.Role.GARBAGE_COLLECTOR && process.exitValue() == 0;
    return !done && process.exitValue() != Victim.EXIT_CODE;
  }

  @Override
  public String toString() {
    return process.isAlive()
        ? role + " that lives"
        : role + " with exit code " + process.exitValue();
  }
}
