"""Bytes of a stream become the JSON of its whole events; an event that was cut off is none."""


class ServerSentEvents:
    """Only data counts: names of events are told again within it."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> list[bytes]:
        """The data of the events that became whole."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        whole = []
        for line in lines:
            if line.startswith(b"data:"):
                self._data.append(line[5:])
            elif self._data and not line.rstrip(b"\r"):
                whole.append(b"\n".join(self._data).strip())
                self._data.clear()
        return whole
