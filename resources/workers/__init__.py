"""Work on what strangers send, in processes that may die of it."""

from resources.workers.errors import Died, Lost, TookTooLong, TookTooMuch
from resources.workers.pool import Workers
from resources.workers.worker import Limit

__all__ = ["Died", "Limit", "Lost", "TookTooLong", "TookTooMuch", "Workers"]
