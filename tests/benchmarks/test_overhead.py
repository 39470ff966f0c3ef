"""What the overhead is measured by: two sides that sent the same, and what one costs more than the other."""

from collections import Counter

import httpx2
import pytest

from benchmarks.canned import Sent, running, sent_since
from benchmarks.overhead import Block, Turn, refuse_different, report

ANSWERED = Block("openai", stream=False, at_once=1)
FAILED = Block("openai", stream=False, at_once=1, failing=True)


def test_the_server_remembers_what_it_was_sent_whatever_the_order() -> None:
    """Two bodies that say the same are the same; what was asked about is forgotten."""
    with running() as url, httpx2.Client(base_url=url, trust_env=False) as http:
        for body in ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 2}):
            assert http.post("/whole/v1/chat/completions", json=body).status_code == 200
        assert http.post("/overloaded/v1/messages", json={}).status_code == 529
        sent = sent_since(url)
        assert sorted(sent.values()) == [1, 1, 2]
        assert {path for path, _ in sent} == {"/whole/v1/chat/completions", "/overloaded/v1/messages"}
        assert sent_since(url) == Counter()


@pytest.mark.parametrize(
    ("block", "bare", "weir"),
    [
        (ANSWERED, {("/whole", "a"): 2}, {("/whole", "b"): 2}),
        (ANSWERED, {("/whole", "a"): 2}, {("/whole", "a"): 3}),
        (ANSWERED, {("/whole", "a"): 1}, {("/whole", "a"): 1}),
        (FAILED, {("/whole", "a"): 2}, {("/whole", "a"): 2}),
    ],
    ids=["other bodies", "more requests", "fewer than asked", "no failed ones"],
)
def test_sides_that_did_not_send_the_same_are_not_compared(
    block: Block, bare: dict[tuple[str, str], int], weir: dict[tuple[str, str], int]
) -> None:
    """A side that does less is not the better one."""
    with pytest.raises(SystemExit, match="not the same was sent"):
        refuse_different(block, Sent(bare), Sent(weir), 2)


def test_the_same_requests_may_be_compared() -> None:
    """A failed call is two requests."""
    refuse_different(
        FAILED,
        Sent({("/overloaded", "a"): 2, ("/whole", "a"): 2}),
        Sent({("/whole", "a"): 2, ("/overloaded", "a"): 2}),
        2,
    )


def turn(bare: float, weir: float, bare_failed: float, weir_failed: float) -> Turn:
    return {("bare", False): bare, ("weir", False): weir, ("bare", True): bare_failed, ("weir", True): weir_failed}


def test_sides_are_compared_within_a_turn(capsys: pytest.CaptureFixture[str]) -> None:
    """A slow minute slows both; a failed attempt is what it adds to the success after it."""
    quiet, busy = turn(1.0, 1.2, 2.0, 3.1), turn(5.0, 5.2, 6.0, 7.1)
    assert list(report(ANSWERED, [quiet, busy, quiet])) == []
    assert "0.20 ok" in (told := capsys.readouterr().out)
    assert "0.90 ok" in told


def test_what_costs_more_than_allowed_is_missed() -> None:
    """Either of the two."""
    missed = list(report(ANSWERED, [turn(1.0, 1.4, 2.0, 3.6)]))
    assert [sentence.rpartition(": ")[2] for sentence in missed] == [
        "0.40 ms on top, 0.3 at most",
        "1.20 ms on top, 1 at most",
    ]
