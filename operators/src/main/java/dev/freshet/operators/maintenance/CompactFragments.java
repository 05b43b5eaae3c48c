package dev.freshet.operators.maintenance;

import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.wire.Publication;
import dev.freshet.state.model.CompactionGroup;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** CompactFragments: writes the new fragments of a group; the sink commits them. */
public final class CompactFragments extends ProcessFunction<CompactionGroup, Publication> {

  private static final long serialVersionUID = 1L;

  private final Configuration config;
  private transient FragmentRewriter rewriter;

  public CompactFragments(Configuration config) {
    this.config = config;
  }

  @Override
  public void open(OpenContext context) {
    rewriter = new FragmentRewriter(StreamOptions.from(config));
  }

  @Override
  public void processElement(CompactionGroup group, Context context, Collector<Publication> out)
      throws Exception {
    rewriter.rewrite(group).ifPresent(out::collect);
  }

  @Override
  public void close() throws Exception {
    if (rewriter != null) {
      rewriter.close();
    }
  }
}
