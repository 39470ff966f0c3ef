"""What docs/llm.md says of errors and fields is what the code does."""

from resources.llm.reference import PAGE, filled


def test_the_tables_of_the_page_are_those_of_the_code() -> None:
    """Whoever changes an error or a field writes the page anew: python -m resources.llm.reference."""
    page = PAGE.read_text(encoding="utf-8")
    assert filled(page) == page
    assert "| `rate_limited`: it is rate limited | elsewhere | yes | no | nothing |" in page
    assert "| `endpoints[].breaker.open_s` | `10.0` | The first rest, in seconds. |" in page
