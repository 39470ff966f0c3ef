"""What a channel has to say in one turn of the loop leaves in one write: one system call for a batch of messages.

The client hands its writer a message at a time and ten at the most, so that of a batch each waits for the others.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

from aiormq import Channel
from aiormq.abc import ChannelFrame


class Packing:
    """Stands where a channel puts its frames, and passes them on in their order: confirms are told by it."""

    def __init__(self, writer: "asyncio.Queue[ChannelFrame]") -> None:
        self._writer = writer
        self._frames: list[ChannelFrame] = []
        self._passing: asyncio.Task[None] | None = None

    @classmethod
    def before(cls, wire: Channel) -> None:
        wire.write_queue = cast(Any, cls(wire.write_queue))

    async def put(self, frame: ChannelFrame) -> None:
        self.put_nowait(frame)

    def put_nowait(self, frame: ChannelFrame) -> None:
        self._frames.append(frame)
        if self._passing is None or self._passing.done():
            self._passing = asyncio.ensure_future(self._pass_on())

    async def _pass_on(self) -> None:
        while self._frames:
            frames, self._frames = self._frames, []
            for frame in _packed(frames):
                await self._writer.put(frame)


def _packed(frames: Sequence[ChannelFrame]) -> Sequence[ChannelFrame]:
    """One frame of them all; as they are where somebody waits until one of them is written."""
    if any(frame.drain_future or frame.should_close for frame in frames):
        return frames
    return [ChannelFrame(b"".join(frame.payload for frame in frames), should_close=False)]
