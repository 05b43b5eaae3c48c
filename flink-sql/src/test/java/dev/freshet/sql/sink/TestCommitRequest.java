package dev.freshet.sql.sink;

import org.apache.flink.api.connector.sink2.Committer;

/** One append to commit; the committer is to decide all by itself. */
record TestCommitRequest(Append append) implements Committer.CommitRequest<Append> {

  @Override
  public Append getCommittable() {
    return append;
  }

  @Override
  public int getNumberOfRetries() {
    return 0;
  }

  @Override
  public void signalFailedWithKnownReason(Throwable reason) {
    throw new AssertionError("The committer decides itself", reason);
  }

  @Override
  public void signalFailedWithUnknownReason(Throwable reason) {
    throw new AssertionError("The committer decides itself", reason);
  }

  @Override
  public void retryLater() {
    throw new AssertionError("The committer retries itself");
  }

  @Override
  public void updateAndRetryLater(Append committable) {
    throw new AssertionError("The committer retries itself");
  }

  @Override
  public void signalAlreadyCommitted() {
    throw new AssertionError("The committer finds out itself");
  }
}
