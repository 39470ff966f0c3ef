"""A question is looked up before it is asked, kept the moment it is answered, and asked back when refused."""

import asyncio
from dataclasses import replace
from math import inf

from resources.llm.answers import answer_key, read_value, stored
from resources.llm.attempts import Attempts, Sent
from resources.llm.calls import Accept, Answer, Call, Complaint
from resources.llm.endpoints import Route, Step
from resources.llm.journey import Journey, Means
from resources.llm.messages import Adapter, Completion, Message, Prompt, Terms
from resources.llm.routing import Event, Happened, LookUp
from resources.llm.store import AnswerStore, StoredAnswer


class Question(Journey[Completion]):
    """The conversation so far, and the best answer it got."""

    def __init__(
        self,
        call: Call,
        accept: Accept,
        route: Route,
        store: AnswerStore,
        attempts: Attempts,
        means: Means,
    ) -> None:
        super().__init__(route, attempts, means)
        self._call = call
        self._accept = accept
        self._store = store
        self._prompt = self._opening = opening(call)
        self._key = ""
        self._answer: Answer | None = None
        self._weight = inf

    @property
    def answer(self) -> Answer:
        """Of those that were refused, the one with the least against it; a flow that settled has had one."""
        if self._answer is None:
            raise RuntimeError("the call settled without an answer")
        return self._answer

    async def _look_up(self, move: LookUp) -> Event:
        if move.afresh:
            self._prompt = self._opening
        self._key = answer_key(f"{self._route.version}.{move.tier}", self._prompt, self._call.max_tokens)
        found = None
        if not self._call.fresh:
            found = await asyncio.to_thread(self._store.recall_answer, self._key)
        if found is None:
            return Happened("missed", self._world.monotonic())
        self.attempts.recalled(found, self._world.now())
        return self._heard(*self._judged(found, cached=True))

    async def _request(self, adapter: Adapter, sent: Sent, terms: Terms) -> Completion:
        sent.asked = self._prompt
        return await adapter.complete(sent.endpoint, self._prompt, terms)

    async def _answered(self, sent: Sent, result: Completion) -> Event:
        """Judged and kept; an answer is paid for, so it is kept even if judging it breaks."""
        kept, accepted = stored(sent.step, result), False
        try:
            answer, complaint = self._judged(kept, cached=False)
            accepted = answer.accepted
        finally:
            self.attempts.answered(sent, accepted, result)
            await asyncio.to_thread(self._store.keep_answer, self._key, kept, self.attempts.handed_over())
        return self._heard(answer, complaint)

    def _judged(self, found: StoredAnswer, *, cached: bool) -> tuple[Answer, Complaint | None]:
        value = read_value(found.text)
        complaint = self._accept(value)
        answer = Answer(
            value=value,
            text=found.text,
            accepted=complaint is None,
            complaint=complaint.text if complaint else None,
            endpoint=found.endpoint,
            model=found.model,
            degraded=found.degraded,
            cached=cached,
            attempts=(),
        )
        return answer, complaint

    def _heard(self, answer: Answer, complaint: Complaint | None) -> Event:
        """A refused answer goes back with what is wrong with it, as the conversation's next turn."""
        if complaint is None:
            self._answer = answer
            return Happened("accepted", self._world.monotonic())
        if complaint.weight <= self._weight:  # of equals the later: it knew what was wrong, or is of a stronger model
            self._answer, self._weight = answer, complaint.weight
        turns = (Message("assistant", answer.text), Message("user", complaint.text))
        self._prompt = replace(self._prompt, messages=self._prompt.messages + turns)
        return Happened("rejected", self._world.monotonic())

    def _chars(self) -> int:
        return len(self._prompt.system) + sum(len(message.text) for message in self._prompt.messages)

    def _max_tokens(self, step: Step) -> int:
        return min(self._call.max_tokens, step.endpoint.max_tokens, step.max_tokens or self._call.max_tokens)


def opening(call: Call) -> Prompt:
    """The conversation before anything was answered."""
    return Prompt(call.system, (Message("user", call.prompt, call.images),), call.schema, call.schema_name)
