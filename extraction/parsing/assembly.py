"""The parts of a file and of what is attached to it become one document; one attachment costs no other its place."""

from contextlib import closing
from dataclasses import dataclass, field, replace

from extraction.document import Document, Line, Span
from extraction.parsing.border import sanitised
from extraction.parsing.formats import FORMATS, PICTURES
from extraction.parsing.kind import Kind, kind_of
from extraction.parsing.limits import Attached, Part, RawFile, Reader
from extraction.parsing.picture import NeedsEyes, Picture, Recognised
from extraction.parsing.pictures import is_small_picture
from extraction.parsing.starved import is_starved
from extraction.parsing.unreadable import Corrupt, Empty, TooLarge, Unreadable

_BETWEEN_PARTS = "\n\n"
_MAY_SAY_NOTHING = PICTURES | {"text", "html"}  # a photo, the rest of a mail after its attachment: nothing is lost


def assembled(file: RawFile) -> Document:
    """The whole file as one document."""
    form = FORMATS[kind_of(file)]
    making = _Making(file)
    making.add(form.read, making.counting(file), _Within())
    return Document("".join(making.texts), tuple(making.spans), form.mime)


@dataclass(frozen=True, slots=True)
class _Within:
    """In which attachment we are: its number, its name for people, how deep."""

    path: str = ""
    title: str = ""
    depth: int = 0

    def below(self, number: int, name: str) -> "_Within":
        path = f"{self.path}/{number}" if self.path else str(number)
        return _Within(path, f"{self.title}, {name}" if self.title else name, self.depth + 1)

    def label(self, label: str) -> str:
        if not self.title:
            return label
        return self.title if label == "body" else f"{self.title}, {label}"


@dataclass(slots=True)
class _Making:
    """The document as far as it is made, and what is spent on it."""

    file: RawFile
    texts: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    end: int = 0
    attachments: int = 0
    attached_bytes: int = 0
    recognised_pages: int = 0

    def counting(self, file: RawFile) -> RawFile:
        """The file with eyes that count what they see."""

        def recognise(picture: Picture) -> Recognised:
            found = file.recognise(picture)
            self.recognised_pages += 1
            if self.recognised_pages > file.limits.recognised_pages:
                raise TooLarge(self.file.name, "pages without text", None, file.limits.recognised_pages)
            return found

        return replace(file, recognise=recognise)

    def add(self, reader: Reader, file: RawFile, within: _Within) -> None:
        number = 0
        with closing(reader(file)) as parts:
            for part in parts:
                if isinstance(part, Attached):
                    number += 1
                    self._attach(part, file, within.below(number, part.name))
                else:
                    self._append(part, within)

    def _append(self, part: Part, within: _Within, unread: bool = False) -> None:
        """The part after the others; each span holds its part and the gap that follows."""
        if self.spans:
            self.texts.append(_BETWEEN_PARTS)
            self.end += len(_BETWEEN_PARTS)
            self.spans[-1] = replace(self.spans[-1], end=self.end)
        text = sanitised(part.text)
        start, self.end = self.end, self.end + len(text)
        self.texts.append(text)
        lines = tuple(Line(line.start + start, line.end + start, *line[2:]) for line in part.lines)
        label = within.label(part.label)
        self.spans.append(
            Span(start, self.end, part.page, label, within.path, lines, part.grid, part.confidence, unread)
        )
        if self.end > self.file.limits.characters:
            raise TooLarge(self.file.name, "characters", None, self.file.limits.characters)

    def _attach(self, attached: Attached, file: RawFile, within: _Within) -> None:
        """What the attachment says; where it cannot be read, why not."""
        before = len(self.texts), len(self.spans), self.end
        try:
            self._read(attached, replace(file, name=attached.name, content=attached.content), within)
        except Unreadable as why:
            self._drop_to(*before)
            self._append(Part(f"Not read: {why.message}", "body"), within, unread=True)

    def _read(self, attached: Attached, file: RawFile, within: _Within) -> None:
        self._allow(attached, within)
        if attached.reader is None and is_small_picture(attached.content):
            return
        begun = len(self.texts)
        try:
            kind = None if attached.reader else _kind(file)
            self.add(attached.reader or FORMATS[_kind(file)].read, file, within)
        except (Unreadable, NeedsEyes, MemoryError):
            raise
        except Exception as error:  # as with a file of its own
            if is_starved(error):
                raise
            raise Corrupt(file.name, f"reading it failed ({type(error).__name__})") from error
        if kind not in _MAY_SAY_NOTHING and not self._shows_text_since(begun):
            raise Empty(file.name, "it shows no text")

    def _allow(self, attached: Attached, within: _Within) -> None:
        limits = self.file.limits
        self.attachments += 1
        self.attached_bytes += len(attached.content)
        if self.attachments > limits.attachments:
            raise TooLarge(self.file.name, "attachments", None, limits.attachments)
        if within.depth > limits.depth:
            raise TooLarge(self.file.name, "mails within mails", None, limits.depth)
        if self.attached_bytes > limits.unpacked_bytes:
            raise TooLarge(self.file.name, "attached bytes", None, limits.unpacked_bytes)

    def _shows_text_since(self, texts: int) -> bool:
        return any(text.strip() for text in self.texts[texts:])

    def _drop_to(self, texts: int, spans: int, end: int) -> None:
        """Half an attachment is not passed off as a whole one."""
        del self.texts[texts:], self.spans[spans:]
        self.end = end
        if self.spans:
            self.spans[-1] = replace(self.spans[-1], end=end)


def _kind(file: RawFile) -> Kind:
    if not file.content:
        raise Empty(file.name, "it has no bytes")
    return kind_of(file)
