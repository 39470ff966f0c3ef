"""The ledger under any order of its operations, each cut off at any statement: one outcome a document, told once."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from typing import Any, Literal

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from resources.ledger import Ledger
from resources.ledger.documents import Arrival
from resources.ledger.errors import AlreadyDecided, ItemOutdated, LeaseLost, NoSuchPartition, NothingProposed
from resources.ledger.gate import Seen
from resources.ledger.outbox import Told
from resources.ledger.places import Place
from resources.ledger.replays import Which
from resources.ledger.verdicts import Finding, Lease, Refresh, Versions, Work

DAY = "2026-11-19"
FEEDS = count()
CHECKS = ("schema",)
PLACES, BYTES, RUNS, RECORDS = (st.sampled_from(each) for each in ("abc", "XYZ", "rs", (1, 2)))
CUTS = st.one_of(st.none(), st.none(), st.integers(0, 24))
VERDICTS: st.SearchStrategy[Literal["accepted", "review", "dead"]] = st.sampled_from(["accepted", "review", "dead"])
REFUSALS = (LeaseLost, AlreadyDecided, ItemOutdated, NothingProposed, NoSuchPartition)


class Died(psycopg.OperationalError):
    """The process, or its connection."""


@contextmanager
def cut_at(statement: int | None) -> Iterator[None]:
    """Inside, the connection is lost before its n-th statement; the database hears no more of it."""
    execute, left = psycopg.Connection.execute, count()

    def counted(self: Any, *arguments: Any, **more: Any) -> Any:
        if next(left) == statement:
            self.close()
            raise Died
        return execute(self, *arguments, **more)

    psycopg.Connection.execute = counted  # type: ignore[method-assign]
    try:
        yield
    finally:
        psycopg.Connection.execute = execute  # type: ignore[method-assign]


EACH_DOCUMENT_IS_ONE_THING = """
select d.place, d.status, items, letters, record from documents d
cross join lateral (select count(*) as items from review_items r
                    where r.feed = d.feed and r.doc_id = d.doc_id and r.place = d.place and resolved_at is null) i
cross join lateral (select count(*) as letters from dead_letters l
                    where l.feed = d.feed and l.doc_id = d.doc_id and l.place = d.place and resolved_at is null) l
left join extractions e on e.feed = d.feed and e.doc_id = d.doc_id and e.verdict = 'accepted'
where d.feed = %s and not case d.status
    when 'review' then (items, letters) = (1, 0)
    when 'dead' then (items, letters) = (0, 1)
    when 'accepted' then (items, letters) = (0, 0) and e.record is not null
    when 'waiting' then items + letters <= 1
    else (items, letters) = (0, 0) end
"""
A_RECORD_HAS_ITS_EVENT = """
select d.place, e.record from documents d join extractions e on e.feed = d.feed and e.doc_id = d.doc_id
where d.feed = %s and d.status = 'accepted'
  and e.record is distinct from (select payload from outbox o where o.place = d.place order by number desc limit 1)
"""
AN_EVENT_HAS_ITS_RECORD = """
select o.place, o.payload from outbox o where o.feed = %s and type <> 'record.withdrawn'
  and not exists (select from extractions e where e.feed = o.feed and e.doc_id = o.doc_id and e.record = o.payload)
  and not exists (select from extraction_history h where h.feed = o.feed and h.doc_id = o.doc_id
                  and h.extraction -> 'record' = o.payload)
"""
EVENTS_ARE_TOLD_IN_TURN = """
select place, number, type, before from (
    select place, number, type, row_number() over each as nth, lag(type) over each as before from outbox where feed = %s
    window each as (partition by place order by number)) as told
where number <> nth or (type = 'record.created') <> (before is null or before = 'record.withdrawn')
   or type = 'record.withdrawn' and before = 'record.withdrawn'
