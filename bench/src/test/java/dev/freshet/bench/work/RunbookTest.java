package dev.freshet.bench.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.bench.work.DriftSteps.Numbers;
import dev.freshet.bench.work.DriftSteps.Step;
import dev.freshet.bench.work.Runbook.Delete;
import dev.freshet.bench.work.Runbook.Insert;
import dev.freshet.bench.work.Runbook.Search;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunbookTest {

  private static final int DIMENSION = 4;

  private static final String YAML =
      String.join(
          "\n",
          "some-points:",
          "  max_pts: 400",
          "  2:",
          "    operation: \"search\"",
          "  1:",
          "    operation: \"insert\"",
          "    start: 0",
          "    end: 100",
          "  10:",
          "    operation: \"delete\"",
          "    start: 20",
          "    end: 50",
          "  gt_url: \"none\"",
          "");

  @Test
  void operationsAreReadInTheOrderOfTheirNumbers() throws Exception {
    assertThat(Runbook.parse(YAML))
        .isEqualTo(new Runbook(400, List.of(new Insert(0, 100), new Search(), new Delete(20, 50))));
    assertThat(Runbook.parse(YAML).scaled(0.1))
        .isEqualTo(new Runbook(40, List.of(new Insert(0, 10), new Search(), new Delete(2, 5))));
  }

  @Test
  void whatIsNoOperationIsNamed() {
    assertThatThrownBy(() -> Runbook.parse(YAML.replace("delete", "replace")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Operation 10 of the runbook is 'replace', but insert, delete and search are known");
    assertThatThrownBy(() -> Runbook.parse(YAML.replace("end: 50", "end: 500")))
        .hasMessage("Operation 10 of the runbook has no points: from 20 to 500 of 400");
    assertThatThrownBy(() -> Runbook.parse(YAML.replace("max_pts", "points")))
        .hasMessage("A runbook says how many points there are: max_pts");
    assertThatThrownBy(() -> new Runbook(9, List.of(new Search())))
        .hasMessage("A runbook begins with an insert");
  }

  @Test
  void stepsStandBetweenSearches() {
    List<Step> steps =
        steps(
            new Insert(0, 100),
            new Search(),
            new Search(),
            new Insert(100, 150),
            new Delete(20, 50),
            new Search(),
            new Delete(50, 120),
            new Insert(30, 50),
            new Insert(200, 210));
    assertThat(steps).extracting(Step::number).containsExactly(0, 1, 2);
    assertThat(steps).extracting(RunbookTest::rows).containsExactly(100, 50, 30);
    assertThat(steps.get(1).deleted()).containsExactly(new Numbers(20, 50));
    assertThat(steps.get(2).deleted())
        .as("points by the numbers of their rows")
        .containsExactlyInAnyOrder(new Numbers(50, 100), new Numbers(100, 120));
  }

  @Test
  void aPointThatComesAgainIsTheSameVector() {
    List<Step> steps = steps(new Insert(0, 100), new Delete(20, 50), new Insert(30, 40));
    assertThat(steps.get(1).vectors())
        .isEqualTo(Arrays.copyOfRange(steps.get(0).vectors(), 30 * DIMENSION, 40 * DIMENSION));
  }

  @Test
  void whatAStepDeletesWasThereBefore() {
    List<Step> steps =
        steps(new Insert(0, 100), new Search(), new Insert(100, 150), new Delete(110, 120));
    assertThat(steps).extracting(RunbookTest::rows).containsExactly(100, 50, 0);
    assertThat(steps.get(1).deleted()).isEmpty();
    assertThat(steps.get(2).deleted()).containsExactly(new Numbers(110, 120));
  }

  @Test
  void pointsComeAndGoOnce() {
    assertThatThrownBy(() -> steps(new Insert(0, 100), new Insert(50, 60)))
        .hasMessage("Points of Insert[start=50, end=60] are there already");
    assertThatThrownBy(() -> steps(new Insert(0, 100), new Delete(90, 110)))
        .hasMessage("10 points of Delete[start=90, end=110] are not there");
  }

  @Test
  void oursHasDeletesAndPointsThatComeAgain() {
    Runbook ours = Runbook.ours();
    assertThat(ours.operations().stream().filter(Search.class::isInstance)).hasSize(21);
    assertThat(ours.operations().stream().filter(Delete.class::isInstance)).hasSizeGreaterThan(9);
    assertThat(ours.firstPoints()).isEqualTo(60_000);
    List<Step> steps = steps(ours.scaled(0.01));
    assertThat(steps).hasSizeGreaterThanOrEqualTo(21);
    assertThat(steps.stream().mapToInt(RunbookTest::rows).sum())
        .as("some come again")
        .isGreaterThan(2000);
  }

  private static int rows(Step step) {
    return step.vectors().length / DIMENSION;
  }

  private static List<Step> steps(Runbook.Operation... operations) {
    return steps(new Runbook(400, List.of(operations)));
  }

  private static List<Step> steps(Runbook runbook) {
    List<Step> steps = new ArrayList<>();
    for (DriftSteps all = new RunbookSteps(runbook, DIMENSION); all.hasNext(); ) {
      steps.add(all.next());
    }
    return steps;
  }
}
