"""The ledger: everything that must be atomic, in Postgres."""

from resources.ledger.ledger import Ledger

__all__ = ["Ledger"]
