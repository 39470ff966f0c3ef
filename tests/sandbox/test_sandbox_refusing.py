"""Faults that leave an error instead of an answer, as the SDKs see them."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import anthropic
import openai
import pytest
from anthropic import Anthropic
from openai import OpenAI

from sandbox.strictness import complaint
from tests.sandbox_served import ASKED, EMBEDDER, Served, chat, message

_WAITS: dict[str, dict[str, str | None]] = {
    "seconds": {"retry-after": "2", "retry-after-ms": None},
    "milliseconds": {"retry-after": None, "retry-after-ms": "2000"},
    "both": {"retry-after": "2", "retry-after-ms": "2000"},
}


def _refused(client: OpenAI | Anthropic) -> Any:
    """The error the SDK makes of a refused question."""
    with pytest.raises((openai.APIStatusError, anthropic.APIStatusError)) as refused:
        _ask(client)
    return refused.value


def _ask(client: OpenAI | Anthropic) -> Any:
    if isinstance(client, OpenAI):
        return client.chat.completions.create(**chat())
    return client.messages.create(**message())


def test_a_rate_limit_may_say_nothing_of_when(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """429 without a hint: the caller has to choose its own pause."""
    served.fault("rate_limited")
    for error in (_refused(gpt), _refused(claude)):
        assert isinstance(error, openai.RateLimitError | anthropic.RateLimitError)
        hints = ("retry-after", "retry-after-ms", "x-should-retry", "x-ratelimit-limit-requests")
        assert [name for name in hints if name in error.response.headers] == []


@pytest.mark.parametrize("form", _WAITS)
def test_a_rate_limit_says_when_to_come_back(served: Served, gpt: OpenAI, form: str) -> None:
    """Retry-After comes in seconds, in milliseconds, or in both."""
    served.fault("rate_limited", retry_after_s=2, retry_after_form=form)
    headers = _refused(gpt).response.headers
    assert {name: headers.get(name) for name in _WAITS[form]} == _WAITS[form]


def test_retry_after_may_be_a_date(served: Served, claude: Anthropic) -> None:
    """An HTTP date lies as far ahead as the rule says, to the second."""
    served.fault("rate_limited", retry_after_s=30, retry_after_form="date")
    moment = parsedate_to_datetime(_refused(claude).response.headers["retry-after"])
    assert 25 < (moment - datetime.now(UTC)).total_seconds() <= 31


def test_whether_to_come_back_can_be_said(served: Served, gpt: OpenAI) -> None:
    """`x-should-retry` is sent as the rule says, the sentence too."""
    served.fault("rate_limited", should_retry=False, sentence="Not today.")
    error = _refused(gpt)
    assert error.response.headers["x-should-retry"] == "false"
    assert "Not today." in str(error)


def test_a_rate_limit_reports_its_limit(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """Each wire has its own headers: durations on one, moments on the other."""
    served.fault("rate_limited", limit=60, retry_after_s=1.5)
    ours, theirs = _refused(gpt).response.headers, _refused(claude).response.headers
    assert (ours["x-ratelimit-limit-requests"], ours["x-ratelimit-remaining-requests"]) == ("60", "0")
    assert ours["x-ratelimit-reset-requests"] == "1.500s"
    assert theirs["anthropic-ratelimit-requests-remaining"] == "0"
    assert datetime.fromisoformat(theirs["anthropic-ratelimit-requests-reset"]).tzinfo is not None


@pytest.mark.parametrize("status", [401, 403, 404, 408, 413, 500, 502, 503, 504, 529])
def test_any_status_can_be_had_on_both_wires(served: Served, gpt: OpenAI, claude: Anthropic, status: int) -> None:
    """The status is the one asked for, and the SDK makes its own error of the body."""
    served.fault("status", status=status)
    ours, theirs = _refused(gpt), _refused(claude)
    assert (ours.status_code, theirs.status_code) == (status, status)
    assert theirs.body["type"] == "error"
    assert ours.body["message"]


def test_overloaded_is_named_as_each_wire_names_it(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """529 is Anthropic's overloaded_error."""
    served.fault("status", status=529)
    assert _refused(claude).body["error"]["type"] == "overloaded_error"
    assert _refused(gpt).code == "server_overloaded"


