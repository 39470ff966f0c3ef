"""What all processes know together of one endpoint's limits, and how what is left is shared out among them.

A process is handed amounts ahead of its need, as much as it used lately; while there is not enough for all, each gets
its part, and whoever waits longest is set aside what it waits for. What a process that is gone still held is spent.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from resources.llm.limits.asking import WHATS, LimitSettings, What
from resources.llm.limits.doubt import Doubt
from resources.llm.limits.meter import Meter, Reading, advance, believe, charge, cut, first_meter, heed, told_meter

MODEL = 2
LEASE_S = 10.0
GRACE_S = 1.0
LONGEST_CLOSED_S = 3600.0
_FORGOTTEN_AFTER_S = 3600.0
_UNTOLD_PAUSE_S = 1.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A 429: when to come back, if it says so, and whether what it says of its limits explains it."""

    retry_after_s: float | None
    sent_ago_s: float
    told_ago_s: float
    explained: bool


@dataclass(frozen=True, slots=True)
class Account:
    """One process and one limit: all it ever spent, what it holds, what it would like to hold, and needs next."""

    spent: float
    turned: float
    """What of it was spent before the window of `epoch` began."""
    known_spent: float
    """As far as the row had heard of it."""
    held: float
    want: float
    need: float
    epoch: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a process says of one endpoint."""

    process: str
    accounts: Mapping[What, Account]
    readings: Mapping[What, Reading] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    silent: bool = False
    """It answered, and said nothing of limits."""
    answers: int = 0
    """Since the last report."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a process gets of one limit, and how that limit stands."""

    amount: float
    epoch: int
    bounded: bool
    scarce: bool
    largest: float
    others_spent: float
    full_in_s: float | None
    more_in_s: float


@dataclass(frozen=True, slots=True)
class Word:
    """What a process is told of one endpoint."""

    grants: Mapping[What, Grant]
    closed_s: float
    processes: int


@dataclass(slots=True)
class Lease:
    """What one process holds, and until when."""

    held: float = 0.0
    spent: float = 0.0
    want: float = 0.0
    need: float = 0.0
    epoch: int = 0
    """Of the meter, when it was last reported."""
    hungry_since_s: float | None = None


@dataclass(slots=True)
class Row:
    """The state of one endpoint, as it is kept."""

    meters: dict[What, Meter] = field(default_factory=dict)
    leases: dict[What, dict[str, Lease]] = field(default_factory=dict)
    until_s: dict[str, float] = field(default_factory=dict)
    closed_until_s: float = 0.0
    doubt: Doubt = field(default_factory=Doubt)

    def to_json(self) -> dict[str, Any]:
        return {"model": MODEL, **asdict(self)}

    @staticmethod
    def of(state: Mapping[str, Any] | None) -> "Row":
        if not state or state.get("model") != MODEL:
            return Row()
        meters = {what: Meter(**meter) for what, meter in state["meters"].items()}
        leases = {
            what: {process: Lease(**lease) for process, lease in of.items()} for what, of in state["leases"].items()
        }
        return Row(meters, leases, dict(state["until_s"]), state["closed_until_s"], Doubt(**state["doubt"]))


def meet(row: Row, report: Report, settings: LimitSettings, now_s: float, share: float = 1.0) -> Word:
    """Take in what a process says, and tell it what it gets; the row changes."""
    _expire(row, now_s)
    row.until_s[report.process] = now_s + LEASE_S + GRACE_S
    for what in WHATS:
        _account(row, what, report, settings, now_s, share)
    _refused(row, report, now_s)
    return _word(row, report, now_s)


def _expire(row: Row, now_s: float) -> None:
    """What an expired lease held is booked as spent; should its process come back, it will say what it was."""
    for process, until_s in tuple(row.until_s.items()):
        row.until_s[process] = until_s = min(until_s, now_s + LEASE_S + GRACE_S)
        if until_s <= now_s:
            for what, leases in row.leases.items():
                _write_off(row.meters[what], leases.get(process), now_s)
        if until_s <= now_s - _FORGOTTEN_AFTER_S:
            del row.until_s[process]
            for leases in row.leases.values():
                leases.pop(process, None)


def _write_off(meter: Meter, lease: Lease | None, now_s: float) -> None:
    if lease is not None:
        if lease.held > 0:
            charge(meter, lease.held, now_s)
            lease.spent += lease.held
        lease.held, lease.want, lease.need, lease.hungry_since_s = 0.0, 0.0, 0.0, None


def _account(row: Row, what: What, report: Report, settings: LimitSettings, now_s: float, share: float) -> None:
    reading, account = report.readings.get(what), report.accounts[what]
    meter = row.meters.get(what) or _first(row, what, reading, settings, now_s)
    if meter is None:
        return
    if reading is not None:
        believe(meter, reading, settings.limit(what))
    leases = row.leases.setdefault(what, {})
    if advance(meter, now_s, max((lease.need for lease in leases.values()), default=0.0), share):
        for lease in leases.values():
            lease.held = 0.0
    mine = leases.get(report.process)
    if mine is None:
        mine = leases[report.process] = Lease(spent=account.known_spent, epoch=account.epoch)
    _charge(meter, mine, account, now_s)
    mine.spent, mine.want, mine.epoch = account.spent, account.want, meter.epoch
    mine.held = account.held if account.epoch == meter.epoch else 0.0
    mine.need = min(account.need, meter.largest)
    if reading is not None:
        others_hold = sum(lease.held for lease in leases.values()) - mine.held
        heed(meter, reading, meter.spent - mine.spent, others_hold, settings.limit(what))
    elif report.silent and meter.mode == "new":
        meter.mode = "open"


