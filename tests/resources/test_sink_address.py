"""Secrets of an address never leave it in words; what cannot be used is said before anything is published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.sink import SinkError, open_sink
from resources.sink.address import read_address, shown_url
from resources.sink.errors import FromSandbox, TooLarge, UnusableUrl
from resources.sink.limits import Limits
from tests.resources.sink_parts import FEED, event

SAFE = st.text(st.characters(codec="ascii", categories=["Ll", "Lu", "Nd"]), min_size=6, max_size=20)


@given(user=SAFE, password=SAFE, token=SAFE)
def test_a_password_is_neither_shown_nor_quoted(user: str, password: str, token: str) -> None:
    """Whatever a library says of the address it failed on."""
    user, password, token = f"user-{user}", f"pass-{password}", f"token-{token}"
    for scheme in ("amqp", "https"):
        url = f"{scheme}://{user}:{password}@host.example:99/x?token={token}"
        address = read_address(url)
        said = address.clean(f"could not reach {url} with {password}")
        for text in (address.shown, repr(address), said):
            assert f":{password}" not in text
            assert token not in text
        assert password not in said


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("amqps://u:p@broker:5671/prod?heartbeat=5", "amqps://broker:5671/prod"),
        ("https://hooks.example/services/T0/secret", "https://hooks.example"),
        ("https://u:p@hooks.example:8443?key=x", "https://hooks.example:8443"),
        ("amqp://u:p@ss@broker/", "amqp://broker/"),
        ("/srv/out", "/srv/out"),
    ],
)
def test_an_address_is_shown_without_what_could_be_its_key(url: str, shown: str) -> None:
    """User and password; of a webhook the path, which often is its secret."""
    assert shown_url(url) == shown


@pytest.mark.parametrize(
    ("url", "variables", "why"),
    [
        ("amqp://u:geheim@host:port/", {}, "not a URL"),
        ("amqp:///vhost", {}, "no host"),
        ("amqp://u:geheim@host/?queues=maybe", {}, "on or off"),
        ("http://u:geheim@hooks.example/", {}, "in the clear"),
        ("https://u:geheim@host/", {"DELIVERY_SECRET": "whsec_?geheim"}, "not base64"),
        ("https://u:geheim@host/", {"DELIVERY_MAX_BYTES": "many"}, "number of bytes"),
    ],
)
def test_what_cannot_be_used_is_said_at_once(url: str, variables: dict[str, str], why: str) -> None:
    """In a sentence, without the secret."""
    with pytest.raises(UnusableUrl, match=why) as caught:
        open_sink(url, variables)
    assert "geheim" not in str(caught.value)


def test_foreign_words_are_one_short_line() -> None:
    """What another system answers cannot forge lines of our log."""
    said = read_address("https://host/").clean("first\nsecond\x1b[31m" + "x" * 500)
    assert said.startswith("first second [31m")
    assert len(said) == 200


def test_what_must_not_leave_is_named_and_the_rest_goes() -> None:
    """Answers by rules, and events over the limit."""
    rules = event(1)
    rules = type(rules)(
        rules.event_id, rules.type, rules.subject, rules.time, rules.data, {"endpoint": "sandbox-openai"}
    )
    admitted = Limits(max_bytes=1000).admit(FEED, [rules, event(2, text="x" * 2000), event(3)], "amqp://host/")
    assert set(admitted.bodies) == {"event-3"}
    found: dict[str, SinkError] = dict(admitted.refused)
    assert isinstance(found["event-1"], FromSandbox)
    assert isinstance(found["event-2"], TooLarge)
    assert not any(error.transient for error in found.values())
