"""Where labels leave it open which sum is which, the sums that add up are meant."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product

from sandbox.answers.complaints import Blame
from sandbox.answers.matching import is_avoided, score_of
from sandbox.answers.mentions import Mention
from sandbox.answers.wanted import Wanted

_CENT = Decimal("0.02")
_MOST = 5
_DOUBT = 3.0
_Scored = tuple[float, Mention]


def settled(
    fields: Sequence[Wanted],
    found: Mapping[str, Mention],
    mentions: Sequence[Mention],
    blame: Blame,
) -> dict[str, Mention]:
    """The mentions of net total, tax and total: by their labels, but such that they add up, if they can."""
    net, total = _field(fields, "net", "total"), _field(fields, "total")
    if net is None or total is None:
        return dict(found)
    tax = _field(fields, "tax", "amount")
    taxes = [found[tax.name]] if tax and tax.name in found else []
    if net.name in blame.missed and total.name in found and not taxes:
        return {**found, net.name: found[total.name]}  # without a tax the only total is the net one as well
    ways = product(_ranked(net, mentions, blame), _ranked(total, mentions, blame))
    sums = sorted(_fitting(ways, taxes), key=lambda way: -way[0])
    labelled = sum(score_of(field, found[field.name]) for field in (net, total) if field.name in found)
    if not sums or sums[0][0] < labelled - _DOUBT:
        return dict(found)  # what the labels say clearly stands, whether it adds up or not
    return {**found, net.name: sums[0][1], total.name: sums[0][2]}


def _field(fields: Sequence[Wanted], *named: str) -> Wanted | None:
    return next((field for field in fields if field.kind == "amount" and field.named == frozenset(named)), None)


def _ranked(field: Wanted, mentions: Sequence[Mention], blame: Blame) -> list[_Scored]:
    scored = [
        (score, mention)
        for mention in mentions
        if mention.kind == "amount"
        and not is_avoided(field, mention, blame)
        and (score := score_of(field, mention)) > 0
    ]
    return sorted(scored, key=lambda each: -each[0])[:_MOST]


def _fitting(
    ways: Iterator[tuple[_Scored, _Scored]], taxes: Sequence[Mention]
) -> Iterator[tuple[float, Mention, Mention]]:
    tax = sum((Decimal(each.value) for each in taxes), Decimal(0))
    for (net_score, net), (total_score, total) in ways:
        if abs(Decimal(net.value) + tax - Decimal(total.value)) <= _CENT and net.line < total.line:
            yield net_score + total_score, net, total
