"""From a question to a reply: the rules' answer, spoilt where a fault says so, and counted honestly."""

from typing import Any

from sandbox.answers import answer, answer_freely
from sandbox.faults import Decision, Strike
from sandbox.frames import dumps
from sandbox.models import Model
from sandbox.problems import ProviderProblem
from sandbox.question import Question, Reply, Stop, Usage
from sandbox.rules import Refusal
from sandbox.spoiling import spoil_text, spoil_value
from sandbox.tokens import count_lasting, count_tokens, first_tokens
from sandbox.told_schema import told_schema

_TURN_TOKENS = 4
_CACHE_STEP = 128


def count_input(question: Question) -> int:
    """The tokens of all that was sent; instructions and schema are remembered, as they come every time."""
    turns = sum(_count(turn.role, turn.text) for turn in question.turns)
    return turns + count_lasting(question.lasting) + _TURN_TOKENS


def _count(role: str, text: str) -> int:
    count = count_lasting if role in ("system", "developer") else count_tokens
    return count(text) + _TURN_TOKENS


def check_context(question: Question, model: Model, input_tokens: int) -> None:
    """Refuse what is longer than the model reads."""
    if input_tokens > model.context_tokens:
        raise too_long(model.name, model.context_tokens, input_tokens)


def too_long(model: str, limit: int, tokens: int) -> ProviderProblem:
    """What providers say about a prompt that is too long."""
    sentence = (
        f"This model's maximum context length is {limit} tokens. However, your messages resulted in {tokens} "
        f"tokens. Please reduce the length of the messages. ({model}: prompt is too long: {tokens} tokens > "
        f"{limit} maximum)"
    )
    return ProviderProblem("context_too_long", sentence, "messages")


def cached_usage(cacheable: int, hit: bool, wire: str, input_tokens: int) -> Usage:
    """Usage before anything is written: one provider counts reads in steps, the other writes as well."""
    if wire == "openai":
        return Usage(input_tokens, cached_tokens=cacheable // _CACHE_STEP * _CACHE_STEP if hit else 0)
    return Usage(input_tokens, cached_tokens=cacheable if hit else 0, written_tokens=0 if hit else cacheable)


def compose(question: Question, model: Model, decision: Decision, usage: Usage, reply_id: str, created: int) -> Reply:
    """The reply to a question."""
    served = model.name if decision.served_by is None else question.model
    refusal = next((s.rule for s in decision.spoiling if isinstance(s.rule, Refusal)), None)
    if refusal is not None:
        return _declined(refusal, served, usage, reply_id, created)
    text, stop = _answered(question, model, decision.spoiling)
    return Reply(reply_id, served, created, text, stop, _with_output(usage, text), question.tool)


def _answered(question: Question, model: Model, strikes: tuple[Strike, ...]) -> tuple[str, Stop]:
    text, cut = spoil_text(_text(question, strikes), strikes)
    limit = min(question.max_tokens or model.output_tokens, model.output_tokens)
    if count_tokens(text) > limit:
        text, cut = first_tokens(text, limit), True
    if cut:
        return text, "length"
    return text, "tool" if question.tool is not None else "end"


def _text(question: Question, strikes: tuple[Strike, ...]) -> str:
    spoken = [(turn.role, turn.text) for turn in question.turns]
    schema = question.schema if question.schema is not None else told_schema(question.turns)
    if schema is None:
        return answer_freely(spoken, question.form == "json")
    value: Any = spoil_value(answer(schema, spoken), strikes)
    return _after_prefill(dumps(value), question)


def _after_prefill(text: str, question: Question) -> str:
    if not question.ends_with_prefill or not question.turns[-1].text.strip():
        return text
    return text.removeprefix(question.turns[-1].text.rstrip())


def _declined(refusal: Refusal, model: str, usage: Usage, reply_id: str, created: int) -> Reply:
    if refusal.how == "content_filter":
        return Reply(reply_id, model, created, "", "filtered", _with_output(usage, ""))
    output = _with_output(usage, refusal.sentence)
    return Reply(reply_id, model, created, "", "refusal", output, refusal=refusal.sentence)


def _with_output(usage: Usage, text: str) -> Usage:
    return Usage(usage.input_tokens, count_tokens(text), usage.cached_tokens, usage.written_tokens)
