"""The sink: where events leave for the systems downstream."""

from resources.sink.errors import NotAllTaken, SinkError
from resources.sink.event import Event, Json
from resources.sink.sink import Sink, open_sink

__all__ = ["Event", "Json", "NotAllTaken", "Sink", "SinkError", "open_sink"]
