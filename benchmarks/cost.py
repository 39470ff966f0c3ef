"""What the shipped feeds cost under the shipped routes, beside everything asked of the strongest model of those routes.

The documents, their dialogues, schemas and acceptance are the real ones; prices are those of genai-prices for the
real models' names. The answers are the sandbox's: rules, not a model. So how often a weak model errs is set here, is
printed with the result, and the strongest never errs, which is the hardest comparison. What is compared is money, and
what of it reached the ledger: the share accepted, the rejects by type, and whether what was accepted is right.
"""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from importlib.metadata import version
from itertools import chain
from typing import Any

from assets.dialogues import Desk, Read, Undecided
from benchmarks.engines import MemoryStore
from benchmarks.likeness import hits
from benchmarks.provider import Provider, Rule, running
from benchmarks.samples import FEEDS, Sample, generate
from benchmarks.samples.shipping import bad_samples, gold_samples, good_samples
from extraction.chunking import chunk
from extraction.feed import Feed, load_feed
from extraction.parsing import Unreadable, parse
from resources.environment import ROOT
from resources.llm.config import SHIPPED, load_config
from resources.llm.endpoints import Endpoint, Wire
from resources.llm.engine import Llm
from resources.llm.messages import Usage
from resources.llm.plan import Plan, plan
from resources.llm.prices import cost_usd
from resources.llm.sections import LlmConfig
from resources.llm.store import Caller

CHEAPER = 0.60
AT_ONCE = 8
# How often an answer of a weak model is spoilt, and how: the shares of its answers. The strongest's never are.
ERRORS: Mapping[str, float] = {
    "invented_values": 0.06,
    "missing_fields": 0.05,
    "placeholders": 0.03,
    "invalid_json": 0.02,
}
PLACES: Mapping[str, Wire] = {"openai": "openai", "anthropic": "anthropic", "gemini": "openai"}
_SEED = 20_261_125


@dataclass
class Count:
    """What one way of asking came to."""

    cost_usd: Decimal = Decimal(0)
    types: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    right: int = 0
    stated: int = 0

    @property
    def documents(self) -> int:
        return self.types.total()

    @property
    def accepted(self) -> float:
        return self.types["accepted"] / self.documents

    @property
    def rejects(self) -> Counter[str]:
        return Counter({kind: number for kind, number in self.types.items() if kind != "accepted"})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cost", description=__doc__)
    parser.add_argument("--count", type=int, default=60, help="generated documents a feed beside the shipped")
    parser.add_argument(
        "--providers", nargs="+", choices=sorted(PLACES), default=sorted(PLACES), help="whose keys are there"
    )
    options = parser.parse_args()
    with running() as provider:
        sys.exit(asyncio.run(compare(provider, options.count, options.providers)))


async def compare(provider: Provider, count: int, on: Sequence[str]) -> int:
    config = load_config(SHIPPED)
    shipped = planned(config, provider, on)
    strongest = strongest_of(shipped)
    alone = planned(only(config, strongest.name), provider, on)
    weak = sorted({endpoint.model for endpoint in endpoints_of(shipped)} - {strongest.model})
    _say_what_is_compared(shipped, strongest, weak)
    ours = await _through(provider, shipped, weak, count)
    theirs = await _through(provider, alone, weak, count)
    return report(ours, theirs)


def planned(config: LlmConfig, provider: Provider, on: Sequence[str] = tuple(PLACES)) -> Plan:
    """These providers are on, and are the sandbox; models keep their names, and so their prices."""
    variables = {f"{place.upper()}_BASE_URL": provider.at(place, PLACES[place]) for place in on}
    return plan(config.model_copy(update={"embedding": None}), variables)


def endpoints_of(shipped: Plan) -> list[Endpoint]:
    return [step.endpoint for route in shipped.routes.values() for step in route.steps]


def strongest_of(shipped: Plan) -> Endpoint:
    """The dearest is what a careful user without routes would ask for everything."""
    return max(endpoints_of(shipped), key=lambda each: cost_usd(each, Usage(input_tokens=10_000, output_tokens=2_000)))


def only(config: LlmConfig, name: str) -> LlmConfig:
    """The same configuration with one endpoint on each route."""
    routes = [
        route.model_copy(update={"steps": [step for step in route.steps if step.endpoint == name]})
        for route in config.routes
    ]
    return config.model_copy(update={"routes": [route for route in routes if route.steps]})


def spoiling(weak: Sequence[str]) -> Iterator[Rule]:
    """The weak models' errors; which answers they strike depends on the text asked, not on the order."""
    yield {"kind": "serve", "name": "serve-real-names", "model": "*", "as": "sandbox-rules-large"}
    for model in weak:
        for kind, share in ERRORS.items():
            yield {"kind": kind, "name": f"{model}-{kind}", "model": model, "share": share}


