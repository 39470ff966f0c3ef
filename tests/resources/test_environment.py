"""Where everything lives, from variables; and what is refused so that nothing leaks."""

from pathlib import Path

import pytest

from resources.environment import Environment, NotLocal, UnusableVariable, is_local

ROOT = Path("/project")


def read(**variables: str) -> Environment:
    return Environment.read(variables, ROOT)


def test_without_variables_all_is_in_the_project() -> None:
    """Defaults of the contract."""
    environment = read()
    assert environment.lake_uri == "/project/.data/lake"
    assert environment.inbox_uri == "/project/.data/inbox"
    assert environment.delivery_url == "/project/.data/delivered"
    assert environment.feeds_dir == Path("/project/feeds")
    assert environment.database_url is None
    assert environment.needs_embedded_database()


def test_relative_paths_resolve_against_the_root_never_the_working_directory() -> None:
    """Whoever starts it, from wherever."""
    assert read(FEEDS_DIR="mine").feeds_dir == Path("/project/mine")
    assert read(LAKE_URI="x/lake").lake_uri == "/project/x/lake"
    assert read(INBOX_URI="/abs").inbox_uri == "/abs"
    assert read(DELIVERY_URL="file:///a%20b").delivery_url == "/a b"


@pytest.mark.parametrize("variable", ["LAKE_URI", "INBOX_URI", "DELIVERY_URL"])
def test_a_lost_database_never_redelivers_the_past(variable: str) -> None:
    """One place outside this machine, and the embedded server is refused."""
    with pytest.raises(NotLocal, match=f"DATABASE_URL is not set while {variable} is s3://bucket/x"):
        read(**{variable: "s3://bucket/x"}).needs_embedded_database()


@pytest.mark.parametrize("variable", ["LAKE_URI", "INBOX_URI", "DELIVERY_URL"])
def test_a_lost_key_never_lets_rules_answer_for_a_crm(variable: str) -> None:
    """Nor is the sandbox started, even with a database of one's own."""
    with pytest.raises(NotLocal, match="answers by rules must not reach other systems"):
        read(**{variable: "https://crm", "DATABASE_URL": "postgresql://h/d"}).allow_sandbox()


def test_with_everything_local_the_sandbox_may_answer() -> None:
    """The default project needs no key."""
    read().allow_sandbox()


def test_a_message_does_not_show_credentials() -> None:
    """An AMQP address holds a password."""
    with pytest.raises(NotLocal) as refused:
        read(DELIVERY_URL="amqp://ada:geheim@mq/").allow_sandbox()
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize("url", ["mysql://h/d", "sqlite:///x", "h:5432"])
def test_the_ledger_is_postgres(url: str) -> None:
    """Another dialect is refused at once."""
    with pytest.raises(UnusableVariable, match="must begin with postgresql://"):
        read(DATABASE_URL=url)


def test_both_spellings_of_postgres_are_understood() -> None:
    """`postgres://` is what hosts hand out."""
    assert not read(DATABASE_URL="postgres://h/d?sslmode=require").needs_embedded_database()


@pytest.mark.parametrize(("place", "local"), [("/a", True), ("s3://b", False), ("amqp://h", False)])
def test_a_place_is_local_when_it_is_a_path(place: str, local: bool) -> None:
    """A URL is not."""
    assert is_local(place) is local
