"""Leaves say what to do next; sentences name culprit, place and remedy, and no key."""

import pytest

from resources.llm import errors
from resources.llm.errors import EndpointFailed, Problem, without_keys

# name: (what next, here again, later perhaps, against its health, what it may have cost)
TREE = {
    "rate_limited": ("go_elsewhere", True, True, False, "nothing"),
    "quota_exhausted": ("go_elsewhere", False, True, False, "nothing"),
    "overloaded": ("go_elsewhere", True, True, True, "nothing"),
    "unavailable": ("retry_here", True, True, True, "nothing"),
    "timeout_before_send": ("retry_here", True, True, True, "nothing"),
    "timeout_after_send": ("go_elsewhere", True, True, True, "ambiguous"),
    "connection": ("retry_here", True, True, True, "nothing"),
    "auth": ("go_elsewhere", False, True, False, "nothing"),
    "bad_request": ("go_elsewhere", False, False, False, "nothing"),
    "context_too_long": ("go_elsewhere", False, False, False, "nothing"),
    "content_refused": ("stop", False, False, False, "reported"),
    "truncated": ("go_elsewhere", False, False, False, "reported"),
    "malformed": ("retry_here", True, True, True, "reported"),
}


def test_the_tree_is_this_one() -> None:
    """Thirteen leaves, each with its answers to the four questions a call asks."""
    assert {
        leaf.name: (leaf.then, leaf.again, leaf.transient, leaf.counts_against_health, leaf.spend)
        for leaf in EndpointFailed.__subclasses__()
    } == TREE


def test_the_drawing_at_the_top_is_the_tree() -> None:
    """Who reads the module's head reads what is there."""
    drawn = errors.__doc__ or ""
    assert all(leaf.__name__ in drawn and leaf.name in drawn for leaf in EndpointFailed.__subclasses__())


@pytest.mark.parametrize("leaf", EndpointFailed.__subclasses__())
def test_a_sentence_has_culprit_and_remedy(leaf: type[EndpointFailed]) -> None:
    """Whoever reads it knows where to look."""
    said = str(leaf("gpt", "because\n of  this", retry_after_s=2.5))
    assert said.startswith("gpt ")
    assert "(because of this; retry after 2.5 s)" in said
    assert said.endswith(f"{leaf.remedy}.")
    assert said.count("\n") == 0


def test_a_sentence_stays_a_sentence() -> None:
    """A page of HTML in a body does not flood a log."""
    assert len(str(errors.Unavailable("gpt", "x" * 10_000))) < 500


@pytest.mark.parametrize(
    "text",
    [
        "Incorrect API key provided: sk-proj-abcdef1234567890",
        "Incorrect API key provided: sk-abcd****************wxyz",
        "header Authorization: Bearer abcdef.123456-xyz is not valid",
        "API key AIzaSyA1234567890abcdef not valid",
        "gsk_abcdefghijkl is unknown",
    ],
)
def test_whatever_looks_like_a_key_is_blotted_out(text: str) -> None:
    """Providers quote the key they refuse, in whole or in part."""
    said = without_keys(text)
    assert "***" in said
    assert not any(part in said for part in ("abcdef", "wxyz", "AIzaSy", "123456"))


def test_the_key_in_use_is_blotted_out_whatever_it_looks_like() -> None:
    """Keys of one's own servers have no known form."""
    assert without_keys("no such token hunter22", "hunter22") == "no such token ***"
    assert without_keys("plain words stay", "") == "plain words stay"


def test_a_refused_configuration_lists_all_that_is_wrong() -> None:
    """One run is enough to correct the whole file."""
    refused = errors.ConfigRefused("llm.yaml", [Problem("a", "is wrong"), Problem("b[0]", "is missing")])
    assert str(refused) == "The LLM configuration in llm.yaml cannot be used:\n  a: is wrong\n  b[0]: is missing"


def test_a_call_nobody_could_be_asked_for_says_so() -> None:
    """The deadline can pass before anybody was asked."""
    error = errors.Unanswered("extract", "as its 1 s are over", (), True, ())
    assert str(error) == (
        "Task extract got no answer, as its 1 s are over: nobody was asked. It can be asked again later."
    )
