"""What happens to a request at the provider: its facts, its fate, its answer, told as moves on the wire."""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox import catalogue
from sandbox.caching import PromptCache
from sandbox.exchange import Headers, Hold, Moves, Pause, Request, Reset
from sandbox.faults import Decision, Facts, Faults
from sandbox.frames import encoded
from sandbox.journal import Entry, Journal
from sandbox.lots import digest
from sandbox.models import Model, find_model
from sandbox.problems import ProviderProblem
from sandbox.question import Question, Reply
from sandbox.quota import merged
from sandbox.reading import MAX_BODY_BYTES, read_object
from sandbox.refusals import error_frame, problem_of_rule, refusal_headers
from sandbox.replying import cached_usage, check_context, compose, count_input
from sandbox.rules import MalformedBody, ResetConnection, Silence, StreamError
from sandbox.script import malformed_script, stream_script, whole_script
from sandbox.timing import pace_of
from sandbox.wires import Route, Wire, find_route, wire_of

Clock = Callable[[], float]
_LOG = logging.getLogger(__name__)
_OUR_MISTAKE = "The sandbox itself failed on this request; what happened is in its log."


class Provider:
    """One sandbox: its faults, its journal, its memory of prompts."""

    def __init__(self, seed: int, clock: Clock, calendar: Callable[[], datetime]) -> None:
        self.faults = Faults(seed)
        self.clock = clock
        self.journal = Journal(clock())
        self._calendar = calendar
        self._prompts = PromptCache()

    def play(self, request: Request) -> tuple[Moves, Entry]:
        """The moves that answer a request, and its entry in the journal, still open."""
        wire = wire_of(request.path, request.headers)
        entry = self.journal.open(wire.NAME, "", request.path, self.clock())
        try:
            route = find_route(request.method, request.path, request.headers)
            wire, entry.wire, entry.operation = route.wire, route.wire.NAME, route.operation
            return self._play(request, route, entry), entry
        except ProviderProblem as problem:
            return self._refuse(wire, problem, entry), entry
        except Exception:  # a mistake of ours is a provider's 500, never a connection that breaks without a fault
            _LOG.exception("request %d failed: %s", entry.number, request.path)
            return self._refuse(wire, ProviderProblem("server_error", _OUR_MISTAKE), entry), entry

    def _play(self, request: Request, route: Route, entry: Entry) -> Moves:
        entry.retry_count = _retry_count(request.headers)
        if len(request.body) > MAX_BODY_BYTES:
            raise ProviderProblem("too_large", f"Request exceeds the maximum size of {MAX_BODY_BYTES} bytes.")
        if route.operation == "models":
            return self._listing(route, request, entry)
        body = read_object(request.body)
        if route.operation == "embeddings":
            return self._embed(body, route, request, entry)
        question = _read(route, body)
        return self._chat(question, route, request, entry)

    def _decide(self, facts: Facts, entry: Entry) -> Decision:
        entry.model, entry.stream, entry.fingerprint = facts.model, facts.stream, facts.fingerprint
        entry.input_tokens = facts.tokens
        decision = self.faults.decide(facts, self.clock())
        entry.rules, entry.served_by = decision.names, decision.served_by
        return decision

    def _chat(self, question: Question, route: Route, request: Request, entry: Entry) -> Moves:
        tokens = count_input(question)
        decision = self._decide(_facts(question, route, request, tokens), entry)
        if decision.ending is not None:
            return self._end(decision, route.wire, entry)
        model = self._model(decision, question.model, "chat")
        if route.operation == "count_tokens":
            return self._whole(route.wire, {"input_tokens": tokens}, decision, entry, tokens=0)
        check_context(question, model, tokens)
        cacheable, hit = self._prompts.visit(model.name, question.cacheable, self.clock())
        usage = cached_usage(cacheable, hit, route.wire.NAME, tokens)
        created = int(self._calendar().timestamp())
        reply = compose(question, model, decision, usage, self._reply_id(route.wire, entry), created)
        return self._reply(reply, question, decision, route.wire, entry)

    def _reply(self, reply: Reply, question: Question, decision: Decision, wire: Wire, entry: Entry) -> Moves:
        entry.output_tokens = reply.usage.output_tokens
        if not question.stream:
            return self._whole(wire, wire.reply_body(reply), decision, entry, reply.usage.output_tokens)
        entry.status, entry.outcome = 200, _outcome(decision)
        headers = self._headers(wire, decision, entry, reply.usage.output_tokens)
        error = next((error_frame(f, wire) for f in decision.streaming if isinstance(f, StreamError)), None)
        frames = wire.reply_frames(reply, question.wants_usage)
        return stream_script(headers, frames, pace_of(decision), decision.streaming, error, wire.STREAM_TYPE)

    def _whole(self, wire: Wire, body: Any, decision: Decision, entry: Entry, tokens: int) -> Moves:
        entry.status, entry.outcome = 200, _outcome(decision)
        headers = self._headers(wire, decision, entry, tokens)
        return whole_script(200, headers, encoded(body), pace_of(decision, tokens), decision.streaming)

    def _embed(self, body: Mapping[str, Any], route: Route, request: Request, entry: Entry) -> Moves:
        asked = catalogue.read_embedding(body)
        facts = Facts("embeddings", asked.model, request.path, False, asked.text, digest(asked.text), asked.tokens)
        decision = self._decide(facts, entry)
        if decision.ending is not None:
            return self._end(decision, route.wire, entry)
        model = self._model(decision, asked.model, "embeddings")
        return self._whole(route.wire, catalogue.embedding_body(asked, model), decision, entry, tokens=0)

    def _listing(self, route: Route, request: Request, entry: Entry) -> Moves:
        decision = self._decide(Facts("models", route.model or "", request.path, False, "", ""), entry)
        if decision.ending is not None:
            return self._end(decision, route.wire, entry)
        return self._whole(route.wire, catalogue.listing(route.wire.NAME, route.model), decision, entry, tokens=0)

    def _model(self, decision: Decision, name: str, skill: Any) -> Model:
        model = find_model(decision.served_by or name, skill)
        if model is None:
            raise catalogue.unknown_model(name)
        return model

    def _end(self, decision: Decision, wire: Wire, entry: Entry) -> Moves:
        """The moves of a fault that leaves no answer."""
        rule = decision.ending.rule if decision.ending is not None else None
        wait = (Pause(seconds),) if (seconds := pace_of(decision).first_s) > 0 else ()
        entry.outcome = rule.kind if rule is not None else "ok"
        if isinstance(rule, ResetConnection):
            return (*wait, Reset())
        if isinstance(rule, Silence):
            return (Hold(),)
        if isinstance(rule, MalformedBody):
            entry.status = 200
            return malformed_script(self._headers(wire, decision, entry, 0), pace_of(decision))
        problem = problem_of_rule(rule, decision, entry.model, entry.input_tokens)
        extra = refusal_headers(rule, decision, wire, self._calendar())
        return (*wait, *self._refuse(wire, problem, entry, extra))

    def _refuse(self, wire: Wire, problem: ProviderProblem, entry: Entry, extra: Headers = ()) -> Moves:
        request_id = self._request_id(entry)
        status, body = wire.error_body(problem, request_id)
        entry.status, entry.outcome = status, problem.kind
        return whole_script(
            status, wire.headers(request_id) + wire.error_headers(problem) + extra, encoded(body), pace_of(Decision())
        )

    def _headers(self, wire: Wire, decision: Decision, entry: Entry, output_tokens: int) -> Headers:
        now = self.clock()
        standing = merged([quota.settle(output_tokens, now) for quota in decision.quotas]) or decision.standing
        limits = wire.limit_headers(standing, self._calendar()) if standing is not None else ()
        return wire.headers(self._request_id(entry)) + limits

    def _request_id(self, entry: Entry) -> str:
        return f"req_{digest(self.faults.seed, 'request', entry.number)}"

    def _reply_id(self, wire: Wire, entry: Entry) -> str:
        return wire.REPLY_PREFIX + digest(self.faults.seed, "reply", entry.number)


def _read(route: Route, body: Mapping[str, Any]) -> Question:
    sized = {**body, "max_tokens": body.get("max_tokens", 1)} if route.operation == "count_tokens" else body
    question: Question = route.wire.read_question({**sized, **route.told})
    return question


def _facts(question: Question, route: Route, request: Request, tokens: int) -> Facts:
    return Facts(
        operation=route.operation,
        model=question.model,
        path=request.path,
        stream=question.stream,
        text=question.text,
        fingerprint=digest(question.text),
        tokens=tokens,
        prefilled=question.ends_with_prefill,
    )


def _outcome(decision: Decision) -> str:
    kinds = [fault.kind for fault in decision.streaming] + [strike.rule.kind for strike in decision.spoiling]
    return "+".join(kinds) or "ok"


def _retry_count(headers: Mapping[str, str]) -> int | None:
    told = headers.get("x-stainless-retry-count", "")
    return int(told) if told.isdigit() else None


def utc_now() -> datetime:
    """The calendar of a running sandbox."""
    return datetime.now(UTC)
