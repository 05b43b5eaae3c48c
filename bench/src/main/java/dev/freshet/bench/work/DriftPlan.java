package dev.freshet.bench.work;

import java.util.Locale;

/** What a table goes through. */
sealed interface DriftPlan {

  /** For people, followed by the index. */
  String description();

  int dimension();

  /** Rows before any drift. */
  int firstRows();

  /** As many steps, with fewer or more rows. */
  DriftPlan scaled(double factor);

  /** From the beginning. */
  DriftSteps steps();

  /** Clusters that change from step to step. */
  record Clusters(Drift drift, DriftSize size) implements DriftPlan {

    @Override
    public String description() {
      return String.format(
          "%s: %d steps of %,d rows",
          drift.name().toLowerCase(Locale.ROOT), size.steps(), size.stepRows());
    }

    @Override
    public int dimension() {
      return size.dimension();
    }

    @Override
    public int firstRows() {
      return size.firstRows();
    }

    @Override
    public DriftPlan scaled(double factor) {
      return new Clusters(drift, size.scaled(factor));
    }

    @Override
    public DriftSteps steps() {
      return new DriftStream(drift, size);
    }
  }

  /**
   * What a runbook says.
   *
   * @param source where it is from, for people
   */
  record ByRunbook(String source, Runbook runbook, int dimension) implements DriftPlan {

    @Override
    public String description() {
      return String.format(
          "%s: %d operations with %,d points",
          source, runbook.operations().size(), runbook.points());
    }

    @Override
    public int firstRows() {
      return runbook.firstPoints();
    }

    @Override
    public DriftPlan scaled(double factor) {
      return new ByRunbook(source, runbook.scaled(factor), dimension);
    }

    @Override
    public DriftSteps steps() {
      return new RunbookSteps(runbook, dimension);
    }
  }
}
