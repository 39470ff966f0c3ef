"""Who is told: the log always, a webhook and a mailbox where the environment names them."""

import os
from collections.abc import Callable, Mapping

from resources.alerts.channels import Channel
from resources.alerts.errors import UnusableChannel
from resources.alerts.log import LogChannel
from resources.alerts.mail import MailChannel
from resources.alerts.webhook import WebhookChannel

UI = "http://127.0.0.1:3000"


def open_channels(tell: Callable[[str], None], variables: Mapping[str, str] = os.environ) -> list[Channel]:
    """The channels in the order in which they are served."""

    def value(name: str) -> str:
        return variables.get(name, "").strip()

    channels: list[Channel] = [LogChannel(tell)]
    if webhook := value("ALERT_WEBHOOK_URL"):
        channels.append(WebhookChannel.read(webhook))
    if recipients := value("ALERT_EMAIL_TO"):
        if not value("SMTP_URL"):
            raise UnusableChannel("ALERT_EMAIL_TO", "SMTP_URL is not set", "Set it to smtp://user:password@host:587.")
        channels.append(MailChannel.read(value("SMTP_URL"), recipients, value("ALERT_EMAIL_FROM")))
    return channels


def ui_url(variables: Mapping[str, str] = os.environ) -> str:
    """Where people find the Dagster UI."""
    return (variables.get("WEIR_UI_URL", "").strip() or UI).rstrip("/")
