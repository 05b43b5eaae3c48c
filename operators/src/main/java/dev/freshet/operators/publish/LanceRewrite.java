package dev.freshet.operators.publish;

import dev.freshet.lance.commit.CompactionResult;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.state.garbage.GarbageKind;
import dev.freshet.state.garbage.GarbagePolicy;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.protocol.Rewrite;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The result of a compaction task, to be committed in the background. */
record LanceRewrite(PublishContext context, BackgroundCommit background, CompactionResult result)
    implements Rewrite {

  @Override
  public Coverage replaced() {
    return result.replaced();
  }

  @Override
  public boolean isBlocked() {
    return background.isBusy();
  }

  @Override
  public List<String> lostFiles() throws IOException {
    Instant now = Instant.now();
    Set<String> stored =
        context.files().list(CompactionResult.DIRECTORY).stream()
            .filter(
                file ->
                    GarbagePolicy.DEFAULT.mayPublish(GarbageKind.DATA_FILE, file.modified(), now))
            .map(DatasetFiles.Entry::name)
            .collect(Collectors.toSet());
    return result.fileNames().stream().filter(name -> !stored.contains(name)).toList();
  }

  @Override
  public boolean swap(Duration limit) throws IOException {
    return background.run(
        new FragmentSwap(context.options(), context.files(), context.metrics(), result), limit);
  }
}
