"""One budget's row: lent and spent never exceed the limit, whoever reports in whatever order, alive or gone."""

import json
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from resources.llm.budgets.asking import NOTHING
from resources.llm.budgets.row import LEASE_S, Loan, Request, Row, lend

NOW_S = 1_700_000_000.0
LIMIT = Decimal(10)
cents = st.integers(0, 300).map(lambda amount: Decimal(amount) / 100)


def usd(amount: str) -> Decimal:
    return Decimal(amount)


@dataclass
class Borrower:
    """A process as a row sees it: honest, and it spends only what it was lent."""

    name: str
    spent: Decimal = NOTHING
    known: Decimal = NOTHING
    free: Decimal = NOTHING
    reserved: Decimal = NOTHING

    def ask(
        self,
        row: Row,
        need: Decimal = NOTHING,
        now_s: float = NOW_S,
        urgent: Decimal = NOTHING,
        ahead: Decimal = NOTHING,
        refused: bool = False,
    ) -> Loan:
        sums = (self.spent, self.known, self.reserved, self.free)
        loan = lend(row, Request(self.name, LIMIT, *sums, need, urgent, ahead, refused=refused), now_s)
        self.known, self.free = self.spent, self.free + loan.usd
        return loan

    def spend(self, amount: Decimal) -> None:
        amount = min(amount, self.free)
        self.free -= amount
        self.spent += amount


def kept(row: Row) -> Row:
    """The same row, read from the ledger."""
    return Row.of(json.loads(json.dumps(row.to_json())))


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["ask", "spend", "die"]), cents), max_size=60))
def test_lent_and_spent_never_exceed_the_limit(moves: list[tuple[str, str, Decimal]]) -> None:
    """Nor does any sum get negative, whatever four processes do and however many of them die and come back."""
    row, crew, now_s = Row(), {name: Borrower(name) for name in "abcd"}, NOW_S
    for name, move, amount in moves:
        one = crew[name]
        if move == "ask":
            one.ask(row, amount, now_s, ahead=amount)
        elif move == "spend":
            one.spend(amount)
        else:  # nobody is heard of for longer than any lease
            now_s += LEASE_S + 1
        row = kept(row)
        assert row.spent_usd + row.lent_usd <= LIMIT
        assert row.spent_usd >= 0
        assert all(lease.held_usd >= 0 for lease in row.leases.values())
        assert sum((each.spent for each in crew.values()), NOTHING) <= LIMIT


@given(st.lists(st.tuples(st.sampled_from("abc"), cents), min_size=1, max_size=12))
def test_the_order_of_reports_changes_no_sum(spending: list[tuple[str, Decimal]]) -> None:
    """Three processes that spent what they were lent leave the same sum, whoever reports first."""
    sums = set()
    for order in permutations("abc"):
        row, crew = Row(), {name: Borrower(name) for name in "abc"}
        for one in crew.values():
            one.ask(row, Decimal(3))
        for name, amount in spending:
            crew[name].spend(amount)
        for name in order:
            crew[name].ask(row)
        sums.add(row.spent_usd)
    assert len(sums) == 1


def test_a_report_that_is_told_twice_counts_once() -> None:
    """A commit whose answer was lost is told again; sums are told, not differences."""
    row, one = Row(), Borrower("a")
    one.ask(row, usd("2"))
    one.spend(usd("1.5"))
    for _ in range(2):
        one.known = NOTHING  # it never heard that it was heard
        one.ask(row)
    assert row.spent_usd == usd("1.5")


def test_a_grant_that_never_arrived_is_left_again() -> None:
    """What a process says it holds is what it holds."""
    row, one = Row(), Borrower("a")
    lost = one.ask(row, usd("4"))
    one.free -= lost.usd
    assert one.ask(row).left_usd == LIMIT


def test_what_a_dead_process_held_is_spent() -> None:
    """Its lease ends, and others get what is left beside it."""
    row, dead, alive = Row(), Borrower("dead"), Borrower("alive")
    dead.ask(row, usd("4"))
    loan = alive.ask(row, usd("9"), NOW_S + LEASE_S + 1, urgent=usd("9"))
    assert (row.spent_usd, loan.usd) == (usd("4"), usd("6"))


def test_a_process_that_was_only_silent_says_what_it_was() -> None:
    """A suspended process comes back: what its lease was written off for, and it did not spend, is there again."""
    row, silent, other = Row(), Borrower("silent"), Borrower("other")
    silent.ask(row, usd("4"))
    silent.spend(usd("1"))
    other.ask(row, now_s=NOW_S + LEASE_S + 1)
    assert row.spent_usd == usd("4")
    silent.free = NOTHING
    silent.ask(row, now_s=NOW_S + LEASE_S + 2)
    assert row.spent_usd == usd("1")


def test_the_last_twentieth_is_lent_for_urgent_requests_only() -> None:
    """An ordinary request is lent up to 95 %, an urgent one all."""
    row, one = Row(), Borrower("a")
    assert one.ask(row, usd("10")).usd == usd("9.5")
    assert one.ask(row, usd("10"), urgent=usd("10")).usd == usd("0.5")


def test_a_slice_ahead_shrinks_with_what_is_left() -> None:
    """Near the end no process sits on money that another could spend."""
    row, one, two = Row(), Borrower("a"), Borrower("b")
    one.spent = usd("9")
    one.ask(row)
    assert two.ask(row, usd("0.01"), ahead=usd("1")).usd < usd("0.08")


def test_what_cost_more_than_was_set_aside_is_booked_and_seen() -> None:
    """The overshoot of an estimate leaves less for others, and stands in the row."""
    row = Row()
    lend(row, Request("a", LIMIT, NOTHING, NOTHING, NOTHING, NOTHING, usd("5"), NOTHING, NOTHING), NOW_S)
    said = Request("a", LIMIT, usd("7"), NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, short_usd=usd("2"))
    assert lend(row, said, NOW_S).left_usd == usd("3")
    assert (row.short_usd, kept(row).to_json()["spent_usd"]) == (usd("2"), "7.000000000")


def test_each_level_is_told_once_by_whoever_reaches_it() -> None:
    """The highest that is new; a refusal tells of the end before the last cent is spent."""
    row, one, two = Row(), Borrower("a"), Borrower("b")
    told: list[str] = []
    for spent in ("4", "5", "6", "9", "9.4", "9.5"):
        one.spent = usd(spent)
        told += one.ask(row).tell
        row = kept(row)
    told += two.ask(row, refused=True).tell
    told += one.ask(row, refused=True).tell
    assert told == ["noted", "throttled", "priority", "spent"]


def test_a_row_of_another_model_is_an_unknown_row() -> None:
    """A newer or older process's state is not guessed at."""
    assert Row.of({"model": 99, "spent_usd": "5"}) == Row()


def test_a_clock_that_jumps_ends_no_lease_late() -> None:
    """A board whose clock goes back a day keeps a dead process's money no longer than a lease."""
    row, dead, alive = Row(), Borrower("dead"), Borrower("alive")
    dead.ask(row, usd("4"))
    back_s = NOW_S - 86_400.0
    alive.ask(row, now_s=back_s)
    alive.ask(row, now_s=back_s + LEASE_S + 1)
    assert row.spent_usd == usd("4")
