"""Why events were not delivered, each with its own sentence. Nothing of a refused batch counts as published.

SinkError
├── SinkRefused         permanent: a rerun changes nothing before a person acts
│   ├── NotAvailable    a kind of place this build does not deliver to
│   ├── NoFolder        the place is not a folder
│   ├── NotWritable     permissions, or a file system without locks
│   └── BadEvent        an event that cannot be written as a CloudEvent
└── SinkBusy            transient: the next run may succeed
    ├── SinkFull        no space left
    └── SinkFailed      the disk did not take it
"""


class SinkError(Exception):
    """Events were not delivered."""

    transient = False


class SinkRefused(SinkError):
    """A rerun changes nothing before a person acts."""


class SinkBusy(SinkError):
    """The next run may succeed."""

    transient = True


class NotAvailable(SinkRefused):
    def __init__(self, scheme: str) -> None:
        super().__init__(
            f"DELIVERY_URL begins with {scheme}://, and this build delivers into files only: set it to a folder "
            "(a path or file:///…). Nothing was published, and nothing is lost."
        )


class NoFolder(SinkRefused):
    def __init__(self, place: str) -> None:
        super().__init__(f"DELIVERY_URL names {place}, which is not a folder: set it to a folder, or move that away.")


class NotWritable(SinkRefused):
    def __init__(self, place: str, problem: str) -> None:
        super().__init__(
            f"{place} cannot be written ({problem}): give this user the right to, or set DELIVERY_URL. The events "
            "stay in the outbox."
        )


class BadEvent(SinkRefused):
    def __init__(self, event_id: str, problem: str) -> None:
        super().__init__(f"Event {event_id!r} cannot be written as a CloudEvent: {problem}.")


class SinkFull(SinkBusy):
    def __init__(self, place: str) -> None:
        super().__init__(f"No space is left for {place}: make room there. The events stay in the outbox.")


class SinkFailed(SinkBusy):
    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place} did not take the events ({problem}): they stay in the outbox, run again.")
