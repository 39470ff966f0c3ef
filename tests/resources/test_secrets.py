"""What is kept for people or told to a log is bounded and holds no secret."""

import pytest

from resources.secrets import HIDDEN, secrets_of, shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("key sk-proj-abcdefghijklmnop1234 here", f"key {HIDDEN} here"),
        ("AKIAABCDEFGHIJKLMNOP", HIDDEN),
        ("amqp://weir:s3cret@broker/", f"amqp://{HIDDEN}@broker/"),
        ("amqp://weir:***@broker/", "amqp://weir:***@broker/"),
        ("Authorization: Bearer abcdefghijklmnop.qrstuv", f"Authorization: Bearer {HIDDEN}"),
        ("password=hunter22, total=12.50", f"password={HIDDEN} total=12.50"),
        ("Passwort: geheim99", f"Passwort: {HIDDEN}"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-def_1", HIDDEN),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----!", f"{HIDDEN}!"),
        ("Total: 12.50 EUR, article SK-1200, mail a@b.example", "Total: 12.50 EUR, article SK-1200, mail a@b.example"),
        ("https://shop.example/a?b=c", "https://shop.example/a?b=c"),
    ],
)
def test_what_looks_like_a_secret_is_hidden_and_nothing_else(text: str, expected: str) -> None:
    """A document may hold one, and a prompt quotes the document."""
    assert shown(text, ()) == expected


def test_values_of_secret_variables_are_hidden_wherever_they_stand() -> None:
    """Of this process; short ones would black out words."""
    variables = {"OPENAI_API_KEY": "plain-looking-value", "DELIVERY_SECRET": "abc", "HOME": "/home/ada-lovelace"}
    assert secrets_of(variables) == ("plain-looking-value",)
    assert shown("x plain-looking-value y", secrets_of(variables)) == f"x {HIDDEN} y"


def test_a_long_prompt_keeps_both_its_ends() -> None:
    """What to do stands at the beginning, what went wrong at the end."""
    text = shown("a" * 50 + "m" * 1000 + "z" * 50, (), longest=100)
    assert text.startswith("a" * 50)
    assert text.endswith("z" * 50)
    assert "1000 characters left out" in text


def test_what_no_database_holds_is_left_out() -> None:
    """Postgres refuses NUL in a text."""
    assert shown("a\0b", ()) == "ab"
