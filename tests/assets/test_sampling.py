"""Samples: by the call's id, in full, without secrets, and never at a call's cost."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.sampling import Sampler, chance_of
from resources.ledger import Ledger
from resources.ledger.samples import Samples, Which
from resources.llm.calls import Call
from resources.llm.errors import RateLimited, Unanswered
from resources.llm.sections import SamplesConfig
from resources.secrets import HIDDEN
from tests.resources.llm_parts import CALL, CALLER, Reply, needs_total, said, stage
from tests.resources.people_parts import rows


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url) as opened:
        yield opened


def silent(sentence: str) -> None:
    raise AssertionError(sentence)


async def asked(
    ledger: Ledger, settings: SamplesConfig, *replies: Reply, share: float | None = None, call: Call = CALL
) -> None:
    """One call through the engine, watched; answers have to hold a whole number."""
    async with Sampler(ledger.samples, settings, share, silent) as sampler:
        await stage({"gpt": list(replies)}, watches=[sampler]).llm.ask(call, CALLER, needs_total)


async def test_a_call_that_is_chosen_is_kept_with_every_turn(ledger: Ledger) -> None:
    """Each request of it: what was asked, in the order of the conversation, and what came."""
    await asked(ledger, SamplesConfig(share=1.0), said('{"total": "12"}'), said('{"total": 13}'))
    second, first = ledger.samples.find(Which())
    assert [turn["role"] for turn in first.asked] == ["system", "user"]
    assert (first.asked[0]["text"], first.asked[1]["text"]) == (CALL.system, CALL.prompt)
    assert (first.outcome, first.answered) == ("rejected", '{"total": "12"}')
    assert [turn["text"] for turn in second.asked[2:]] == ['{"total": "12"}', "total must be a whole number"]
    assert (second.outcome, second.answered, second.attempt) == ("ok", '{"total": 13}', 2)
    assert (first.call_id, first.doc_id, first.place) == (second.call_id, "doc-1", "")
    assert rows(ledger, "select tenant, run_id, partition from llm_samples")[0] == ("acme", "run-1", CALLER.partition)


async def test_what_failed_is_kept_more_often_and_says_why(ledger: Ledger) -> None:
    """It is what people look for."""
    with pytest.raises(Unanswered):
        await asked(ledger, SamplesConfig(share=0.0, failed_share=1.0), *[RateLimited("gpt", "slow down")] * 20)
    found = ledger.samples.find(Which(outcome="failed"))
    assert {each.error for each in found} == {"rate_limited"}
    assert "slow down" in found[0].answered
    await asked(ledger, SamplesConfig(share=0.0, failed_share=1.0), said('{"total": 12}'))
    assert ledger.samples.find(Which(outcome="ok")) == []


async def test_a_feed_may_keep_nothing(ledger: Ledger) -> None:
    """Its own share stands in for both of the configuration's."""
    with pytest.raises(Unanswered):
        await asked(ledger, SamplesConfig(share=1.0), *[RateLimited("gpt", "slow down")] * 20, share=0.0)
    assert ledger.samples.find(Which()) == []


async def test_no_secret_is_kept(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither one of this process, nor what looks like one, nor what the configuration names."""
    monkeypatch.setenv("MAILBOX_PASSWORD", "correct horse")
    document = "IBAN DE89370400440532013000, key sk-proj-abcdefghijklmnop1234, correct horse"
    call = replace(CALL, prompt=document)
    settings = SamplesConfig(share=1.0, redact=(r"\b[A-Z]{2}\d{20}\b",))
    await asked(ledger, settings, said('{"total": 1, "note": "sk-proj-abcdefghijklmnop1234"}'), call=call)
    [found] = ledger.samples.find(Which())
    assert found.asked[1]["text"] == f"IBAN {HIDDEN}, key {HIDDEN}, {HIDDEN}"
    assert found.answered == f'{{"total": 1, "note": "{HIDDEN}"}}'


async def test_a_sample_that_cannot_be_kept_is_told_and_let_go(ledger: Ledger) -> None:
    """Nothing rests on it: the answer is there all the same."""

    class Broken(Samples):
        def keep(self, rows: Any) -> None:
            raise OSError("the disk is full")

    told: list[str] = []
    broken = Broken(ledger.samples._connections)
    async with Sampler(broken, SamplesConfig(share=1.0), None, told.append) as sampler:
        answer = await stage({"gpt": [said('{"total": 12}')]}, watches=[sampler]).llm.ask(CALL, CALLER, needs_total)
    assert (answer.accepted, told) == (True, ["a sample was not kept: the disk is full"])


@given(ids=st.sets(st.uuids().map(lambda each: each.hex), min_size=300, max_size=400))
def test_chance_is_even_and_repeatable(ids: set[str]) -> None:
    """One in ten is about one in ten, whoever asks and however often."""
    chosen = [each for each in ids if chance_of(each) < 0.1]
    assert chosen == [each for each in ids if chance_of(each) < 0.1]
    assert 0.02 * len(ids) < len(chosen) < 0.25 * len(ids)
