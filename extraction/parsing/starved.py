"""Foreign code that is given no more memory says so in words of its own; it is no fact about the bytes."""

import re

_WORDS = re.compile(
    r"bad[_ ]?alloc|out of memory|(?:insufficient|not enough) memory|(?:cannot|failed to|unable to) allocate",
    re.IGNORECASE,
)


def is_starved(error: BaseException) -> bool:
    """True where the memory was what was missing."""
    return isinstance(error, MemoryError) or bool(_WORDS.search(str(error)))
