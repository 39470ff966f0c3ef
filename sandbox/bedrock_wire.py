"""The wire of Claude on Bedrock: Anthropic's bodies behind AWS's paths, exceptions and binary streams."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from struct import pack
from typing import Any
from zlib import crc32

from sandbox import anthropic_wire
from sandbox.exchange import Headers
from sandbox.frames import Frame, encoded
from sandbox.problems import Kind, ProviderProblem
from sandbox.question import Question, Reply
from sandbox.quota import Standing

NAME = "bedrock"
REPLY_PREFIX = "msg_bdrk_"
STREAM_TYPE = "application/vnd.amazon.eventstream"
_TEXT = 7  # the type of a header's value

_ERRORS: dict[Kind, tuple[int, str]] = {
    "bad_request": (400, "ValidationException"),
    "context_too_long": (400, "ValidationException"),
    "content_policy": (400, "ValidationException"),
    "unauthorized": (403, "UnrecognizedClientException"),
    "forbidden": (403, "AccessDeniedException"),
    "model_not_found": (404, "ResourceNotFoundException"),
    "not_found": (404, "UnknownOperationException"),
    "method_not_allowed": (405, "UnknownOperationException"),
    "too_large": (413, "ValidationException"),
    "rate_limited": (429, "ThrottlingException"),
    "quota_exhausted": (429, "ThrottlingException"),
    "server_error": (500, "InternalServerException"),
    "unavailable": (503, "ServiceUnavailableException"),
    "timeout": (408, "ModelTimeoutException"),
    "overloaded": (429, "ModelNotReadyException"),
}
_SENTENCES: dict[Kind, str] = {
    "quota_exhausted": "Too many tokens per day, please wait before trying again.",
    "context_too_long": "Input is too long for requested model.",
}


def read_question(body: Mapping[str, Any]) -> Question:
    """The question of an invocation; model and stream are told by its path."""
    if not isinstance(body.get("anthropic_version"), str):
        raise ProviderProblem("bad_request", "anthropic_version: Field required", "anthropic_version")
    return anthropic_wire.read_question(body)


def error_body(problem: ProviderProblem, request_id: str) -> tuple[int, dict[str, Any]]:
    """Status and body of an error; which exception it is, its header says."""
    del request_id
    return problem.status or _ERRORS[problem.kind][0], {"message": _sentence(problem)}


def error_headers(problem: ProviderProblem) -> Headers:
    """The exception's name."""
    name = _ERRORS[problem.kind][1]
    return (("x-amzn-errortype", f"{name}:http://internal.amazon.com/coral/com.amazon.bedrock/"),)


def error_frame(problem: ProviderProblem) -> Frame:
    """An exception in the middle of a stream."""
    name = _ERRORS[problem.kind][1]
    headers = {":exception-type": name[0].lower() + name[1:], ":message-type": "exception"}
    return Frame("finish", _message(headers, encoded({"message": _sentence(problem)})))


def _sentence(problem: ProviderProblem) -> str:
    return _SENTENCES.get(problem.kind, problem.sentence)


def headers(request_id: str) -> Headers:
    """The headers that identify a response."""
    return (("x-amzn-requestid", request_id),)


def limit_headers(standing: Standing, now: datetime) -> Headers:
    """Bedrock does not say where the caller stands."""
    del standing, now
    return ()


reply_body = anthropic_wire.reply_body


def reply_frames(reply: Reply, wants_usage: bool) -> list[Frame]:
    """Anthropic's events, each in a message of its own."""
    return [_framed(frame) for frame in anthropic_wire.reply_frames(reply, wants_usage)]


def _framed(frame: Frame) -> Frame:
    event = frame.data.partition(b"data: ")[2].strip()
    return Frame(frame.part, _event(event), garbled=_event(event[:16]))


def _event(data: bytes) -> bytes:
    headers = {":event-type": "chunk", ":content-type": "application/json", ":message-type": "event"}
    return _message(headers, json.dumps({"bytes": base64.b64encode(data).decode()}).encode())


def _message(headers: Mapping[str, str], payload: bytes) -> bytes:
    """AWS's framing: lengths, headers, payload, each followed by its checksum."""
    told = b"".join(_header(name, value) for name, value in headers.items())
    prelude = pack(">II", len(told) + len(payload) + 16, len(told))
    content = prelude + pack(">I", crc32(prelude)) + told + payload
    return content + pack(">I", crc32(content))


def _header(name: str, value: str) -> bytes:
    return pack(">B", len(name)) + name.encode() + pack(">BH", _TEXT, len(value)) + value.encode()