"""


class Documents(RuleBasedStateMachine):
    """Beside the ledger: what lies in the inbox, what people approved, what downstream has seen."""

    ledger: Ledger

    @initialize()
    def empty(self) -> None:
        self.feed = f"feed{next(FEEDS)}"  # a past of its own, cheaper than emptying the tables
        self.inbox: dict[str, str] = {}
        self.leases: list[tuple[Work, Lease]] = []
        self.approved: dict[str, Any] = {}
        self.effects: dict[Any, tuple[str, str, Any]] = {}
        self.items = [0]
        self.marks = count()

    def work(self, run: str) -> Work:
        return Work(DAY, self.feed, run, Versions("s", "p", "r"))

    def try_to(self, cut: int | None, act: Callable[[], Any]) -> Any:
        """What came of it; None when it was refused or died on the way."""
        with cut_at(cut):
            try:
                return act()
            except (*REFUSALS, psycopg.OperationalError):
                return None

    @rule(name=PLACES, content=BYTES, cut=CUTS)
    def a_file_appears(self, name: str, content: str, cut: int | None) -> None:
        place, doc_id, mark = f"{self.feed}/{name}", f"{self.feed}-{content}", str(next(self.marks))
        self.ledger.places.note(self.feed, [Place(place, date.fromisoformat(DAY), mark)])
        arrivals = [Arrival(place, doc_id, mark, 1)]
        if self.try_to(cut, lambda: self.ledger.documents.arrive(DAY, self.feed, "run", arrivals)) is not None:
            self.inbox[place] = doc_id

    @rule(name=PLACES, cut=CUTS)
    def a_file_is_withdrawn(self, name: str, cut: int | None) -> None:
        place = f"{self.feed}/{name}"
        if self.try_to(cut, lambda: self.ledger.documents.withdraw(self.feed, [place])) is not None:
            self.inbox.pop(place, None)

    @rule(run=RUNS, refresh=st.sampled_from(["none", "none", "failed", "all"]), limit=st.integers(1, 3), cut=CUTS)
    def a_run_claims(self, run: str, refresh: Refresh, limit: int, cut: int | None) -> None:
        found = self.try_to(cut, lambda: self.ledger.verdicts.claim(self.work(run), refresh, "", limit))
        self.leases += [(self.work(run), lease) for lease in found or ()]

    @precondition(lambda self: self.leases)
    @rule(pick=st.integers(0, 9), verdict=VERDICTS, total=RECORDS, cut=CUTS)
    def a_run_decides(
        self, pick: int, verdict: Literal["accepted", "review", "dead"], total: int, cut: int | None
    ) -> None:
        """By a lease that may be anybody's by now."""
        work, lease = self.leases[-1 - pick % len(self.leases)]
        finding = Finding(
            verdict,
            None if verdict == "dead" else {"total": total},
            reasons=[{"field": "total", "why": "odd"}],
            cause="never_validates" if verdict == "dead" else None,
            message="m",
            remedy="r",
        )
        self.try_to(cut, lambda: self.ledger.verdicts.commit(work, lease, finding))

    @rule(run=RUNS, verdicts=st.lists(VERDICTS, min_size=3, max_size=3), total=RECORDS, cut=CUTS)
    def a_run_works_through_all_there_is(
        self, run: str, verdicts: list[Literal["accepted", "review", "dead"]], total: int, cut: int | None
    ) -> None:
        self.a_run_claims(run, "none", 3, None)
        for number, verdict in enumerate(verdicts[: len(self.leases)]):
            self.a_run_decides(number, verdict, total, cut)

    @precondition(lambda self: self.leases)
    @rule(pick=st.integers(0, 9), patience_s=st.sampled_from([3600, -1]), cut=CUTS)
    def nobody_answers(self, pick: int, patience_s: int, cut: int | None) -> None:
        work, lease = self.leases[-1 - pick % len(self.leases)]
        finding = Finding("dead", cause="provider_unavailable", message="m", remedy="r")
        patience = timedelta(seconds=patience_s)
        self.try_to(cut, lambda: self.ledger.verdicts.let_wait(work, lease, finding, patience))

    @rule(run=RUNS)
    def a_run_gives_back(self, run: str) -> None:
        self.ledger.verdicts.give_back(self.work(run))

    @rule(pick=st.integers(0, 9), total=st.one_of(st.none(), RECORDS), cut=CUTS)
    def a_person_approves(self, pick: int, total: int | None, cut: int | None) -> None:
        """An item that may be decided or gone by now."""
        self.items += [each.item_id for each in self.ledger.review.items(self.feed)]
        item_id = self.items[-1 - pick % len(self.items)]
        record = None if total is None else {"total": total}

        def press() -> Any:
            return self.ledger.review.approve(item_id, "ada", record) if item_id else None

        if settled := self.try_to(cut, press):
            self.approved[settled.item.doc_id] = record or settled.item.record

    @rule(total=st.one_of(st.none(), RECORDS), verdict=VERDICTS, cut=CUTS)
    def a_person_approves_while_a_run_is_at_work(
        self, total: int | None, verdict: Literal["accepted", "review", "dead"], cut: int | None
    ) -> None:
        """Whoever is first."""
        self.a_run_works_through_all_there_is("r", ["review"] * 3, 1, None)
        self.a_run_claims("s", "failed", 3, None)
        self.a_person_approves(0, total, cut)
        if self.leases:
            self.a_run_decides(0, verdict, 2, None)

    @rule(pick=st.integers(0, 9), cut=CUTS)
    def a_person_rejects(self, pick: int, cut: int | None) -> None:
        self.items += [each.item_id for each in self.ledger.review.items(self.feed)]
        item_id = self.items[-1 - pick % len(self.items)]
        self.try_to(cut, lambda: self.ledger.review.reject(item_id, "bob", "no") if item_id else None)

    @rule(cut=CUTS)
    def a_person_has_it_done_again(self, cut: int | None) -> None:
        which = Which(feeds=[self.feed], statuses=("accepted", "review", "dead"))
        self.try_to(cut, lambda: self.ledger.replays.ask(self.ledger.replays.find(which), "ada", "again"))

    @rule(passes=st.booleans(), cut=CUTS)
    def the_gate_turns(self, passes: bool, cut: int | None) -> None:
        seen = Seen("schema", passes, "said so")
        self.try_to(cut, lambda: self.ledger.gate.note(DAY, self.feed, seen, CHECKS, "run"))

    @rule(cut=CUTS)
    def a_person_releases(self, cut: int | None) -> None:
        self.try_to(cut, lambda: self.ledger.gate.open_by_hand(DAY, self.feed, "ada", "looked"))

    @rule(limit=st.integers(1, 3), dies=st.booleans(), cut=CUTS)
    def a_relay_publishes(self, limit: int, dies: bool, cut: int | None) -> None:
        """And may die after the sink has it, before it is marked."""

        def send(batch: Sequence[Told]) -> None:
            for each in batch:
                self.effects.setdefault(each.event_id, (each.place, each.type, each.payload))
            if dies:
                raise Died

        self.try_to(cut, lambda: self.ledger.outbox.publish(send, limit, self.feed, DAY))

    @invariant()
    def each_document_is_one_thing(self) -> None:
        assert self.rows(EACH_DOCUMENT_IS_ONE_THING) == []

    @invariant()
    def a_record_has_its_event_and_an_event_its_record(self) -> None:
        assert self.rows(A_RECORD_HAS_ITS_EVENT) == []
        assert self.rows(AN_EVENT_HAS_ITS_RECORD) == []

    @invariant()
    def events_are_told_in_turn(self) -> None:
        assert self.rows(EVENTS_ARE_TOLD_IN_TURN) == []

    @invariant()
    def what_downstream_saw_is_never_taken_back(self) -> None:
        """An event that left is there for good, under its id."""
        known = {row[0] for row in self.rows("select event_id from outbox where feed = %s")}
        assert set(self.effects) <= known

    @invariant()
    def what_a_person_approved_is_there(self) -> None:
        query = "select doc_id, record from extractions where feed = %s and approved_by is not null"
        found = dict(self.rows(query))
        assert {doc_id: found.get(doc_id) for doc_id in self.approved} == self.approved

    @invariant()
    def nothing_is_lost(self) -> None:
        """Each file has its one current version."""
        found = self.rows("select place, doc_id from documents where feed = %s and status <> 'superseded'")
        assert sorted(found) == sorted(self.inbox.items())

    def teardown(self) -> None:
        """Whatever happened: a last run decides on everything, and everything is told."""
        while leases := self.ledger.verdicts.claim(self.work("last"), "none", "", 10):
            for lease in leases:
                self.ledger.verdicts.commit(self.work("last"), lease, Finding("accepted", {"total": 1}))
        self.a_person_releases(None)
        while self.ledger.outbox.publish(self._take, 10, self.feed, DAY):
            pass
        for check in (self.each_document_is_one_thing, self.a_record_has_its_event_and_an_event_its_record):
            check()
        statuses = {row[0] for row in self.rows("select status from documents where feed = %s")}
        assert statuses <= {"accepted", "review", "dead", "duplicate", "superseded"}
        assert set(self.effects) == {row[0] for row in self.rows("select event_id from outbox where feed = %s")}

    def _take(self, batch: Sequence[Told]) -> None:
        for each in batch:
            self.effects.setdefault(each.event_id, (each.place, each.type, each.payload))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.ledger.outbox._connections.connection() as connection:
            return connection.execute(query.encode(), [self.feed]).fetchall()


def test_any_order_of_operations(database_url: str) -> None:
    """Files, runs, people, gate and relay in any order, each dying anywhere."""
    with Ledger.open(database_url) as ledger:
        run_state_machine_as_test(
            type("Machine", (Documents,), {"ledger": ledger}),
            settings=settings(
                max_examples=50, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
