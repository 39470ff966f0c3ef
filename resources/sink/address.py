"""A sink's address as it may be shown, and its settings: what could be a secret never leaves this module in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from resources.sink.errors import UnusableUrl

LOOPBACK = ("localhost", "::1")
SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Address:
    """`shown` has neither user nor password, and of a webhook neither path nor query: they are often its key."""

    url: str = field(repr=False)
    shown: str
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def clean(self, text: str) -> str:
        """Foreign words on one short line, without what must not be shown."""
        for secret in self.secrets:
            text = text.replace(secret, "***")
        line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
        return line if len(line) <= 200 else f"{line[:199]}…"


def read_address(url: str, ours: tuple[str, ...] = ()) -> Address:
    """The address in a URL; of its query, the settings named in `ours` are taken out for us."""
    shown = shown_url(url)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError as problem:
        raise UnusableUrl(shown, "it is not a URL (a password with special characters has to be escaped)") from problem
    if not host:
        raise UnusableUrl(shown, "it names no host")
    rest = parts._replace(query=urlencode([pair for pair in query if pair[0] not in ours]))
    secrets = {parts.password, unquote(parts.password or ""), parts.query, parts.path[1:]}
    return Address(rest.geturl(), shown, {name: value for name, value in query if name in ours}, _longest(secrets))


def shown_url(url: str) -> str:
    """A URL as people may see it; a path as it is."""
    if "://" not in url:
        return url
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.rpartition("@")[2].partition("/")
    vhost = f"{slash}{path.partition('?')[0]}" if scheme.lower().startswith("amqp") else ""
    return f"{scheme}://{host.partition('?')[0]}{vhost}"


def is_loopback(host: str) -> bool:
    return host in LOOPBACK or host.startswith("127.")


def _longest(secrets: set[str | None]) -> tuple[str, ...]:
    """Longest first, so that none is cut by a part of it; a word as short as `/hook` is no secret."""
    return tuple(sorted((secret for secret in secrets if secret and len(secret) > SHORTEST), key=len, reverse=True))
