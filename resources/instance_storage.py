"""Dagster keeps its runs, events and schedules beside the ledger, its files under .data, wherever it was started."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
import psycopg
from dagster._config.config_schema import UserConfigSchema
from dagster._core.storage.local_compute_log_manager import LocalComputeLogManager
from dagster._core.storage.root import LocalArtifactStorage
from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage
from sqlalchemy.engine import make_url

from resources.embedded import LocalServiceError
from resources.environment import ROOT, Environment, SettingsError
from resources.ledger.connections import connect
from resources.ledger.database import database_url
from resources.ledger.errors import LedgerError

SCHEMA = "dagster"
FILES = ROOT / ".data" / "dagster"


class WeirStorage(DagsterPostgresStorage):
    """Dagster's Postgres storage at DATABASE_URL, or on the embedded server when there is none."""

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "WeirStorage":
        try:
            url = database_url(Environment.read())
            _make_schema(url)
        except (LedgerError, SettingsError, LocalServiceError) as problem:
            # Whoever starts a command reads one sentence, not a traceback through Dagster's instance.
            raise click.ClickException(str(problem)) from problem
        return cls(inst_data=inst_data, postgres_url=dagster_url(url))


class WeirArtifacts(LocalArtifactStorage):
    """Files of runs, in the project whatever the working directory is."""

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "WeirArtifacts":
        return cls(str(_own_folder()), inst_data=inst_data)


class WeirComputeLogs(LocalComputeLogManager):
    """What runs print, kept in the project."""

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "WeirComputeLogs":
        return cls(str(_own_folder() / "compute_logs"), inst_data=inst_data)


def dagster_url(url: str) -> str:
    """The same database as SQLAlchemy and psycopg2 are told of it, at home in Dagster's schema."""
    parsed = make_url(url).set(drivername="postgresql+psycopg2")
    given = parsed.query.get("options", "")
    options = given if isinstance(given, str) else " ".join(given)
    path = f"{options} -csearch_path={SCHEMA}".strip()
    return parsed.update_query_dict({"options": path}).render_as_string(hide_password=False)


def _make_schema(url: str) -> None:
    # Another process may make it in this very moment.
    with connect(url) as connection, suppress(psycopg.errors.UniqueViolation):
        connection.execute(f"create schema if not exists {SCHEMA}")


def _own_folder() -> Path:
    try:
        FILES.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise click.ClickException(
            f"{FILES} cannot be made ({problem.strerror}): give this user the right to."
        ) from None
    if not os.access(FILES, os.W_OK):
        raise click.ClickException(
            f"{FILES} cannot be written by this user: start Weir as its owner, or give this user the right to."
        )
    return FILES
