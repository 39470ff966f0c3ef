"""What is known of one document so far: every question goes out from here, and every answer is judged here."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field

from extraction import prompt
from extraction.acceptance import Acceptance
from extraction.chunking import Chunk
from extraction.document import Document
from extraction.feed import Feed
from extraction.legibility import hardly_legible
from extraction.shape import Field, strict_schema
from extraction.slots import Record, Slot, joined, slots_of
from extraction.source import Source
from extraction.suspicion import suspicious
from extraction.verdict import Reason, Verdict, answer_too_long
from extraction.wants import Ask, Cut, Outcome, Reply, Want, answer_of

Paths = tuple[str, ...]
Steps = Generator[Want, Outcome, Record]


@dataclass(slots=True)
class Conversation:
    """One document, its feed, and what came of the questions."""

    feed: Feed
    doc: Document
    chunks: Sequence[Chunk]
    judge: Acceptance = field(init=False)
    slots: dict[str, Slot] = field(init=False)
    unread: list[Reason] = field(default_factory=list)
    heard: bool = False
    was_cut: bool = False

    def __post_init__(self) -> None:
        self.judge = Acceptance(self.feed, Source(self.doc))
        self.slots = {slot.path: slot for slot in slots_of(self.judge.shape)}

    @property
    def shape(self) -> Field:
        return self.judge.shape

    def ask(self, text: str, shape: Field, paths: Paths | None = None) -> Generator[Want, Outcome, Reply | Cut]:
        """An answer in as much room as its values should need; if that was too little, in all there is."""
        settings = self.feed.settings
        accept = self.judge.accept_part(paths) if paths else self.judge.accept
        for room in dict.fromkeys((prompt.room_for(shape, settings.max_tokens), settings.max_tokens)):
            schema, name = strict_schema(shape), self.shape.name
            outcome = yield Ask(settings.task, prompt.system_for(shape), text, schema, name, room, accept)
            if isinstance(answer := answer_of(outcome), Reply):
                return answer
        self.was_cut = True
        return Cut()

    def ask_for(self, text: str, paths: Paths, ask_less: Callable[[Paths], Steps]) -> Steps:
        """What an answer says of these slots; one that does not fit is asked for in halves."""
        answer = yield from self.ask(text, self.shape.only(paths), paths)
        if isinstance(answer, Reply):
            return self.taken(answer, paths) or {}
        return (yield from self.halved(paths, ask_less))

    def halved(self, paths: Paths, ask_less: Callable[[Paths], Steps]) -> Steps:
        """Half of the slots at a time, after an answer about all of them that did not fit."""
        if len(paths) == 1:
            self.leave(paths, f"its value did not fit into {self.feed.settings.max_tokens} tokens")
            return {}
        middle = (len(paths) + 1) // 2
        first = yield from ask_less(paths[:middle])
        return joined(first, (yield from ask_less(paths[middle:])))

    def taken(self, answer: Reply, paths: Paths) -> Record | None:
        """What an answer says, if it has the shape that was asked for."""
        if not self.judge.has_shape(answer.value, paths):
            return None
        self.heard = True
        record: Record = answer.value
        return record

    def leave(self, paths: Paths, why: str) -> None:
        self.unread.append(Reason(paths[0], why))

    def verdict(self, record: Record | None) -> Verdict:
        if record is None and self.was_cut:
            return answer_too_long(self.feed.settings.max_tokens)
        return self.judge.verdict(record, (*self.unread, *suspicious(self.doc), *hardly_legible(self.doc)))
