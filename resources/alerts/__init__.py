"""Alerts: what is wrong is told once, what is well again once, to whoever listens: webhook, e-mail, log."""

from resources.alerts.channels import Channel
from resources.alerts.conditions import Sighting
from resources.alerts.delivering import deliver
from resources.alerts.errors import AlertError, NotDelivered
from resources.alerts.settings import open_channels, ui_url
from resources.alerts.watching import note

__all__ = ["AlertError", "Channel", "NotDelivered", "Sighting", "deliver", "note", "open_channels", "ui_url"]
