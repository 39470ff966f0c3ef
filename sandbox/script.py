"""How an answer goes over the wire, move by move, and what faults do to those moves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sandbox.exchange import (
    EVENT_STREAM,
    LAST_CHUNK,
    Close,
    Headers,
    Hold,
    Move,
    Moves,
    Pause,
    Reset,
    Send,
    chunk,
    stream_head,
    whole,
)
from sandbox.frames import Frame
from sandbox.rules import Cut, MalformedChunk, NoSentinel, SlowFirstToken, Stall, StreamError, Streaming

_NO_JSON = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the first word takes, and each piece after it."""

    first_s: float = 0.0
    piece_s: float = 0.0


def whole_script(status: int, headers: Headers, body: bytes, pace: Pace, faults: Sequence[Streaming] = ()) -> Moves:
    """The moves of a response that comes in one piece."""
    wait = pace.first_s + sum(fault.delay_s for fault in faults if isinstance(fault, SlowFirstToken))
    middle = next((fault for fault in faults if isinstance(fault, Cut | Stall)), None)
    moves: list[Move] = [Send(whole(status, headers, body))]
    if middle is not None:
        moves = _broken_whole(status, headers, body, middle)
    return (Pause(wait), *moves) if wait else tuple(moves)


def _broken_whole(status: int, headers: Headers, body: bytes, fault: Cut | Stall) -> list[Move]:
    at = int(len(body) * fault.at)
    if isinstance(fault, Cut) and fault.how == "end":
        return [Send(whole(status, headers, body[:at]))]
    data = whole(status, headers, body)
    begin = len(data) - len(body) + at
    if isinstance(fault, Stall):
        return [Send(data[:begin]), *_stalled(fault, [Send(data[begin:])])]
    return [Send(data[:begin]), *_cut_ends(fault)]


def _stalled(fault: Stall, rest: list[Move]) -> list[Move]:
    return [Hold()] if fault.stall_s is None else [Pause(fault.stall_s), *rest]


def malformed_script(headers: Headers, pace: Pace) -> Moves:
    """A response that says it is well and is no JSON."""
    return whole_script(200, headers, _NO_JSON, pace)


def stream_script(
    headers: Headers,
    frames: Sequence[Frame],
    pace: Pace,
    faults: Sequence[Streaming] = (),
    error: Frame | None = None,
    kind: str = EVENT_STREAM,
) -> Moves:
    """The moves of a stream; `error` is the event a StreamError puts into its middle."""
    damaged, ending = _damaged(frames, faults, error)
    moves: list[Move] = [Pause(pace.first_s), Send(stream_head(headers, kind))]
    moves += [Pause(fault.delay_s) for fault in faults if isinstance(fault, SlowFirstToken)]
    moves += _paced(damaged, pace.piece_s, next((f for f in faults if isinstance(f, Stall)), None))
    return _joined([*moves, *ending])


def _damaged(
    frames: Sequence[Frame], faults: Sequence[Streaming], error: Frame | None
) -> tuple[list[Frame], list[Move]]:
    kept = list(frames)
    moves: list[Move] = [Send(LAST_CHUNK)]
    for fault in faults:
        if isinstance(fault, MalformedChunk):
            kept = _with_garbage(kept, _delta_at(kept, fault.at))
        elif isinstance(fault, NoSentinel):
            kept = [frame for frame in kept if frame.part != "sentinel"]
            moves = [Hold()] if fault.hold_open else moves
        elif isinstance(fault, StreamError) and error is not None:
            kept = [*kept[: _delta_at(kept, fault.at)], error]
        elif isinstance(fault, Cut):
            kept = kept[: _delta_at(kept, fault.at)]
            moves = _cut_ends(fault)
    return kept, moves


def _cut_ends(fault: Cut) -> list[Move]:
    if fault.how == "end":
        return [Send(LAST_CHUNK)]
    return [Reset() if fault.how == "reset" else Close()]


def _delta_at(frames: Sequence[Frame], share: float) -> int:
    """The place of the frame at this share of the deltas; the end, if there are none."""
    deltas = [place for place, frame in enumerate(frames) if frame.part == "delta"]
    return deltas[min(len(deltas) - 1, int(len(deltas) * share))] if deltas else len(frames)


def _with_garbage(frames: list[Frame], place: int) -> list[Frame]:
    if place >= len(frames):
        return frames
    broken = Frame("delta", frames[place].garbled or _cut_short(frames[place].data))
    return [*frames[:place], broken, *frames[place + 1 :]]


def _cut_short(event: bytes) -> bytes:
    lines = event.rstrip(b"\n")
    return lines[: lines.index(b"data: ") + 16] + b"\n\n"


def _paced(frames: Sequence[Frame], piece_s: float, stall: Stall | None) -> list[Move]:
    moves: list[Move] = []
    stop = _delta_at(frames, stall.at) if stall is not None else -1
    for place, frame in enumerate(frames):
        if stall is not None and place == stop:
            moves += [Hold()] if stall.stall_s is None else [Pause(stall.stall_s)]
        if frame.part == "delta":
            moves.append(Pause(piece_s))
        moves.append(Send(chunk(frame.data)))
    return moves


def _joined(moves: Iterable[Move]) -> Moves:
    """The same moves without empty pauses and with neighbouring writes in one; nothing follows an end."""
    joined: list[Move] = []
    for move in moves:
        if isinstance(move, Pause) and move.seconds <= 0:
            continue
        if isinstance(move, Send) and joined and isinstance(joined[-1], Send):
            joined[-1] = Send(joined[-1].data + move.data)
        else:
            joined.append(move)
        if isinstance(move, Hold | Close | Reset):
            break
    return tuple(joined)
