"""One endpoint's row: what processes hold is never more than there is, whoever reports in whatever order."""

import json
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from resources.llm.limits.asking import WHATS, LimitSettings, What
from resources.llm.limits.row import GRACE_S, LEASE_S, Account, Grant, Refusal, Report, Row, Word, meet

NOW_S = 1_700_000_000.0
FORTY = LimitSettings(requests_per_minute=40, shape="window")
NOTHING = Account(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0)


@dataclass
class Holder:
    """A process as a row sees it."""

    name: str
    spent: float = 0.0
    known: float = 0.0
    held: float = 0.0
    epoch: int = 0

    def meet(
        self, row: Row, want: float = 0.0, now_s: float = NOW_S, settings: LimitSettings = FORTY, **more: Any
    ) -> Word:
        mine = Account(self.spent, 0.0, self.known, self.held, want, min(want, 1.0), self.epoch)
        accounts: dict[What, Account] = {what: mine if what == "requests" else NOTHING for what in WHATS}
        word = meet(row, Report(self.name, accounts, **more), settings, now_s)
        grant = word.grants["requests"]
        self.held = grant.amount + (self.held if grant.epoch == self.epoch else 0.0)
        self.known, self.epoch = self.spent, grant.epoch
        return word

    def spend(self, amount: float) -> None:
        amount = min(amount, self.held)
        self.held, self.spent = self.held - amount, self.spent + amount


def kept(row: Row) -> Row:
    """The same row, read from the ledger."""
    return Row.of(json.loads(json.dumps(row.to_json(), allow_nan=False)))


def requests(word: Word) -> Grant:
    return word.grants["requests"]


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["meet", "spend", "give", "later"]), st.integers(0, 30)))
)
def test_what_is_held_is_never_more_than_there_is(moves: list[tuple[str, str, int]]) -> None:
    """Nor is more spent in a window than its limit, though processes fall silent for longer than their leases."""
    row, crew, now_s = Row(), {name: Holder(name) for name in "abc"}, NOW_S
    for name, move, amount in moves:
        one = crew[name]
        if move == "meet":
            one.meet(row, float(amount), now_s)
        elif move == "spend":
            one.spend(float(amount))
        elif move == "give":
            one.held = 0.0
        else:  # a second, or longer than any lease; never into another window
            now_s += 1.0 if amount % 2 else LEASE_S + GRACE_S
            now_s = min(now_s, NOW_S + 59.0)
        row = kept(row)
        if row.meters:
            held = sum(lease.held for lease in row.leases["requests"].values())
            assert held <= row.meters["requests"].level + 1e-6
        assert sum(each.spent for each in crew.values()) <= 40


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 13)), min_size=1, max_size=9))
def test_the_order_of_reports_changes_no_sum(spending: list[tuple[str, int]]) -> None:
    """What was spent is what was spent, whoever says so first."""
    sums = set()
    for order in permutations("abc"):
        row, crew = Row(), {name: Holder(name) for name in "abc"}
        for one in crew.values():
            one.meet(row, 13.0)
        for name, amount in spending:
            crew[name].spend(float(amount))
        for name in order:
            crew[name].meet(row)
        sums.add((row.meters["requests"].spent, row.meters["requests"].level))
    assert len(sums) == 1


def test_a_report_that_is_told_twice_counts_once() -> None:
    """A commit whose answer was lost is told again."""
    row, one = Row(), Holder("a")
    one.meet(row, 10.0)
    one.spend(5.0)
    for _ in range(2):
        one.known = 0.0
        one.meet(row)
    assert row.meters["requests"].spent == 5.0


def test_while_there_is_not_enough_each_gets_its_part() -> None:
    """However many it would like."""
    row, crew = Row(), [Holder(name) for name in "abcd"]
    for one in crew:
        one.meet(row, 1.0)
    for one in crew:
        one.held = 0.0
        one.meet(row)
    grants = []
    for _ in range(2):  # the first round tells the row what everybody wants
        for one in crew:
            one.held = 0.0
            grants.append(requests(one.meet(row, 100.0)).amount)
    assert all(8.0 <= amount <= 11.0 for amount in grants[4:])


def test_what_a_silent_process_held_is_spent_until_it_comes_back() -> None:
    """Then it says what it was, and the rest is there again."""
    row, silent, other = Row(), Holder("silent"), Holder("other")
    silent.meet(row, 30.0)
    silent.spend(3.0)
    held = silent.held
    later_s = NOW_S + LEASE_S + GRACE_S
    other.meet(row, now_s=later_s)
    assert row.meters["requests"].spent == 3.0 + held
    silent.held = 0.0
    silent.meet(row, now_s=later_s + 1)
    assert row.meters["requests"].spent == 3.0


def test_processes_long_gone_are_forgotten() -> None:
    """Every run is a process; a row does not grow with them."""
    row = Row()
    for number in range(50):
        Holder(f"run-{number}").meet(row, 1.0, NOW_S + number * 600.0)
    assert len(row.until_s) == len(row.leases["requests"]) <= 8


def test_a_door_is_closed_for_as_long_as_was_said_and_no_clock_makes_it_longer() -> None:
    """A refusal reported late does not begin anew; a board whose clock goes back a day closes for an hour at most."""
    row, one = Row(), Holder("a")
    told = Refusal(retry_after_s=30.0, sent_ago_s=11.0, told_ago_s=10.0, explained=True)
    assert one.meet(row, 1.0, refusals=(told,)).closed_s == 20.0
    assert one.meet(row, 1.0, NOW_S + 21.0).closed_s == 0.0
    one.meet(row, 1.0, NOW_S + 86_400.0, refusals=(told,))
    assert one.meet(row, 1.0, NOW_S).closed_s <= 3600.0


def test_a_row_of_another_model_is_an_unknown_row() -> None:
    """A newer or older process's state is not guessed at."""
    assert Row.of({"model": 99}) == Row()
