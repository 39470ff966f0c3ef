"""RabbitMQ: persistent parcels, each confirmed by the broker, none lost for want of a queue.

A message is a CloudEvent in structured mode; its id is the event's, its routing key `<feed>.<event type>`.
"""

import asyncio
import logging
import ssl
from collections.abc import Mapping, Sequence
from typing import cast

from aio_pika.abc import AbstractChannel
from aiormq import Channel
from aiormq import exceptions as amqp

from resources.sink.address import Address, read_address
from resources.sink.amqp_line import EXCHANGE, Line
from resources.sink.amqp_parcel import Parcel, by_size, parcel_of
from resources.sink.background import Background
from resources.sink.errors import (
    Nonsense,
    NotAccepted,
    NotConfirmed,
    NotLetIn,
    NotReachable,
    SinkError,
    Unroutable,
    UnusableUrl,
)
from resources.sink.event import Event
from resources.sink.limits import Limits, settle

CONFIRM_S = 30.0
KEY_BYTES = 255  # the protocol's limit of a routing key
_CLOSED_DOORS = (amqp.AuthenticationError, amqp.ProbableAuthenticationError, amqp.ConnectionNotAllowed)
_FOREIGN = (amqp.IncompatibleProtocolError, amqp.ProtocolSyntaxError, amqp.ConnectionSyntaxError, ssl.SSLError)
# The client logs what it raises, with the URL in it; we translate what it raises.
logging.getLogger("aio_pika").setLevel(logging.CRITICAL)
logging.getLogger("aiormq").setLevel(logging.CRITICAL)

Outcome = SinkError | None


