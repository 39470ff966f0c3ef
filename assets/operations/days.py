"""The stretch of days a page looks at."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

TREND = 30  # days of a chart


def day_of(key: str) -> date:
    return date.fromisoformat(key)


def trend_of(day: date) -> list[date]:
    """The days up to this one, oldest first."""
    return [day - timedelta(days=back) for back in reversed(range(TREND))]


def week_before(day: date) -> list[date]:
    return [day - timedelta(days=back) for back in range(7, 0, -1)]


def begin_of(day: date) -> datetime:
    """Calls and breakers know days in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("UTC"))
