"""What a channel says at once is written at once, and never in another order: confirms are told by it."""

import asyncio

from aiormq.abc import ChannelFrame
from hypothesis import given
from hypothesis import strategies as st

from resources.sink.amqp_packing import Packing


def frame(number: int, drain: "asyncio.Future[None] | None" = None) -> ChannelFrame:
    return ChannelFrame(b"%d." % number, should_close=False, drain_future=drain)


async def written(turns: list[list[bool]], room: int) -> list[ChannelFrame]:
    """What reaches a writer with so much room, of frames put in these turns of the loop; True: one waits for it."""
    writer: asyncio.Queue[ChannelFrame] = asyncio.Queue(maxsize=room)
    packing, number, found = Packing(writer), 0, list[ChannelFrame]()
    count = sum(map(len, turns))

    async def write() -> None:
        while sum(each.payload.count(b".") for each in found) < count:
            found.append(await writer.get())

    writing = asyncio.ensure_future(write())
    for turn in turns:
        for waits in turn:
            await packing.put(frame(number, asyncio.get_running_loop().create_future() if waits else None))
            number += 1
        await asyncio.sleep(0)
    await writing
    return found


def test_what_is_put_in_one_turn_is_one_write() -> None:
    """A batch of 500 messages does not wait for the client's ten places."""
    assert [each.payload.count(b".") for each in asyncio.run(written([[False] * 500], 10))] == [500]


@given(st.lists(st.lists(st.booleans(), max_size=6), max_size=6), st.integers(1, 3))
def test_the_order_stays(turns: list[list[bool]], room: int) -> None:
    """However full the writer is, and whoever waits for one of them."""
    found = asyncio.run(written(turns, room))
    number = sum(map(len, turns))
    assert b"".join(each.payload for each in found) == b"".join(b"%d." % each for each in range(number))


def test_a_frame_somebody_waits_for_stays_one() -> None:
    """Else nobody would tell whoever waits that it is written."""
    found = asyncio.run(written([[False, True, False]], 3))
    assert [each.drain_future is not None for each in found] == [False, True, False]