def _charge(meter: Meter, mine: Lease, account: Account, now_s: float) -> None:
    """What was spent since the last report; no window pays for, or gets back, what was spent in another."""
    same_window = mine.epoch == meter.epoch
    if not same_window and account.epoch == meter.epoch:
        meter.spent += account.turned - mine.spent
        mine.spent, same_window = account.turned, True
    amount = account.spent - mine.spent
    charge(meter, amount, now_s, gives_back=same_window)


def _first(row: Row, what: What, reading: Reading | None, settings: LimitSettings, now_s: float) -> Meter | None:
    meter = first_meter(what, settings, now_s)
    if meter is None and reading is not None:
        meter = told_meter(reading, settings, now_s)
    if meter is not None:
        row.meters[what] = meter
    return meter


def _refused(row: Row, report: Report, now_s: float) -> None:
    row.closed_until_s = min(row.closed_until_s, now_s + LONGEST_CLOSED_S)
    row.doubt.answered(report.answers)
    for refusal in report.refusals:
        pause_s = refusal.retry_after_s
        if pause_s is None:
            pause_s = 0.0 if refusal.explained else _UNTOLD_PAUSE_S
        until_s = now_s - max(0.0, refusal.told_ago_s) + min(pause_s, LONGEST_CLOSED_S)
        row.closed_until_s = max(row.closed_until_s, until_s)
        if not refusal.explained and row.doubt.refused(refusal.sent_ago_s, now_s):
            _blame(row, now_s)


def _blame(row: Row, now_s: float) -> None:
    """Of the limits nobody told us, the one we used most is less than we thought."""
    guessed = [meter for meter in row.meters.values() if meter.mode in ("new", "open", "even", "burst")]
    if guessed:
        cut(max(guessed, key=lambda meter: meter.measured(now_s) / max(1.0, meter.limit)), now_s)


def _word(row: Row, report: Report, now_s: float) -> Word:
    closed_s = max(0.0, row.closed_until_s - now_s)
    grants = {what: _grant(row, what, report.process, now_s, closed_s) for what in row.meters}
    return Word(grants, closed_s, sum(until_s > now_s for until_s in row.until_s.values()))


def _grant(row: Row, what: What, process: str, now_s: float, closed_s: float) -> Grant:
    meter, leases = row.meters[what], row.leases[what]
    mine = leases[process]
    wanted = sum(max(lease.want, lease.held) for lease in leases.values())
    scarce = meter.bounded and wanted > meter.level - meter.spare
    free = meter.level - meter.spare - sum(max(0.0, lease.held) for lease in leases.values())
    amount = 0.0
    if meter.bounded and not closed_s:
        amount = _part(meter, leases, mine, free, wanted, scarce)
        mine.held += amount
    fed = not meter.bounded or mine.held >= mine.need
    mine.hungry_since_s = None if fed else now_s if mine.hungry_since_s is None else min(mine.hungry_since_s, now_s)
    short = not fed or (scarce and mine.need > 0)  # who was fed now will be hungry again
    meter.missed |= short
    lacking = mine.need - (free - amount) - (0.0 if fed else mine.held)
    more_in_s = max(closed_s, _more_in_s(meter, lacking, now_s) if short else 0.0)
    full_in_s = None if meter.full_at_s is None or meter.per_s else meter.full_at_s - now_s
    others = meter.spent - mine.spent
    return Grant(amount, meter.epoch, meter.bounded, scarce, meter.largest, others, full_in_s, more_in_s)


def _part(meter: Meter, leases: Mapping[str, Lease], mine: Lease, free: float, wanted: float, scarce: bool) -> float:
    wish = max(0.0, mine.want - mine.held)
    if not scarce:
        ahead = max(0.0, free - (wanted - mine.held)) / (4 * len(leases)) if mine.want else 0.0
        return max(0.0, min(free, max(wish, ahead)))
    lacking = max(0.0, mine.need - mine.held)
    first = _hungriest(leases)
    if first is not None and first is not mine:
        free -= max(0.0, first.need - first.held)
    fair = (meter.level - meter.spare) * mine.want / wanted - mine.held
    part = min(free, wish, max(fair, lacking if first is mine or first is None else 0.0))
    return part if part > 0 and part >= lacking else 0.0


def _hungriest(leases: Mapping[str, Lease]) -> Lease | None:
    hungry = [lease for lease in leases.values() if lease.hungry_since_s is not None and lease.need > lease.held]
    return min(hungry, key=lambda lease: lease.hungry_since_s or 0.0, default=None)


def _more_in_s(meter: Meter, lacking: float, now_s: float) -> float:
    if meter.per_s:
        return max(0.0, lacking) / meter.per_s + 0.001
    return max(0.0, meter.full_at_s - now_s) if meter.full_at_s is not None else meter.window_s
