"""A server on this machine is reached directly, whatever proxy the environment names for everything else."""

from urllib.parse import urlsplit

import httpx2

_LIMITS = httpx2.Limits(max_connections=1000, max_keepalive_connections=100)  # as the SDKs have it


def direct_client(url: str) -> httpx2.AsyncClient | None:
    """A client without proxies for the loopback; None elsewhere, where the SDK's own is right."""
    host = urlsplit(url).hostname or ""
    if host not in ("localhost", "::1") and not host.startswith("127."):
        return None
    verify = url.startswith("https")  # else nobody is to be trusted, and loading who could be takes long
    return httpx2.AsyncClient(verify=verify, trust_env=False, limits=_LIMITS, follow_redirects=True)
