package dev.freshet.state.planning;

import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SealedShard;
import java.util.List;
import java.util.Optional;

/** Sealed shards that together hold all rows of the fragments they name: usually just one. */
record ShardSet(List<SealedShard> shards, Coverage fragments) {

  static ShardSet of(List<SealedShard> shards) {
    return new ShardSet(
        List.copyOf(shards), Coverage.union(shards.stream().map(SealedShard::fragments)));
  }

  long version() {
    return shards.get(0).version();
  }

  Optional<ModelReference> model() {
    return shards.get(0).model();
  }

  int firstFragment() {
    return fragments.stream().findFirst().orElseThrow();
  }

  String firstShard() {
    return shards.get(0).shard();
  }
}
