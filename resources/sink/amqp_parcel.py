"""An event as a message: a CloudEvent in structured mode, persistent, under the event's own id."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aio_pika import DeliveryMode
from pamqp.commands import Basic

from resources.sink.event import Event

MEDIA_TYPE = "application/cloudevents+json; charset=utf-8"
IN_FLIGHT_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message as the client sends it."""

    event_id: str
    routing_key: str
    body: bytes
    properties: Basic.Properties


def parcel_of(feed: str, event: Event, body: bytes) -> Parcel:
    traceparent = event.extensions.get("traceparent")
    properties = Basic.Properties(
        correlation_id=event.extensions.get("docid"),
        headers={"traceparent": traceparent} if traceparent else None,
        content_type=MEDIA_TYPE,
        delivery_mode=DeliveryMode.PERSISTENT,
        message_id=event.event_id,
        message_type=event.type,
        timestamp=event.time,
        app_id="weir",
    )
    return Parcel(event.event_id, f"{feed}.{event.type}", body, properties)


def by_size(parcels: Sequence[Parcel]) -> Iterator[Sequence[Parcel]]:
    """All of them, unless they are large: what is under way lies in memory."""
    some: list[Parcel] = []
    size = 0
    for parcel in parcels:
        size += len(parcel.body)
        if some and size > IN_FLIGHT_BYTES:
            yield some
            some, size = [], len(parcel.body)
        some.append(parcel)
    if some:
        yield some