async def _through(provider: Provider, asked: Plan, weak: Sequence[str], count: int) -> Count:
    """Every document of every feed, a bounded number at a time."""
    provider.strike(list(spoiling(weak)))
    total, store = Count(), MemoryStore()
    async with Llm(asked, store) as llm:
        for name in FEEDS:
            await _feed(load_feed(ROOT / "feeds" / name), llm, count, total)
    total.cost_usd += sum((row.cost_usd for row in store.rows), Decimal(0))
    total.calls.update(row.model for row in store.rows)
    return total


async def _feed(feed: Feed, llm: Llm, count: int, total: Count) -> None:
    gate = asyncio.Semaphore(AT_ONCE)
    caller = Caller("cost", feed.name, feed.tenant, None, "extractions", f"2026-11-19|{feed.name}")
    desk = Desk(feed, llm, _NoLake, caller, fresh=True)

    async def one(sample: Sample) -> None:
        async with gate:
            await _document(desk, sample, total)

    await asyncio.gather(*(one(sample) for sample in samples(feed.name, count)))


# Nothing makes vectors here, so nothing is looked for by meaning, and the desk never comes to its lake.
_NoLake: Any = None


def samples(feed: str, count: int) -> Iterator[Sample]:
    return chain(good_samples(feed), bad_samples(feed), gold_samples(feed), generate(_SEED, feed, count))


async def _document(desk: Desk, sample: Sample, total: Count) -> None:
    try:
        document = parse(sample.name, sample.content)
    except Unreadable as unreadable:
        total.types[f"dead: {type(unreadable).__name__}"] += 1
        return
    doc_id = sha256(sample.content).hexdigest()
    finding = await desk.decide(Read(sample.name, doc_id, document, chunk(doc_id, document)))
    if isinstance(finding, Undecided):
        finding, kind = finding.finding, "waiting"
    else:
        kind = _type(finding.verdict, finding.cause, [reason["field"] for reason in finding.reasons])
    total.types[kind] += 1
    if kind == "accepted":
        right, stated = hits(finding.record, sample.truth)
        total.right, total.stated = total.right + right, total.stated + stated
    total.cost_usd += sum((Decimal(row["cost_usd"]) for row in finding.attempts), Decimal(0))
    total.calls.update(row["model"] for row in finding.attempts)


def _type(verdict: str, cause: str | None, fields: Sequence[str]) -> str:
    """A dead letter by its cause, a review by the fields a person has to look at."""
    if verdict == "dead":
        return f"dead: {cause}"
    return verdict if verdict == "accepted" else f"review: {', '.join(sorted({_top(each) for each in fields}))}"


def _top(path: str) -> str:
    return path.replace("[", ".").partition(".")[0]


def _say_what_is_compared(shipped: Plan, strongest: Endpoint, weak: Sequence[str]) -> None:
    print(f"prices: genai-prices {version('genai-prices')}, US dollars a million tokens in / out")
    for endpoint in {each.model: each for each in endpoints_of(shipped)}.values():
        print(f"  {endpoint.model:32} {_rate(endpoint, 1, 0):>7} / {_rate(endpoint, 0, 1):>7}")
    errors = ", ".join(f"{share:.0%} {kind.replace('_', ' ')}" for kind, share in ERRORS.items())
    print(f"errors of {', '.join(weak)}: {errors}; of {strongest.model}: none\n", flush=True)


def _rate(endpoint: Endpoint, read: int, written: int) -> Decimal:
    """By the price of a thousand tokens: a table may have other prices for calls of a million."""
    return cost_usd(endpoint, Usage(input_tokens=read * 1_000, output_tokens=written * 1_000)) * 1_000


def report(ours: Count, theirs: Count) -> int:
    """Whether ours is as much cheaper as it has to be, for the same."""
    for name, count in (("shipped routes", ours), ("strongest alone", theirs)):
        calls = ", ".join(f"{number} {model}" for model, number in count.calls.most_common())
        print(
            f"{name:16} {count.documents} documents, {count.cost_usd:.4f} USD, {count.accepted:.2%} accepted, "
            f"{count.right / count.stated:.3%} of their values right; calls: {calls}"
        )
    saved = 1 - float(ours.cost_usd / theirs.cost_usd)
    only_ours, only_theirs = ours.rejects - theirs.rejects, theirs.rejects - ours.rejects
    print(f"\ncheaper by {saved:.1%} (at least {CHEAPER:.0%}): {'ok' if saved >= CHEAPER else 'MISSED'}")
    same = ours.accepted == theirs.accepted and not only_ours and not only_theirs
    print(f"same share accepted, same rejects by type: {'ok' if same else 'MISSED'}")
    for title, rejects in (("more with ours", only_ours), ("more with the strongest", only_theirs)):
        for kind, number in rejects.most_common():
            print(f"  {title}: {number} {kind}")
    return 0 if same and saved >= CHEAPER else 1


if __name__ == "__main__":
    main()
