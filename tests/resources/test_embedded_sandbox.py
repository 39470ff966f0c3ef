"""The sandbox lives by the same rules as the database: started by its first user, stopped with its last."""

import signal
from collections.abc import Iterator

import pytest

from resources.embedded.sandbox.service import healthy
from tests.resources.embedded_users import Project, gone, project, until

pytestmark = pytest.mark.slow


@pytest.fixture
def checkout() -> Iterator[Project]:
    with project("sandbox") as made:
        yield made


def test_it_is_shared_and_stops_with_its_last_user(checkout: Project) -> None:
    """Two who need it at once get the same one; when both are gone, so is it."""
    users = [checkout.user(), checkout.user()]
    for user in users:
        user.ask("hold")
    (url,) = {user.answer()["url"] for user in users}
    assert healthy(url)
    server = checkout.server()
    users[0].end()
    assert healthy(url)
    users[1].end(signal.SIGKILL)
    until(checkout.stopped)
    assert gone(server)


def test_killed_with_9_it_comes_back_at_the_same_address(checkout: Project) -> None:
    """Its users were told the address once, so it stays."""
    user = checkout.user()
    url = user.hold()
    checkout.kill(checkout.server())
    until(lambda: healthy(url))
    assert user.hold() == url


def test_it_is_adopted_when_its_keeper_was_killed(checkout: Project) -> None:
    """The address stays good for those who use it, and the new keeper stops it."""
    user = checkout.user()
    url = user.hold()
    server = checkout.server()
    checkout.kill_keeper()
    assert user.hold() == url
    assert checkout.server() == server
    user.end()
    until(checkout.stopped)
    assert gone(server)
