"""What the service achieved for the documents of one day: how many, how fast, how many needed a person, how right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import dagster as dg

from assets import charts, pages
from assets.operations.days import day_of, trend_of
from assets.partitions import days
from assets.pictures import COLOURS
from extraction.feed import feed_names
from resources.environment import Environment
from resources.ledger import Ledger
from resources.ledger.levels import Answering, Decisions, Pace, Score, Verdicts

VERDICTS = {name: COLOURS.get(name, COLOURS["waiting"]) for name in ("accepted", "review", "dead", "unfinished")}


@dataclass(frozen=True, slots=True)
class Month:
    """What is known of the days up to one, that day included."""

    day: date
    verdicts: Sequence[Verdicts]
    paces: Sequence[Pace]
    answering: Sequence[Answering]
    decisions: Decisions
    scores: Sequence[Score]


@dg.asset(
    partitions_def=days,
    group_name="operations",
    kinds={"postgres"},
    description=f"""{__doc__}

* Uptime: of the minutes in which a model was asked, those in which one answered; of the day's calls, in UTC.
* Documents an hour: in the minutes in which documents were decided. p99: from first question to verdict.
* Manual review rate: documents whose first verdict was review or dead, of all with a verdict.
* Accuracy: F1 on the feeds' labelled documents, and what people left as it was when they decided, over thirty days.
""",
)
def service_levels(context: dg.AssetExecutionContext, ledger: dg.ResourceParam[Ledger]) -> dg.MaterializeResult[None]:
    day = day_of(context.partition_key)
    since, feeds, levels = trend_of(day)[0], feed_names(Environment.read().feeds_dir), ledger.levels
    month = Month(
        day,
        levels.verdicts(feeds, since, day),
        levels.paces(feeds, since, day),
        levels.answering(day, day),
        levels.decisions(since, day),
        levels.scores(feeds),
    )
    return dg.MaterializeResult(metadata=levels_page(month))


def levels_page(month: Month) -> pages.Metadata:
    """Of what was not measured nothing is said: a gap is no zero."""
    day = month.day
    today = [each for each in month.verdicts if each.day == day]
    judged, manual = sum(each.judged for each in today), sum(each.manual for each in today)
    pace = next((each for each in month.paces if each.day == day), None)
    answering = month.answering[0] if month.answering else None
    accuracy = _accuracy(month)
    return {
        "summary": pages.sentences(_sentences(month, judged, manual)),
        "documents": judged,
        **({"manual_review_rate": manual / judged} if judged else {}),
        **({"uptime": answering.uptime, "answered": answering.answers / answering.questions} if answering else {}),
        **(
            {"documents_per_hour": round(pace.documents_per_hour), "document_p99_s": round(pace.p99_s, 3)}
            if pace
            else {}
        ),
        **accuracy,
        "verdicts_by_feed": dg.MetadataValue.md(_verdicts(day, today)),
        "review_rate_30_days": dg.MetadataValue.md(_review_rates(month)),
        "documents_30_days": dg.MetadataValue.md(_documents(month)),
        "feeds": pages.table(
            ("feed", "documents", "needed a person", "accepted", "in review", "dead", "unfinished"),
            [
                (
                    each.feed,
                    f"{each.judged:,}",
                    f"{each.manual / each.judged:.0%}" if each.judged else "-",
                    *(f"{number:,}" for number in (each.accepted, each.review, each.dead, each.unfinished)),
                )
                for each in today
            ],
        ),
    }


def _accuracy(month: Month) -> dict[str, float]:
    documents, found = sum(each.documents for each in month.scores), {}
    if documents:
        found["gold_f1"] = sum(each.f1 * each.documents for each in month.scores) / documents
    if month.decisions.total:
        found["left_as_it_was_by_people"] = month.decisions.approved / month.decisions.total
    return found


def _sentences(month: Month, judged: int, manual: int) -> Iterator[str]:
    day = month.day
    unfinished = sum(each.unfinished for each in month.verdicts if each.day == day)
    if not judged and not unfinished:
        yield f"No documents arrived for {day}."
    else:
        share = f"; {manual:,} of them needed a person ({manual / judged:.1%})" if judged else ""
        yield f"**{judged:,} documents** of {day} have a verdict{share}."
    if unfinished:
        yield f"**{unfinished:,} documents have none yet**: they wait for a provider, or their run did not end."
    for pace in month.paces:
        if pace.day == day:
            yield f"{pace.documents_per_hour:,.0f} documents an hour; 99 of 100 took less than {pace.p99_s:.1f} s."
    for each in month.answering:
        down = each.minutes_asked - each.minutes_answered
        yield f"A model answered in {each.uptime:.2%} of the minutes in which one was asked ({down} min without)."
    accuracy = _accuracy(month)
    if "gold_f1" in accuracy:
        yield f"On labelled documents the feeds read {accuracy['gold_f1']:.1%} of the values right (F1)."
    if "left_as_it_was_by_people" in accuracy:
        total, approved = month.decisions.total, month.decisions.approved
        yield f"People left {approved:,} of the {total:,} records they decided on in thirty days as they were."


def _verdicts(day: date, today: Sequence[Verdicts]) -> str:
    rows = {
        each.feed: dict(zip(VERDICTS, (each.accepted, each.review, each.dead, each.unfinished), strict=True))
        for each in today
    }
    return charts.stacked(f"Documents of {day} by feed and verdict", rows, "documents", VERDICTS)


def _review_rates(month: Month) -> str:
    rates = []
    for day in trend_of(month.day):
        judged = sum(each.judged for each in month.verdicts if each.day == day)
        manual = sum(each.manual for each in month.verdicts if each.day == day)
        rates.append((str(day), 100 * manual / judged if judged else None))
    last = rates[-1][1]
    said = "no documents" if last is None else f"{last:.1f} %"
    return charts.columns("Share of documents that needed a person, a day", rates, said)


def _documents(month: Month) -> str:
    counts = []
    for day in trend_of(month.day):
        known = [each.judged for each in month.verdicts if each.day == day]
        counts.append((str(day), float(sum(known)) if known else None))
    return charts.columns("Documents with a verdict, a day", counts, f"{counts[-1][1] or 0:,.0f} documents")
