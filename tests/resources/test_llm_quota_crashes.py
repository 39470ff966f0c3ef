"""Four real processes on one real budget and one real limit: nothing is overspent, also if one of them is killed."""

import json
import subprocess
import sys
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from resources.environment import ROOT
from resources.ledger import Ledger
from resources.ledger.connections import connect
from resources.llm.budgets.asking import NOTHING
from resources.llm.budgets.row import LEASE_S, Request, Row, lend
from resources.llm.limits.row import LEASE_S as LIMITS_LEASE_S
from resources.llm.limits.row import Row as LimitsRow
from tests.resources.quota_child import LIMIT, REQUESTS

pytestmark = pytest.mark.slow


class Child:
    """One of the processes, and the last it said."""

    def __init__(self, url: str, name: str) -> None:
        command = [sys.executable, "-m", "tests.resources.quota_child", url, name]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True)
        self.last: dict[str, Any] = {}
        assert self.hear()["ready"]

    def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def hear(self) -> Mapping[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.last = json.loads(line) if line.endswith("\n") else self.last
        return self.last if line else {}

    def end(self) -> None:
        while self.hear():
            pass
        self.process.wait(30)


@pytest.fixture
def crew(database_url: str) -> Any:
    with Ledger.open(database_url):
        pass
    children = [Child(database_url, f"p{number}") for number in range(4)]
    yield children
    for child in children:
        child.process.kill()
        child.process.communicate()


def row_of(url: str) -> Row:
    with connect(url) as connection:
        found = connection.execute("select state, limit_usd, spent_usd from weir.llm_budgets").fetchall()
    assert len(found) == 1, "one budget in one period is one row"
    state, limit, spent = found[0]
    row = Row.of(state)
    assert (limit, spent) == (row.limit_usd, row.spent_usd)
    return row


def sent_of(url: str) -> LimitsRow:
    with connect(url) as connection:
        (found,) = connection.execute("select state from weir.llm_limits").fetchall()
    return LimitsRow.of(found[0])


def test_four_processes_with_32_callers_each_spend_one_budget_to_its_end(crew: list[Child], database_url: str) -> None:
    """And not a cent more; all leases are given back, and the row says what the processes say."""
    for child in crew:
        child.go()
    for child in crew:
        child.end()
    assert all(child.last["done"] for child in crew)
    row = row_of(database_url)
    assert row.spent_usd == sum(Decimal(child.last["spent"]) for child in crew)
    assert Decimal("0.99") * LIMIT <= row.spent_usd <= LIMIT
    assert row.lent_usd == 0
    sent = sum(child.last["sent"] for child in crew)
    assert sent == sent_of(database_url).meters["requests"].spent
    assert 0.95 * REQUESTS <= sent <= REQUESTS


def test_what_a_killed_process_held_counts_as_spent(crew: list[Child], database_url: str) -> None:
    """Killed in the middle, it takes no more than its lease with it, and that is booked when the lease ends."""
    for child in crew:
        child.go()
    killed = crew[0]
    for _ in range(30):
        killed.hear()
    killed.process.kill()
    for child in crew:
        child.end()
    spent = sum(Decimal(child.last["spent"]) for child in crew)
    before = row_of(database_url)
    assert spent <= before.spent_usd + before.lent_usd <= LIMIT
    assert before.lent_usd == before.leases["p0"].held_usd

    nobody = Request("late", LIMIT, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
    with Ledger.open(database_url) as ledger:
        name = next(iter(_budgets(database_url)))

        def later(rows: Any, board_now_s: float) -> Any:
            row = Row.of(rows["llm_budgets"][name])
            lend(row, nobody, board_now_s + max(LEASE_S, LIMITS_LEASE_S) + 1)
            return {"llm_budgets": {name: row.to_json()}}

        ledger.board.change({"llm_budgets": [name]}, later)
    after = row_of(database_url)
    assert after.spent_usd == before.spent_usd + before.lent_usd
    assert after.lent_usd == 0


def _budgets(url: str) -> list[str]:
    with connect(url) as connection:
        return [name for (name,) in connection.execute("select budget from weir.llm_budgets").fetchall()]