class AmqpSink:
    batch = 500

    def __init__(self, url: str, limits: Limits, confirm_s: float = CONFIRM_S) -> None:
        self._address = read_address(url, ours=("exchange", "queues"))
        self._exchange = self._address.settings.get("exchange", EXCHANGE)
        self._queues = _queues(self._address)
        self._limits = limits
        self._confirm_s = confirm_s
        self._line: Line | None = None
        self._one_opens = asyncio.Lock()
        self._background = Background("amqp sink")

    def publish(self, feed: str, events: Sequence[Event]) -> Mapping[str, SinkError]:
        """Returns once the broker has confirmed every event, but for those it names."""
        admitted = self._limits.admit(feed, events, self._address.shown)
        if not admitted.bodies:
            return admitted.refused
        parcels = [parcel_of(feed, event, admitted.bodies[event.event_id]) for event in _once(events, admitted.bodies)]
        outcomes = self._background.run(self._publish(feed, parcels))
        refused = {name: outcome for name, outcome in outcomes.items() if outcome}
        settle(refused, taken=len(outcomes) - len(refused))
        return {**admitted.refused, **refused}

    def close(self) -> None:
        if self._line:
            self._background.run(self._hang_up())
        self._background.close()

    async def _publish(self, feed: str, parcels: Sequence[Parcel]) -> dict[str, Outcome]:
        outcomes: dict[str, Outcome] = {}
        for some in by_size(parcels):
            line = await self._open_line(feed)
            outcomes |= await self._all_at_once(line.channel, some)
        unclear = [parcel for parcel in parcels if isinstance(outcomes[parcel.event_id], _Closed)]
        for parcel in unclear:
            # One message made the broker close the channel on all of them: each alone shows which.
            outcomes |= await self._alone(feed, parcel)
        if any(isinstance(outcome, Unroutable) for outcome in outcomes.values()):
            line.forget(feed)
        if not line.is_open or any(isinstance(outcome, NotReachable) for outcome in outcomes.values()):
            await self._hang_up()
        return outcomes

    async def _all_at_once(self, channel: AbstractChannel, parcels: Sequence[Parcel]) -> dict[str, Outcome]:
        """Everything is under way before the first confirm is awaited, so that the broker syncs its disk for many."""
        try:
            wire = cast(Channel, await channel.get_underlay_channel())
        except Exception as problem:
            raise self._translated(problem) from problem
        # The exchange's own `publish` waits for the socket after each message, which costs a third more CPU.
        sent = [
            asyncio.ensure_future(
                wire.basic_publish(
                    each.body,
                    exchange=self._exchange,
                    routing_key=each.routing_key,
                    properties=each.properties,
                    mandatory=True,
                    wait=False,
                )
            )
            for each in parcels
        ]
        _, late = await asyncio.wait(sent, timeout=self._confirm_s)
        for task in late:
            task.cancel()
        problems = [TimeoutError() if task in late else task.exception() for task in sent]
        return {
            parcel.event_id: self._outcome(parcel, problem) if problem else None
            for parcel, problem in zip(parcels, problems, strict=True)
        }

    async def _alone(self, feed: str, parcel: Parcel) -> dict[str, Outcome]:
        line = await self._open_line(feed)
        try:
            channel = await line.fresh_channel()
        except Exception as problem:
            return {parcel.event_id: self._translated(problem)}
        try:
            outcome = (await self._all_at_once(channel, [parcel]))[parcel.event_id]
        finally:
            await channel.close()
        if isinstance(outcome, _Closed):
            outcome = NotAccepted(parcel.event_id, self._address.shown, outcome.words)
        return {parcel.event_id: outcome}

    def _outcome(self, parcel: Parcel, problem: BaseException) -> SinkError:
        place = self._address.shown
        match problem:
            case amqp.PublishError():
                return Unroutable(parcel.event_id, self._exchange, parcel.routing_key)
            case amqp.DeliveryError():
                return NotConfirmed(parcel.event_id, place)
            case amqp.ChannelClosed() if not isinstance(problem, amqp.ChannelAccessRefused):
                return _Closed(place, self._words(problem))
            case TimeoutError():
                return NotReachable(place, f"no confirmation within {self._confirm_s:.0f} s")
            case ValueError() | TypeError():
                return NotAccepted(parcel.event_id, place, self._words(problem))
            case Exception():
                return self._translated(problem)
        raise problem

    async def _open_line(self, feed: str) -> Line:
        """The connection that stands, or a new one, with the feed's queue behind it."""
        async with self._one_opens:
            try:
                if self._line and not self._line.is_open:
                    await self._hang_up()
                if self._line is None:
                    self._line = await Line.open(self._address.url, self._exchange, queues=self._queues)
                await self._line.prepare(feed)
            except Exception as problem:
                raise self._translated(problem) from problem
            return self._line

    async def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line:
            await asyncio.wait([asyncio.ensure_future(line.close())], timeout=1.0)

    def _translated(self, problem: Exception) -> SinkError:
        place, words = self._address.shown, self._words(problem)
        if isinstance(problem, (*_CLOSED_DOORS, amqp.ChannelAccessRefused)):
            return NotLetIn(place, words)
        if isinstance(problem, amqp.InvalidFrameError) and "Connection.Close" in words:
            return NotLetIn(place, "is the virtual host there, and may this user enter it?")
        if isinstance(problem, amqp.ChannelPreconditionFailed):
            return UnusableUrl(place, f"exchange {self._exchange!r} is there, of another kind ({words})")
        return Nonsense(place, words) if isinstance(problem, _FOREIGN) else NotReachable(place, words)

    def _words(self, problem: BaseException) -> str:
        return self._address.clean(f"{type(problem).__name__}: {problem}" if str(problem) else type(problem).__name__)


class _Closed(NotReachable):
    """The broker closed the channel while this message was under way."""

    def __init__(self, place: str, words: str) -> None:
        super().__init__(place, words)
        self.words = words


def _queues(address: Address) -> bool:
    given = address.settings.get("queues", "on")
    if given not in ("on", "off"):
        raise UnusableUrl(address.shown, f"queues is {given!r}, it must be on or off")
    return given == "on"


def _once(events: Sequence[Event], bodies: Mapping[str, bytes]) -> list[Event]:
    return list({event.event_id: event for event in events if event.event_id in bodies}.values())
