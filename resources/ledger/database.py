"""The one database: DATABASE_URL, or the embedded server where the project is local altogether."""

from resources.embedded import hold_postgres
from resources.environment import Environment


def database_url(environment: Environment) -> str:
    """A URL libpq understands; the embedded server runs for as long as this process does."""
    if environment.needs_embedded_database():
        return hold_postgres(environment.root)
    return str(environment.database_url)
