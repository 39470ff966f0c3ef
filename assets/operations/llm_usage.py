"""What models cost on one day, who had it and what for, beside the month before."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import dagster as dg

from assets import charts, pages
from assets.operations.days import day_of, trend_of, week_before
from assets.partitions import days
from resources.ledger import Ledger
from resources.ledger.figures import Budget, Usage


@dataclass(frozen=True, slots=True)
class Bill:
    """What some calls came to."""

    cost_usd: Decimal
    questions: int
    attempts: int
    failed: int
    fallbacks: int
    from_cache: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int

    @classmethod
    def of(cls, usage: Iterable[Usage]) -> "Bill":
        rows = list(usage)
        asked = [row for row in rows if row.outcome != "cached"]
        return cls(
            cost_usd=sum((row.cost_usd for row in rows), Decimal(0)),
            questions=sum(row.calls for row in rows),
            attempts=sum(row.attempts for row in asked),
            failed=sum(row.attempts for row in asked if row.outcome == "failed"),
            fallbacks=sum(row.fallbacks for row in asked if row.outcome != "failed"),
            from_cache=sum(row.attempts for row in rows if row.outcome == "cached"),
            input_tokens=sum(row.input_tokens for row in asked),
            output_tokens=sum(row.output_tokens for row in asked),
            cached_tokens=sum(row.cached_tokens for row in asked),
        )


@dg.asset(
    partitions_def=days,
    group_name="operations",
    kinds={"postgres"},
    description=f"{__doc__}\n\nThe day is that of the calls, in UTC: a night's work is in the morning it ended in.",
)
def llm_usage(context: dg.AssetExecutionContext, ledger: dg.ResourceParam[Ledger]) -> dg.MaterializeResult[None]:
    day = day_of(context.partition_key)
    ledger.figures.gather()
    usage = ledger.figures.usage(trend_of(day)[0], day)
    return dg.MaterializeResult(metadata=usage_page(day, usage, ledger.figures.budgets()))


def usage_page(day: date, usage: Sequence[Usage], budgets: Sequence[Budget]) -> pages.Metadata:
    today = [row for row in usage if row.day == day]
    bill = Bill.of(today)
    by_day = _sums(usage, lambda row: (str(row.day),))
    trend = [(str(each), float(by_day[str(each),]) if (str(each),) in by_day else None) for each in trend_of(day)]
    parts = _sums(today, lambda row: (row.tenant, row.model))
    return {
        "summary": pages.sentences(_sentences(day, usage, bill)),
        "cost_by_tenant": dg.MetadataValue.md(
            charts.stacked(f"Cost of {day} by tenant and model", _nested(parts), "USD")
        ),
        "cost_30_days": dg.MetadataValue.md(
            charts.columns("Cost a day, in US dollars", trend, f"{bill.cost_usd:,.2f} USD")
        ),
        "cost_usd": float(bill.cost_usd),
        "questions": bill.questions,
        "attempts": bill.attempts,
        "failed_attempts": bill.failed,
        "fallbacks": bill.fallbacks,
        "answers_from_cache": bill.from_cache,
        "input_tokens": bill.input_tokens,
        "output_tokens": bill.output_tokens,
        "cached_input_share": bill.cached_tokens / bill.input_tokens if bill.input_tokens else 0.0,
        "who_had_what": _table(today),
        "budgets_now": pages.table(
            ("budget", "spent (USD)", "limit (USD)", "used"),
            [
                (
                    each.budget,
                    f"{each.spent_usd:,.2f}",
                    f"{each.limit_usd:,.2f}",
                    f"{each.spent_usd / each.limit_usd:.0%}",
                )
                for each in budgets
            ],
        ),
    }


def _sentences(day: date, usage: Sequence[Usage], bill: Bill) -> Iterable[str]:
    yield f"**{bill.cost_usd:,.2f} USD** for {bill.questions:,} questions on {day}{_beside(day, usage, bill)}."
    spent = _sums([row for row in usage if row.day == day], lambda row: (row.tenant,))
    if bill.cost_usd:
        [who], most = max(spent.items(), key=lambda each: (each[1], each[0]))
        yield f"Most of it went to {who}: {most:,.2f} USD ({most / bill.cost_usd:.0%})."
    if bill.attempts:
        yield (
            f"{bill.failed:,} of {bill.attempts:,} requests failed ({bill.failed / bill.attempts:.1%}); "
            f"{bill.fallbacks:,} answers came from another endpoint than the first choice."
        )
    if bill.from_cache:
        yield f"{bill.from_cache:,} questions had been answered before and cost nothing."


def _beside(day: date, usage: Sequence[Usage], bill: Bill) -> str:
    """In proportion to the days of the week before on which anything was asked."""
    before = [row for row in usage if row.day in week_before(day)]
    worked = len({row.day for row in before})
    usual = Bill.of(before).cost_usd / worked if worked else Decimal(0)
    if not usual:
        return ""
    change = float(bill.cost_usd / usual - 1)
    return f", {abs(change):.0%} {'more' if change > 0 else 'less'} than on a day of the week before ({usual:,.2f} USD)"


def _sums(usage: Iterable[Usage], kind: Callable[[Usage], tuple[str, ...]]) -> dict[tuple[str, ...], Decimal]:
    found: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for row in usage:
        found[kind(row)] += row.cost_usd
    return dict(found)


def _nested(parts: dict[tuple[str, ...], Decimal]) -> dict[str, dict[str, float]]:
    """Tenant and model, the tenant that spent most first."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for (tenant, model), cost in parts.items():
        found[tenant][model] = float(cost)
    return dict(sorted(found.items(), key=lambda each: -sum(each[1].values())))


def _table(usage: Sequence[Usage]) -> dg.TableMetadataValue:
    kinds = sorted({(row.tenant, row.feed, row.model) for row in usage})
    bills = {kind: Bill.of(row for row in usage if (row.tenant, row.feed, row.model) == kind) for kind in kinds}
    return pages.table(
        ("tenant", "feed", "model", "questions", "tokens in", "tokens out", "cost (USD)"),
        [
            (
                *kind,
                f"{bill.questions:,}",
                f"{bill.input_tokens:,}",
                f"{bill.output_tokens:,}",
                f"{bill.cost_usd:,.4f}",
            )
            for kind, bill in sorted(bills.items(), key=lambda each: -each[1].cost_usd)
        ],
    )
