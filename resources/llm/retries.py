"""Retries are a share of the calls, so that an endpoint in trouble is not asked twice as much as a healthy one."""

from dataclasses import dataclass

from resources.llm.endpoints import RetrySettings


@dataclass(slots=True)
class _Account:
    tokens: float
    since_s: float


class Retries:
    """One account an endpoint: a call pays in, a retry draws, and a few a minute are always there."""

    def __init__(self) -> None:
        self._accounts: dict[str, _Account] = {}

    def called(self, endpoint: str, settings: RetrySettings, now_s: float) -> None:
        account = self._account(endpoint, settings, now_s)
        account.tokens = min(settings.most, account.tokens + settings.share)

    def may_retry(self, endpoint: str, settings: RetrySettings, now_s: float) -> bool:
        """Whether there is one left; it is drawn."""
        account = self._account(endpoint, settings, now_s)
        if account.tokens < 1.0:
            return False
        account.tokens -= 1.0
        return True

    def _account(self, endpoint: str, settings: RetrySettings, now_s: float) -> _Account:
        account = self._accounts.get(endpoint)
        if account is None:
            account = self._accounts[endpoint] = _Account(min(settings.most, settings.floor_per_minute), now_s)
        earned = (now_s - account.since_s) * settings.floor_per_minute / 60.0
        account.tokens, account.since_s = min(settings.most, account.tokens + max(0.0, earned)), now_s
        return account
