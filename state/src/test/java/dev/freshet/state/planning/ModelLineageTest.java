package dev.freshet.state.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.ModelReference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ModelLineageTest {

  private static final ModelReference ROOT = model("root");
  private static final ModelReference CHILD = model("child");
  private static final ModelReference FORK = model("fork");
  private static final ModelReference GRANDCHILD = model("grandchild");
  private static final ModelReference STRANGER = model("stranger");

  private static final Map<String, Set<String>> ANCESTORS =
      Map.of(
          "child", Set.of("root"),
          "fork", Set.of("root"),
          "grandchild", Set.of("child", "root"));

  private static final ModelReference HEIR = model("heir");
  private static final ModelReference LAST_HEIR = model("last heir");

  private static final Map<String, Set<String>> PREDECESSORS =
      Map.of(
          "heir", Set.of("root", "child", "grandchild"),
          "last heir", Set.of("root", "child", "grandchild", "heir"));

  private static final Map<String, Long> ROWS = Map.of("root", 100L, "child", 1L, "stranger", 99L);

  @Test
  void theNewestHasGrownMost() {
    ModelLineage lineage = lineage(ROOT, CHILD, GRANDCHILD, STRANGER);
    assertThat(lineage.newest(Optional.of(ROOT))).contains(GRANDCHILD);
    assertThat(lineage.newest(Optional.of(CHILD))).contains(GRANDCHILD);
    assertThat(lineage.newest(Optional.of(GRANDCHILD))).contains(GRANDCHILD);
    assertThat(lineage.newest(Optional.of(STRANGER))).contains(STRANGER);
    assertThat(lineage.newest(Optional.of(FORK))).as("not among them").contains(FORK);
    assertThat(lineage.newest(Optional.empty())).isEmpty();
  }

  @Test
  void ofAForkItIsTheSameWhateverTheOrder() {
    assertThat(lineage(ROOT, CHILD, FORK).newest(Optional.of(ROOT))).contains(FORK);
    assertThat(lineage(FORK, ROOT, CHILD).newest(Optional.of(ROOT))).contains(FORK);
    assertThat(lineage(ROOT, CHILD, FORK).newest(Optional.of(CHILD))).contains(CHILD);
  }

  @Test
  void rowsCountForWhatTheirModelHasGrownTo() {
    assertThat(lineage(ROOT, CHILD, STRANGER).adopt(ROWS, Optional.of(STRANGER))).contains(CHILD);
    assertThat(lineage(STRANGER, ROOT).adopt(Map.of("stranger", 99L, "root", 1L), Optional.empty()))
        .contains(STRANGER);
  }

  @Test
  void aModelThatGrewAndHasNoRowsYetIsKept() {
    assertThat(lineage(ROOT, CHILD, GRANDCHILD).adopt(ROWS, Optional.of(GRANDCHILD)))
        .contains(GRANDCHILD);
    assertThat(lineage(ROOT, FORK).adopt(Map.of("root", 5L), Optional.of(FORK))).contains(FORK);
    assertThat(lineage(ROOT, CHILD, FORK).adopt(ROWS, Optional.of(FORK)))
        .as("another has grown meanwhile, and has rows")
        .contains(CHILD);
  }

  @Test
  void aModelThatTheIndexHasLeftIsNotKept() {
    assertThat(lineage(STRANGER, CHILD).adopt(Map.of("stranger", 1L), Optional.of(CHILD)))
        .contains(STRANGER);
    assertThat(lineage(STRANGER, CHILD).adopt(Map.of("stranger", 0L), Optional.of(CHILD)))
        .as("all rows are deleted")
        .contains(STRANGER);
  }

  @Test
  void ofEqualsTheCurrentOneStaysElseTheFirst() {
    Map<String, Long> equal = Map.of("root", 7L, "stranger", 7L);
    assertThat(lineage(ROOT, STRANGER).adopt(equal, Optional.of(STRANGER))).contains(STRANGER);
    assertThat(lineage(ROOT, STRANGER).adopt(equal, Optional.of(ROOT))).contains(ROOT);
    assertThat(lineage(STRANGER, ROOT).adopt(equal, Optional.empty())).contains(STRANGER);
    assertThat(ModelLineage.none().adopt(Map.of(), Optional.of(ROOT))).isEmpty();
  }

  @Test
  void whatTookItsPlaceIsNotWhatItGrewTo() {
    ModelLineage lineage = lineage(ROOT, CHILD, GRANDCHILD, HEIR, LAST_HEIR, STRANGER);
    assertThat(lineage.newest(Optional.of(CHILD))).contains(GRANDCHILD);
    assertThat(lineage.successor(Optional.of(CHILD))).contains(LAST_HEIR);
    assertThat(lineage.successor(Optional.of(HEIR))).contains(LAST_HEIR);
    assertThat(lineage.successor(Optional.of(LAST_HEIR))).isEmpty();
    assertThat(lineage.successor(Optional.of(STRANGER))).isEmpty();
    assertThat(lineage.last(Optional.of(CHILD))).contains(LAST_HEIR);
    assertThat(lineage(ROOT, CHILD).last(Optional.of(ROOT))).contains(CHILD);
    assertThat(lineage.last(Optional.empty())).isEmpty();
  }

  @Test
  void rowsCountForWhatTookTheirModelsPlace() {
    assertThat(lineage(ROOT, CHILD, STRANGER, HEIR).adopt(ROWS, Optional.of(HEIR))).contains(HEIR);
    assertThat(lineage(ROOT, CHILD, HEIR).adopt(Map.of("child", 9L, "heir", 1L), Optional.empty()))
        .contains(HEIR);
    assertThat(lineage(ROOT, CHILD, STRANGER, LAST_HEIR).adopt(ROWS, Optional.of(CHILD)))
        .as("another job has renewed it")
        .contains(LAST_HEIR);
  }

  private static ModelLineage lineage(ModelReference... models) {
    return new ModelLineage(List.of(models), ANCESTORS, PREDECESSORS);
  }

  private static ModelReference model(String id) {
    return new ModelReference(id, UUID.nameUUIDFromBytes(id.getBytes()));
  }
}
