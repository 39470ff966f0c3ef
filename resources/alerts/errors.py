"""What can go wrong with telling people.

AlertError
├── UnusableChannel    a variable names a channel that cannot be used
└── NotDelivered       the other side did not take a message: it is sent again
"""


class AlertError(Exception):
    """Somebody cannot be told."""


class UnusableChannel(AlertError):
    def __init__(self, variable: str, problem: str, remedy: str) -> None:
        super().__init__(f"{variable} cannot be used: {problem}. {remedy}")


class NotDelivered(AlertError):
    """Says who did not take it and why, without what could be a secret."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where} did not take it: {why}")
