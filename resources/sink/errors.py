"""Why events were not delivered, each with its own sentence. What was not taken stays in the outbox.

SinkError
├── SinkRefused         permanent: a rerun changes nothing before a person acts
│   ├── NotAvailable    a kind of place this build does not deliver to
│   ├── UnusableUrl     DELIVERY_URL, or its secret, cannot be used
│   ├── NoFolder        the place is not a folder
│   ├── NotWritable     permissions, or a file system without locks
│   ├── NotLetIn        credentials or permissions are refused, or the address is wrong
│   └── EventRefused    this event, however often it is tried
│       ├── BadEvent        it cannot be written as a CloudEvent
│       ├── TooLarge        over the limit
│       ├── FromSandbox     answers by rules leave by files only
│       └── NotAccepted     the other side says no to it
└── SinkBusy            transient: the next try may succeed
    ├── SinkFull        no space left
    ├── SinkFailed      the disk did not take it
    ├── NotReachable    nobody answers
    ├── Nonsense        somebody answers, but not what was asked
    ├── Overloaded      come back later, in so many seconds
    ├── NotAllTaken     some events of a partition were refused for now
    └── EventFailed     this event, this time
        ├── Unroutable      no queue is bound for it
        ├── NotConfirmed    the broker did not confirm it
        └── Failing         the endpoint fails on it
"""


class SinkError(Exception):
    """Events were not delivered."""

    transient = False
    blames_event = False  # else it says nothing of the event, and does not count as one of its attempts
    retry_after_s: float | None = None


class SinkRefused(SinkError):
    """A rerun changes nothing before a person acts."""


class SinkBusy(SinkError):
    """The next try may succeed."""

    transient = True


class EventRefused(SinkRefused):
    """This event, however often it is tried."""

    blames_event = True


class EventFailed(SinkBusy):
    """This event, this time."""

    blames_event = True


class NotAvailable(SinkRefused):
    def __init__(self, scheme: str) -> None:
        super().__init__(
            f"DELIVERY_URL begins with {scheme}://, and this build delivers into a folder (a path or file:///…), to "
            "RabbitMQ (amqp://, amqps://) or to a webhook (https://; http:// on this machine only). Nothing was "
            "published, and nothing is lost."
        )


class UnusableUrl(SinkRefused):
    def __init__(self, shown: str, problem: str) -> None:
        super().__init__(f"DELIVERY_URL {shown} cannot be used: {problem}. Nothing was published, and nothing is lost.")


class NoFolder(SinkRefused):
    def __init__(self, place: str) -> None:
        super().__init__(f"DELIVERY_URL names {place}, which is not a folder: set it to a folder, or move that away.")


class NotWritable(SinkRefused):
    def __init__(self, place: str, problem: str) -> None:
        super().__init__(
            f"{place} cannot be written ({problem}): give this user the right to, or set DELIVERY_URL. The events "
            "stay in the outbox."
        )


class NotLetIn(SinkRefused):
    def __init__(self, place: str, problem: str) -> None:
        super().__init__(
            f"{place} does not let us in ({problem}): correct the address, user, password or permissions behind "
            "DELIVERY_URL. The events stay in the outbox."
        )


class BadEvent(EventRefused):
    def __init__(self, event_id: str, problem: str) -> None:
        super().__init__(f"Event {event_id!r} cannot be written as a CloudEvent: {problem}.")


class TooLarge(EventRefused):
    def __init__(self, event_id: str, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(
            f"Event {event_id!r} has {size_bytes:,} bytes, over the limit of {limit_bytes:,}: let the feed's schema "
            "ask for less, or raise DELIVERY_MAX_BYTES (and the limit of whoever receives it), then try it again."
        )


class FromSandbox(EventRefused):
    def __init__(self, event_id: str, endpoint: str, place: str) -> None:
        super().__init__(
            f"Event {event_id!r} was answered by rules ({endpoint}) and does not leave for {place}: extract its "
            "document again with a real provider, then skip this event."
        )


class NotAccepted(EventRefused):
    def __init__(self, event_id: str, place: str, answer: str) -> None:
        super().__init__(
            f"{place} does not accept event {event_id!r} ({answer}): mend that side and try it again, or skip it."
        )


class SinkFull(SinkBusy):
    def __init__(self, place: str) -> None:
        super().__init__(f"No space is left for {place}: make room there. The events stay in the outbox.")


class SinkFailed(SinkBusy):
    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place} did not take the events ({problem}): they stay in the outbox, run again.")


class NotReachable(SinkBusy):
    def __init__(self, place: str, problem: str) -> None:
        super().__init__(
            f"{place} cannot be reached ({problem}): start it, or correct DELIVERY_URL. The events stay in the outbox."
        )


class Nonsense(SinkBusy):
    def __init__(self, place: str, problem: str) -> None:
        super().__init__(
            f"What answers at {place} is not what DELIVERY_URL says ({problem}): correct it, or mend what listens "
            "there. The events stay in the outbox."
        )


class Overloaded(SinkBusy):
    def __init__(self, place: str, answer: str, retry_after_s: float | None) -> None:
        self.retry_after_s = retry_after_s
        later = f" for {retry_after_s:.0f} s" if retry_after_s else ""
        super().__init__(f"{place} takes nothing{later} ({answer}): the events stay in the outbox until then.")


class NotAllTaken(SinkBusy):
    def __init__(self, partition: str, count: int, first: str) -> None:
        super().__init__(
            f"{count} released events of {partition} were not taken: they stay in the outbox, and the relay or the "
            f"next run tries them again. The first: {first}"
        )


class Unroutable(EventFailed):
    def __init__(self, event_id: str, exchange: str, routing_key: str) -> None:
        super().__init__(
            f"No queue takes event {event_id!r}: bind one to exchange {exchange!r} for the routing key "
            f"{routing_key!r}. The event stays in the outbox."
        )


class NotConfirmed(EventFailed):
    def __init__(self, event_id: str, place: str) -> None:
        super().__init__(
            f"{place} did not confirm event {event_id!r} (negative acknowledgement: a full or failing queue): it stays "
            "in the outbox."
        )


class Failing(EventFailed):
    def __init__(self, event_id: str, place: str, answer: str, retry_after_s: float | None) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f"{place} fails on event {event_id!r} ({answer}): it stays in the outbox and is tried again.")
