"""The sink: where events leave for the systems downstream."""

from resources.sink.errors import SinkError
from resources.sink.event import Event
from resources.sink.sink import Sink, open_sink

__all__ = ["Event", "Sink", "SinkError", "open_sink"]
