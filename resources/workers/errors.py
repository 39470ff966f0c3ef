"""A job that cost its worker: nothing else was lost with it.

Lost
├── TookTooLong    it was still at it when its time was over
├── TookTooMuch    it asked for more memory than it may have
└── Died           its process ended by a signal, or on its own
"""


class Lost(Exception):
    """The job has no outcome."""


class TookTooLong(Lost):
    def __init__(self, limit_s: float) -> None:
        super().__init__(f"A job was ended after {limit_s:g} s.")
        self.limit_s = limit_s


class TookTooMuch(Lost):
    def __init__(self, limit_mb: int) -> None:
        super().__init__(f"A job took more than {limit_mb:,} MB of memory.")
        self.limit_mb = limit_mb


class Died(Lost):
    def __init__(self, how: str) -> None:
        super().__init__(f"A job ended its process ({how}).")
        self.how = how
