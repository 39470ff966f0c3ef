"""A webhook's signature, as https://www.standardwebhooks.com has it: over id, time and body, with a shared secret."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from resources.sink.errors import UnusableUrl

VARIABLE = "DELIVERY_SECRET"
_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class Secret:
    key: bytes = field(repr=False)

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> "Secret | None":
        """`whsec_` and base64, or the bytes of the text as it stands; None where nothing is to be signed."""
        given = variables.get(VARIABLE, "").strip()
        if not given:
            return None
        if not given.startswith(_PREFIX):
            return cls(given.encode())
        try:
            return cls(base64.b64decode(given.removeprefix(_PREFIX), validate=True))
        except binascii.Error as problem:
            raise UnusableUrl("and its secret", f"{VARIABLE} begins with {_PREFIX} and is not base64") from problem

    def sign(self, event_id: str, at: int, body: bytes) -> str:
        content = f"{event_id}.{at}.".encode() + body
        return f"v1,{base64.b64encode(hmac.digest(self.key, content, hashlib.sha256)).decode()}"
