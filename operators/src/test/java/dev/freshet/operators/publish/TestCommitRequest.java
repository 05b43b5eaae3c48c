package dev.freshet.operators.publish;

import dev.freshet.operators.wire.Publication;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;

/** A request that succeeds when nothing is said of it, as Flink's do. */
record TestCommitRequest(Publication publication) implements CommitRequest<Publication> {

  @Override
  public Publication getCommittable() {
    return publication;
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
  public void updateAndRetryLater(Publication committable) {
    throw new AssertionError("The committer retries itself");
  }

  @Override
  public void signalAlreadyCommitted() {
    throw new AssertionError("The committer finds out itself");
  }
}
