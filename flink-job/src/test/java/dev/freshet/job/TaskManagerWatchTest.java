package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.TaskManagerWatch.Decision;
import dev.freshet.job.TaskManagerWatch.Limits;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TaskManagerWatchTest {

  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(5), Duration.ofSeconds(60), 2, Duration.ofSeconds(600));

  private final TaskManagerWatch watch = new TaskManagerWatch(LIMITS, Duration.ofSeconds(1_000));

  @Test
  void oneThatStartsHasMoreTime() {
    assertThat(look(0, 1_059)).isEqualTo(Decision.WAIT);
    assertThat(look(0, 1_060)).isEqualTo(Decision.REPLACE);
    assertThat(look(0, 1_119)).as("the next one starts too").isEqualTo(Decision.WAIT);
    assertThat(look(0, 1_120)).isEqualTo(Decision.REPLACE);
  }

  @Test
  void oneThatIsBackSoonIsNotReplaced() {
    assertThat(look(1, 1_010)).isEqualTo(Decision.WAIT);
    assertThat(look(0, 1_014)).isEqualTo(Decision.WAIT);
    assertThat(look(1, 1_020)).isEqualTo(Decision.WAIT);
    assertThat(look(0, 1_024)).isEqualTo(Decision.WAIT);
    assertThat(look(0, 1_025)).isEqualTo(Decision.REPLACE);
  }

  @Test
  void givesUpWhenTooManyEnded() {
    endsAt(1_100, Decision.REPLACE);
    endsAt(1_200, Decision.REPLACE);
    endsAt(1_300, Decision.GIVE_UP);
  }

  @Test
  void whatIsLongAgoDoesNotCount() {
    endsAt(1_100, Decision.REPLACE);
    endsAt(1_200, Decision.REPLACE);
    endsAt(1_700, Decision.REPLACE);
    endsAt(1_750, Decision.GIVE_UP);
  }

  private void endsAt(long second, Decision decision) {
    assertThat(look(1, second - 5)).isEqualTo(Decision.WAIT);
    assertThat(look(0, second)).as("at %d", second).isEqualTo(decision);
  }

  private Decision look(int taskManagers, long second) {
    return watch.decide(taskManagers, Duration.ofSeconds(second));
  }
}
