"""What the lake refuses or cannot do, each with its own sentence; LanceDB's errors become ours only here.

LakeError
├── LakeRefused         permanent: a rerun changes nothing before a person acts
│   ├── NotALake        the place is a file, or a folder of somebody else's
│   ├── LakeNotEmpty    a copy would be mixed into what is there
│   ├── OtherFormat     written by another version of Weir
│   ├── NotWritable     permissions, credentials, a missing bucket
│   ├── LakeFull        no space left
│   ├── BadVector       not numbers, or of another length than its table
│   ├── BadRow          a row that no table takes
│   ├── NoSuchBytes     a document whose bytes are not in the lake
│   └── BrokenLake      the rest: the store's own words
└── LakeContended       transient: other writers were faster, again and again
"""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager


class LakeError(Exception):
    """The lake did not do what was asked."""

    transient = False


class LakeRefused(LakeError):
    """A rerun changes nothing before a person acts."""


class NotALake(LakeRefused):
    def __init__(self, uri: str, found: str) -> None:
        super().__init__(
            f"LAKE_URI names {uri}, which {found}. Weir writes only into a folder of its own: "
            "point LAKE_URI at an empty or new one."
        )


class LakeNotEmpty(LakeRefused):
    def __init__(self, uri: str) -> None:
        super().__init__(
            f"The lake at {uri} is not empty, and another one would be mixed into it: move it away, or set LAKE_URI."
        )


class OtherFormat(LakeRefused):
    def __init__(self, uri: str, what: str) -> None:
        super().__init__(
            f"The lake at {uri} was written by another version of Weir: {what}. "
            "Run that version, or move the lake away and let this one fill a new one."
        )


class NotWritable(LakeRefused):
    def __init__(self, uri: str, problem: str) -> None:
        super().__init__(
            f"The lake at {uri} cannot be reached or written ({problem}). "
            "Give this user (or these credentials) the right to, or set LAKE_URI."
        )


class LakeFull(LakeRefused):
    def __init__(self, uri: str) -> None:
        super().__init__(f"No space is left for the lake at {uri}: make room there, then run again.")


class BadVector(LakeRefused):
    def __init__(self, model: str, chunk_id: str, problem: str) -> None:
        super().__init__(
            f"The vector of chunk {chunk_id!r} from model {model!r} {problem}: nothing of this batch was "
            "written. Look at the endpoint that embeds."
        )


class BadRow(LakeRefused):
    def __init__(self, table: str, problem: str) -> None:
        super().__init__(f"A row does not fit the lake's {table} ({problem}): nothing of its batch was written.")


class NoSuchBytes(LakeRefused):
    def __init__(self, feed: str, doc_id: str) -> None:
        super().__init__(
            f"The lake holds no bytes of document {doc_id!r} of feed {feed!r}: materialize `documents` "
            "for its day again while its file is still in the inbox."
        )


class BrokenLake(LakeRefused):
    def __init__(self, uri: str, problem: str) -> None:
        super().__init__(
            f"The lake at {uri} could not be used ({problem}). If files in it were lost, restore it from a "
            "backup, or move it away and materialize `documents` again."
        )


class LakeContended(LakeError):
    transient = True

    def __init__(self, uri: str, problem: str) -> None:
        super().__init__(f"Other writers of the lake at {uri} were faster each time ({problem}): run again.")


_CONTENDED = re.compile(r"conflict|concurrent|too many attempts|was preempted", re.IGNORECASE)
_FULL = re.compile(r"no space left|os error 28\b|quota exceeded", re.IGNORECASE)
_CLOSED = re.compile(
    r"permission denied|read-only file|os error (1|13|30)\b|access[ _]?denied|forbidden|unauthorized"
    r"|credential|InvalidAccessKey|SignatureDoesNotMatch|no ?such ?bucket|bucket .{1,80} not found"
    r"|error sending request|timed? ?out",
    re.IGNORECASE,
)
_CLOSED_ERRNO = {errno.EACCES, errno.EPERM, errno.EROFS}
_FULL_ERRNO = {errno.ENOSPC, errno.EDQUOT}


def translated(uri: str, problem: Exception) -> LakeError:
    """The error of ours that says what a foreign one meant."""
    words = _first_line(problem)
    number = problem.errno if isinstance(problem, OSError) else None
    if number in _FULL_ERRNO or _FULL.search(words):
        return LakeFull(uri)
    if number in _CLOSED_ERRNO or _CLOSED.search(words):
        return NotWritable(uri, words)
    return LakeContended(uri, words) if _CONTENDED.search(words) else BrokenLake(uri, words)


def _first_line(problem: Exception) -> str:
    lines = str(problem).strip().splitlines() or [type(problem).__name__]
    return lines[0][:300]


@contextmanager
def speaking_of(uri: str) -> Iterator[None]:
    """Inside, what the store raises leaves as an error of ours."""
    try:
        yield
    except (OSError, RuntimeError, ValueError) as problem:
        raise translated(uri, problem) from problem
