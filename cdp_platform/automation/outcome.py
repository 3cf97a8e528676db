"""What a refresh has come to: its runs, what failed in them and in which words, and the checks.

Here: reading it off the events of a run. Not here: running (`refresh`), printing.
"""

from dataclasses import dataclass, field

import dagster as dg
from dagster._core.execution.plan.objects import StepFailureData


@dataclass
class StepOutcome:
    """One Dagster run of a refresh: its job, success, seconds, and the failed steps with their messages."""

    job: str
    run_id: str
    success: bool
    seconds: float
    failures: list[str] = field(default_factory=list)


@dataclass
class Refresh:
    """All runs of one refresh, the check results by outcome, and whether what was selected ends in publishing."""

    outcomes: list[StepOutcome] = field(default_factory=list)
    passed: int = 0
    warned: int = 0
    failed: list[str] = field(default_factory=list)
    publishes: bool = True

    @property
    def success(self) -> bool:
        """Every run ended well and no ERROR check failed."""
        return all(outcome.success for outcome in self.outcomes) and not self.failed

    def add(self, job: str, result: dg.ExecuteInProcessResult, seconds: float) -> StepOutcome:
        """Add a run that has ended, and return what became of it."""
        failures = []
        for event in result.all_events:
            if event.is_step_failure:
                failures.append(f"{event.step_key}: {_said(event.step_failure_data).strip().splitlines()[0]}")
            if event.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION:
                evaluation = event.asset_check_evaluation_data
                if evaluation.passed:
                    self.passed += 1
                elif evaluation.severity is dg.AssetCheckSeverity.WARN:
                    self.warned += 1
                else:
                    said = evaluation.description or "failed"
                    self.failed.append(f"{'/'.join(evaluation.asset_key.path)}: {evaluation.check_name}: {said}")
        self.outcomes.append(StepOutcome(job, result.run_id, result.success, seconds, failures))
        return self.outcomes[-1]


def _said(failure: StepFailureData) -> str:
    """What the step said of its failure: its own words, or else the error's."""
    if failure.user_failure_data is not None and failure.user_failure_data.description:
        return failure.user_failure_data.description
    error = failure.error
    return error.cause.message if error and error.cause else error.message if error else "failed"
