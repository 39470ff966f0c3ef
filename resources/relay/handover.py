"""How an event of the outbox becomes one of the sink, and what the sink's refusal means for its next attempt."""

import random
from collections.abc import Callable, Mapping, Sequence

from resources.ledger.outbox import Refusal, Send, Told
from resources.logs import trail
from resources.sink import Event, Json, Sink, SinkError
from resources.sink.errors import NotReachable
from resources.tracing import spans
from resources.tracing.silence import Outgoing

ATTEMPTS = 12  # of one event, spread over about an hour, before it is set aside
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 900.0
A_LIFE = 1_000_000  # more events than a place has in one; what is told after a restore is newer than all before it
PAUSE_S = 15.0  # at most, where others were taken and this one was not for a reason that lies elsewhere
Draw = Callable[[], float]


def hand_to(sink: Sink, draw: Draw = random.random) -> Send:
    """What the outbox calls with a batch: everything goes to the sink, feed by feed."""

    def send(told: Sequence[Told]) -> list[Refusal]:
        outgoing = spans().outgoing(told)
        try:
            refused = _publish(sink, told, outgoing)
        except SinkError as error:
            _over(told, outgoing, {str(each.event_id): error for each in told})
            raise
        _over(told, outgoing, refused)
        return [refusal(each, refused[key], draw) for each in told if (key := str(each.event_id)) in refused]

    return send


def _over(told: Sequence[Told], outgoing: Outgoing, refused: Mapping[str, SinkError]) -> None:
    """Whoever follows a document hears whether its event arrived."""
    outgoing.over(refused)
    for each in told:
        error = refused.get(str(each.event_id))
        trail(
            f"{each.type} was not taken: {error}" if error else f"{each.type} is downstream",
            correlation_id=each.doc_id,
            event_id=str(each.event_id),
            place=each.place,
            feed=each.feed,
            partition=f"{each.date}|{each.feed}",
        )


def _publish(sink: Sink, told: Sequence[Told], outgoing: Outgoing) -> Mapping[str, SinkError]:
    """What was refused, by id; raises where nothing at all was taken. One feed's trouble is not another's."""
    refused: dict[str, SinkError] = {}
    raised: SinkError | None = None
    for feed in dict.fromkeys(each.feed for each in told):
        events = [event(each, outgoing.traceparent(str(each.event_id))) for each in told if each.feed == feed]
        try:
            if isinstance(raised, NotReachable):
                raise raised
            refused |= sink.publish(feed, events)
        except SinkError as error:
            raised = raised or error
            refused |= {each.event_id: error for each in events}
    if raised and len(refused) == len(told):
        raise raised
    return refused


def event(told: Told, traceparent: str = "") -> Event:
    """An event as the sink sends it: the record, and what a consumer may want to know about it."""
    extensions = {
        "feed": told.feed,
        "docid": told.doc_id,
        "partitiondate": told.date.isoformat(),
        "sequence": f"{told.life * A_LIFE + told.number:010}",
        "endpoint": told.endpoint,
        "schemaversion": told.schema_version,
        "traceparent": traceparent,  # of CloudEvents' extension for distributed tracing
    }
    return Event(
        event_id=str(told.event_id),
        type=told.type,
        subject=told.place,
        time=told.created_at,
        data=None if told.payload is None else Json(told.payload),
        extensions={name: value for name, value in extensions.items() if value},
    )


def refusal(told: Told, error: SinkError, draw: Draw) -> Refusal:
    """Only an attempt for which the event is to blame counts; waits double, fully jittered."""
    counts = error.blames_event
    longest_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0**told.attempts) if counts else PAUSE_S
    return Refusal(
        seq=told.seq,
        error=str(error),
        wait_s=max(draw() * longest_s, error.retry_after_s or 0.0),
        counts=counts,
        final=counts and (not error.transient or told.attempts + 1 >= ATTEMPTS),
    )
