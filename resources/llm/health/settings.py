"""When an endpoint is left alone and how it gets back; docs/adr says why the numbers are what they are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BreakerSettings:
    """Of one endpoint.

    `consecutive_failures` is one fewer where calls are rare, and more where failures are usual. `identity` stands for
    the key and the address: a process that has other ones does not heed a quarantine.
    """

    window_s: float = 60.0
    failure_share: float = 0.3
    slow_share: float = 0.5
    min_calls: int = 10
    consecutive_failures: int = 3
    consecutive_slow: int = 5
    open_s: float = 10.0
    growth: float = 2.0
    max_open_s: float = 24.0
    jitter: float = 0.1
    ramp: tuple[int, ...] = (1, 5, 10)
    probe_ttl_s: float = 130.0
    quarantine_s: float = 900.0
    identity: str = ""
