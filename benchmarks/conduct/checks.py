"""Whether the conduct was right is decided from what caller and provider saw; times in full seconds.

A required check that is missed fails a scenario, an advisory one makes it partial.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from benchmarks.provider import Seen
from resources.llm.calls import Answer
from resources.llm.errors import Unanswered
from resources.llm.store import Attempt

Verdict = Literal["pass", "partial", "safe", "fail"]


@dataclass(frozen=True, slots=True)
class Ended:
    """What one call came to; neither answer nor error is a hang."""

    sent_s: float
    took_s: float
    answer: Answer | None = None
    error: Unanswered | None = None

    @property
    def hung(self) -> bool:
        return self.answer is None and self.error is None


@dataclass(frozen=True, slots=True)
class Run:
    """A scenario as it went: the calls, the rows they left, and what each provider saw."""

    ended: Sequence[Ended]
    rows: Sequence[Attempt]
    primary: Sequence[Seen]
    twin: Sequence[Seen]
    fallback: Sequence[Seen]
    alive: bool
    is_whole: Callable[[Any], bool]

    @property
    def all_answered(self) -> bool:
        return all(each.answer and self.is_whole(each.answer.value) for each in self.ended)


@dataclass(frozen=True, slots=True)
class Found:
    name: str
    ok: bool
    told: str
    advisory: bool = False


Check = Callable[[Run], Found]


def judge(run: Run, checks: Sequence[Check], answerable: bool, most_s: float) -> tuple[Verdict, list[Found]]:
    """The verdict, and every finding it rests on."""
    found = [_ended_at_all(run, most_s), _nothing_cut(run), _every_attempt_is_a_row(run), *(c(run) for c in checks)]
    missed = [each for each in found if not each.ok]
    if any(not each.advisory for each in missed):
        return "fail", found
    if run.all_answered != answerable:
        return ("safe" if answerable else "partial"), found
    return ("partial" if missed else "pass"), found


def _ended_at_all(run: Run, most_s: float) -> Found:
    longest = max(each.took_s for each in run.ended)
    ok = longest <= most_s and not any(each.hung for each in run.ended)
    return Found("ended", ok, f"after {longest:.1f} s of {most_s:g}")


def _nothing_cut(run: Run) -> Found:
    cut = [each for each in run.ended if each.answer and each.answer.accepted and not run.is_whole(each.answer.value)]
    return Found("no cut answer is a success", not cut, f"{len(cut)} cut")


def _every_attempt_is_a_row(run: Run) -> Found:
    came = len(run.primary) + len(run.twin) + len(run.fallback)
    return Found("every attempt is a row", len(run.rows) == came, f"{len(run.rows)} rows, {came} requests came")


def at_most(count: int) -> Check:
    """So many requests to the primary in all."""
    return lambda run: Found("attempts bounded", len(run.primary) <= count, f"{len(run.primary)} of {count}")


def at_most_within(count: int, seconds: float) -> Check:
    """So many requests to the primary within the first seconds."""

    def check(run: Run) -> Found:
        early = [each for each in run.primary if each.at_s < run.primary[0].at_s + seconds]
        return Found("no hammering", len(early) <= count, f"{len(early)} of {count} in {seconds:g} s")

    return check


def retry_after_kept(seconds: float) -> Check:
    """Whoever comes back comes back when told, or somebody else was asked."""

    def check(run: Run) -> Found:
        if len(run.primary) < 2:
            return Found("Retry-After kept", bool(run.fallback), "went elsewhere")
        gap_s = run.primary[1].at_s - run.primary[0].at_s
        return Found("Retry-After kept", gap_s >= seconds, f"came back after {gap_s:.1f} s")

    return check


def retried_in_place(run: Run) -> Found:
    asked = len(run.primary)
    return Found("one retry in place", asked == 2 and not run.fallback, f"{asked} to the primary", advisory=True)


def ended_within(seconds: float) -> Check:
    def check(run: Run) -> Found:
        took_s = run.ended[0].took_s
        return Found("silence is noticed", took_s <= seconds, f"{took_s:.1f} s of {seconds:g}")

    return check


def healthy_after(run: Run) -> Found:
    return Found("healthy after", run.alive, "answers again" if run.alive else "the next call failed")


def was_streamed(run: Run) -> Found:
    """Only in a stream silence can be told from work."""
    whole = [each for each in run.primary if not each.stream]
    return Found("streamed", not whole, f"{len(whole)} of {len(run.primary)} requests were not")


def usage_is_told(run: Run) -> Found:
    told = [row for row in run.rows if row.outcome == "ok" and row.input_tokens and row.output_tokens]
    return Found("usage is told", len(told) == len(run.ended), f"{len(told)} of {len(run.ended)} answers")


def twin_not_asked(run: Run) -> Found:
    return Found("never the same model again", not run.twin, f"{len(run.twin)} to the same model elsewhere")


def fallback_not_asked(run: Run) -> Found:
    return Found("not routed around", not run.fallback, f"{len(run.fallback)} to the fallback")


def reason_reaches_the_caller(words: str) -> Check:
    def check(run: Run) -> Found:
        said = str(run.ended[0].error)
        return Found("the reason reaches the caller", words in said, said[:80])

    return check


def no_prefill_sent(run: Run) -> Found:
    refused = [each for each in run.fallback if each.status == 400]
    return Found("restarted cleanly", not refused, f"{len(refused)} prefills refused")


def answer_names_the_fallback(run: Run) -> Found:
    models = {each.answer.model for each in run.ended if each.answer}
    return Found("the fallback's name", models == {"fallback-model-1"}, ", ".join(sorted(models)) or "no answer")


def failures_cost_nothing(run: Run) -> Found:
    billed = [row for row in run.rows if row.outcome == "failed" and (row.cost_usd or row.output_tokens)]
    unbilled = [row for row in run.rows if row.outcome == "ok" and not row.cost_usd]
    return Found("failures are not billed", not billed and not unbilled, f"{len(billed)} billed")


def served_all_along(run: Run) -> Found:
    return Found("served all along", run.all_answered, f"{len(run.ended)} calls")


def back_within(seconds: float, outage_s: float) -> Check:
    """The primary answers again so soon after it recovered."""

    def check(run: Run) -> Found:
        again = next((each.at_s for each in run.primary if each.was_answered), None)
        late_s = None if again is None else again - outage_s
        told = "never" if late_s is None else f"after {late_s:.1f} s"
        return Found("primary used again", late_s is not None and late_s <= seconds, told)

    return check


def probes_at_most(share: float, outage_s: float) -> Check:
    """So many requests to the dead primary for each call made meanwhile."""

    def check(run: Run) -> Found:
        calls = sum(each.sent_s < outage_s for each in run.ended)
        probes = sum(each.at_s < outage_s for each in run.primary)
        return Found("few probes", probes <= share * calls, f"{probes} for {calls} calls, {probes / calls:.2f} each")

    return check
