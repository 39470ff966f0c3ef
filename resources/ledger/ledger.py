"""The truth of the pipeline: what arrived, what it became, what may go, what it cost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from psycopg_pool import ConnectionPool

from resources.ledger.alerts import Alerts
from resources.ledger.answers import Answers
from resources.ledger.board import Board
from resources.ledger.conditions import Conditions
from resources.ledger.connections import Connection, connect, pool
from resources.ledger.documents import Documents
from resources.ledger.figures import Figures
from resources.ledger.gate import Gate
from resources.ledger.letters import Letters
from resources.ledger.levels import Levels
from resources.ledger.measures import Measures
from resources.ledger.migrate import migrate
from resources.ledger.outbox import Outbox, listening
from resources.ledger.places import Places
from resources.ledger.replays import Replays
from resources.ledger.reports import Reports
from resources.ledger.restoring import refuse_half_restored
from resources.ledger.retention import Retention
from resources.ledger.review import Review
from resources.ledger.routes import Routes
from resources.ledger.samples import Samples
from resources.ledger.scores import Scores
from resources.ledger.verdicts import Verdicts

POOL_SIZE = 6


class Ledger:
    """Books on one database. A book is a topic with its own statements."""

    def __init__(self, url: str, connections: ConnectionPool[Connection]) -> None:
        self._url = url
        self._connections = connections
        self.places = Places(connections)
        self.documents = Documents(connections)
        self.verdicts = Verdicts(connections)
        self.gate = Gate(connections)
        self.outbox = Outbox(connections)
        self.review = Review(connections)
        self.letters = Letters(connections)
        self.replays = Replays(connections)
        self.answers = Answers(connections)
        self.reports = Reports(connections)
        self.figures = Figures(connections)
        self.levels = Levels(connections)
        self.samples = Samples(connections)
        self.measures = Measures(connections)
        self.conditions = Conditions(connections)
        self.board = Board(connections)
        self.scores = Scores(connections)
        self.routes = Routes(connections)
        self.alerts = Alerts(connections)
        self.retention = Retention(connections)

    @classmethod
    @contextmanager
    def open(cls, url: str, size: int = POOL_SIZE) -> Iterator["Ledger"]:
        """The ledger at this database, migrated to this version."""
        with connect(url) as connection:
            refuse_half_restored(connection)
            migrate(connection)
        with pool(url, size) as connections:
            yield cls(url, connections)

    @contextmanager
    def listen(self) -> Iterator[Callable[[float], bool]]:
        """Inside, wait at most so many seconds for a release to be committed; whether there was one."""
        with connect(self._url) as connection, listening(connection) as released:
            yield released

    @contextmanager
    def at_work(self, run_id: str) -> Iterator[None]:
        """While this lives, anybody can see that the run has a process; several of one run may hold it."""
        with connect(self._url) as connection:
            connection.execute("select pg_advisory_lock_shared(hashtextextended(%s, 0))", [_at_work(run_id)])
            yield

    @contextmanager
    def partition_lock(self, date: str, feed: str, waiting: Callable[[], None]) -> Iterator[None]:
        """One run at a time in a partition; a second waits for the first and says so.

        The lock lives as long as its connection: a run that dies lets go of it at once.
        """
        name = f"partition {date}|{feed}"
        with connect(self._url) as connection:
            if not _try_lock(connection, name):
                waiting()
                connection.execute("select pg_advisory_lock(hashtextextended(%s, 0))", [name])
            yield


def is_worked_on(url: str, run_id: str) -> bool:
    """Whether a process holds this run's sign of being at work."""
    with connect(url) as connection, connection.transaction():
        row = connection.execute(
            "select pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [_at_work(run_id)]
        ).fetchone()
    return row is None or not row[0]


def _at_work(run_id: str) -> str:
    return f"run {run_id}"


def _try_lock(connection: Connection, name: str) -> bool:
    row = connection.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", [name]).fetchone()
    return row is not None and bool(row[0])
