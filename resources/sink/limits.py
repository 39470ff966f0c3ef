"""What may leave for another system: events of bounded size that no rule-based answer made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from resources.sink.errors import FromSandbox, SinkError, TooLarge, UnusableUrl
from resources.sink.event import Event, as_line

MAX_BYTES = 8 * 1024 * 1024  # half of what RabbitMQ 4 takes as it is shipped
SANDBOX = "sandbox"  # how the name of every endpoint of the sandbox begins, and of no other


@dataclass(frozen=True, slots=True)
class Limits:
    max_bytes: int = MAX_BYTES

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> "Limits":
        given = variables.get("DELIVERY_MAX_BYTES", "").strip()
        if given and not (given.isascii() and given.isdecimal() and int(given)):
            raise UnusableUrl("and its limit", f"DELIVERY_MAX_BYTES is {given!r}, it must be a number of bytes")
        return cls(int(given)) if given else cls()

    def admit(self, feed: str, events: Iterable[Event], place: str) -> "Admitted":
        """The events as bytes, and those that must not leave."""
        bodies: dict[str, bytes] = {}
        refused: dict[str, SinkError] = {}
        for event in events:
            try:
                bodies[event.event_id] = self._body(feed, event, place)
            except SinkError as error:
                refused[event.event_id] = error
        return Admitted(bodies, refused)

    def _body(self, feed: str, event: Event, place: str) -> bytes:
        endpoint = event.extensions.get("endpoint", "")
        if endpoint.startswith(SANDBOX):
            raise FromSandbox(event.event_id, endpoint, place)
        body = as_line(feed, event)[:-1]
        if len(body) > self.max_bytes:
            raise TooLarge(event.event_id, len(body), self.max_bytes)
        return body


@dataclass(frozen=True, slots=True)
class Admitted:
    bodies: Mapping[str, bytes]
    refused: Mapping[str, SinkError]


def settle(refused: Mapping[str, SinkError], taken: int) -> Mapping[str, SinkError]:
    """The refusals; or, where nothing was taken for a reason that lies in no event, that reason is raised."""
    general = next((error for error in refused.values() if not error.blames_event), None)
    if general and not taken:
        raise general
    return refused
