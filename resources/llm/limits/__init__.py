"""What providers allow, reserved before a request is sent and settled after, together with all other processes."""

from resources.llm.limits.asking import LimitSettings, Reserved, Shape, Short, Tokens, Turn
from resources.llm.limits.limits import Limits

__all__ = ["LimitSettings", "Limits", "Reserved", "Shape", "Short", "Tokens", "Turn"]