def test_money_spent_is_told_from_too_fast(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """insufficient_quota is a 429 that waiting does not cure, and its code says so."""
    served.fault("quota_exhausted")
    assert (_refused(gpt).status_code, _refused(gpt).code) == (429, "insufficient_quota")
    assert _refused(claude).body["error"]["details"] == {"error_code": "enforced_spend_limit_reached"}


def test_too_long_a_prompt_can_be_played(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """400 with the code on one wire and the words on the other."""
    served.fault("context_too_long")
    ours, theirs = _refused(gpt), _refused(claude)
    assert (ours.status_code, ours.code) == (400, "context_length_exceeded")
    assert theirs.status_code == 400
    assert "prompt is too long" in theirs.body["error"]["message"]


def test_an_offended_policy_can_be_played(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """400 that another try does not cure."""
    served.fault("content_policy")
    assert (_refused(gpt).status_code, _refused(gpt).code) == (400, "content_policy_violation")
    assert _refused(claude).body["error"]["type"] == "invalid_request_error"


def test_a_prefill_is_rejected_and_nothing_else(served: Served, claude: Anthropic) -> None:
    """Only a conversation that ends with the assistant's words is struck."""
    served.fault("reject_prefill")
    assert claude.messages.create(**message()).stop_reason == "end_turn"
    with pytest.raises(anthropic.BadRequestError, match="prefill"):
        claude.messages.create(**message(messages=[*ASKED, {"role": "assistant", "content": "{"}]))


def test_a_streamed_question_is_refused_before_any_event(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """An error before the first event is a plain error, not a stream."""
    served.fault("status", status=503)
    with pytest.raises(openai.InternalServerError):
        gpt.chat.completions.create(**chat(stream=True))
    with pytest.raises(anthropic.InternalServerError):
        claude.messages.create(**message(stream=True))


def test_embeddings_and_lists_are_refused_alike(served: Served, gpt: OpenAI) -> None:
    """Faults strike every operation, unless the rule names one."""
    served.fault("rate_limited", operation="embeddings")
    with pytest.raises(openai.RateLimitError):
        gpt.embeddings.create(model=EMBEDDER, input="a")
    assert gpt.models.list().data
    served.fault("status", status=500, operation="models")
    with pytest.raises(openai.InternalServerError):
        gpt.models.list()


def test_a_quota_counts_requests_and_says_where_one_stands(served: Served, gpt: OpenAI) -> None:
    """Every answer carries what is left; above the limit comes 429 with when to come back."""
    served.fault("quota", requests=2, per_s=60)
    left = [gpt.chat.completions.with_raw_response.create(**chat()).headers for _ in range(2)]
    assert [headers["x-ratelimit-remaining-requests"] for headers in left] == ["1", "0"]
    error = _refused(gpt)
    assert error.status_code == 429
    assert 1 <= int(error.response.headers["retry-after"]) <= 60
    assert "on requests: Limit 2" in str(error)


def test_a_quota_counts_tokens_and_names_them(served: Served, gpt: OpenAI) -> None:
    """A request larger than what is left is refused for want of tokens, though some are left."""
    used = gpt.chat.completions.create(**chat()).usage
    assert used is not None
    served.fault("quota", requests=100, tokens=used.total_tokens + used.prompt_tokens - 1)
    gpt.chat.completions.create(**chat())
    assert f"on tokens: Limit {used.total_tokens + used.prompt_tokens - 1}, Remaining " in str(_refused(gpt))


def test_a_quota_fills_up_again(served: Served, gpt: OpenAI) -> None:
    """After the window there is as much as before."""
    served.fault("quota", requests=1, per_s=0.1, retry_after=False)
    gpt.chat.completions.create(**chat())
    assert "retry-after" not in _refused(gpt).response.headers
    statuses = (served.http.post("/v1/chat/completions", json=chat()).status_code for _ in range(1000))
    assert 200 in statuses


@pytest.mark.parametrize(("count", "refused"), [(16, None), (17, "union types")])
def test_anthropic_compiles_so_many_unions_and_no_more(count: int, refused: str | None) -> None:
    """A schema that passes here passes there."""
    nullable = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    names = [f"p{number}" for number in range(count)]
    schema = {
        "type": "object",
        "properties": dict.fromkeys(names, nullable),
        "required": names,
        "additionalProperties": False,
    }
    said = complaint(schema, "anthropic")
    assert said is None if refused is None else refused in str(said)
    assert "optional" in str(complaint({**schema, "required": [], "properties": _many(25)}, "anthropic"))
    assert "5000 properties" in str(
        complaint({**schema, "required": list(_many(5001)), "properties": _many(5001)}, "openai")
    )


def _many(count: int) -> dict[str, dict[str, str]]:
    return {f"p{number}": {"type": "string"} for number in range(count)}
