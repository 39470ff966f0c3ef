"""Of a long document, single values come from the chunks that speak of them and lists from every page."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from extraction.dialogue import Ask, Cut
from extraction.document import Document
from extraction.feed import Feed

Hold = Callable[..., Any]
Make = Callable[[str], Document]
SCHEMA = """
    from decimal import Decimal
    from pydantic import BaseModel, Field

    class Line(BaseModel):
        name: str
        quantity: Decimal
        price: Decimal

    class Order(BaseModel):
        supplier: str = Field(description="Company that sells.")
        warranty: str = Field(description="Warranty period.")
        penalty: str | None = Field(None, description="Penalty for delay.")
        lines: list[Line] = Field(description="All positions.")
"""
SETTINGS = "retrieval:\n  whole_chars: 2000\n  pass_chars: 2000\n  chunks: 2\n  widest: 8\n"
ROWS = [(f"Part number {number:03}", number + 1, f"{number * 3 + 1}.50") for number in range(150)]
FILLER = "These general terms of this period say nothing that anybody asked for. " * 60
TABLE = "".join(f"{name}   {quantity}   {price}\n" for name, quantity, price in ROWS)
TEXT = f"Nordwind GmbH\nFrame contract\n{TABLE}\f{FILLER}\nThe warranty period is 24 months.\n{FILLER}"


@pytest.fixture
def order_feed(make_feed: Hold) -> Feed:
    feed: Feed = make_feed(SCHEMA, "Order", SETTINGS, "orders").load()
    return feed


def _rows(text: str) -> list[dict[str, Any]]:
    found = re.findall(r"(Part number \d{3})   (\d+)   ([\d.]+)", text)
    return [{"name": name, "quantity": int(quantity), "price": float(price)} for name, quantity, price in found]


def _document(ask: Ask) -> str:
    return ask.prompt.partition("<document>")[2]


def reads(ask: Ask) -> dict[str, Any]:
    """A model that finds what the prompt holds, and lists what it was shown as a reminder, too."""
    text = _document(ask)
    known = {
        "supplier": "Nordwind GmbH" if "Nordwind GmbH" in text else None,
        "warranty": "24 months" if "24 months" in text else None,
        "penalty": None,
        "lines": _rows(text),
    }
    return {name: known[name] for name in ask.schema["properties"]}


def test_every_row_comes_out_once_and_in_order(order_feed: Feed, document: Make, hold: Hold) -> None:
    """Over all parts, although each brings the beginning along."""
    verdict = hold(order_feed, document(TEXT), reads).verdict
    assert verdict.kind == "accepted", verdict.reasons
    assert [line["name"] for line in verdict.record["lines"]] == [name for name, _, _ in ROWS]
    assert (verdict.record["supplier"], verdict.record["warranty"]) == ("Nordwind GmbH", "24 months")


def test_no_question_holds_the_whole_document(order_feed: Feed, document: Make, hold: Hold) -> None:
    """Parts are bounded, excerpts are few."""
    talk = hold(order_feed, document(TEXT), reads)
    assert max(len(_document(ask)) for ask in talk.asks) < len(TEXT) / 2
    assert all("<document>" in ask.prompt for ask in talk.asks)


def test_the_beginning_is_in_every_question(order_feed: Feed, document: Make, hold: Hold) -> None:
    """Who sells to whom stands there."""
    talk = hold(order_feed, document(TEXT), reads)
    assert all("Nordwind GmbH" in ask.prompt for ask in talk.asks)


def test_every_field_is_searched_for_by_what_it_asks(order_feed: Feed, document: Make, hold: Hold) -> None:
    """One search a field; lists are read, not searched."""
    talk = hold(order_feed, document(TEXT), reads)
    queries = [search.queries[0] for search in talk.searches]
    assert [query.split()[0] for query in queries] == ["supplier", "warranty", "penalty"]
    assert "period" in queries[1]
    assert {search.limit for search in talk.searches} == {2}


def test_what_is_required_and_missing_is_searched_with_more(order_feed: Feed, document: Make, hold: Hold) -> None:
    """Two chunks, four, eight; only the open field is asked again."""
    seen: list[list[str]] = []

    def forgetful(ask: Ask) -> dict[str, Any]:
        answer = reads(ask)
        if "warranty" in answer:
            seen.append(list(answer))
            answer["warranty"] = answer["warranty"] if len(seen) == 3 else None
        return answer

    talk = hold(order_feed, document(TEXT), forgetful)
    assert talk.verdict.kind == "accepted"
    assert [search.limit for search in talk.searches] == [2, 2, 2, 4, 8]
    assert seen == [["supplier", "warranty", "penalty"], ["warranty"], ["warranty"]]


def test_an_optional_value_is_not_searched_with_more(order_feed: Feed, document: Make, hold: Hold) -> None:
    """Most documents lack some."""
    talk = hold(order_feed, document(TEXT), reads)
    assert len(talk.searches) == 3


def test_a_required_value_that_is_nowhere_goes_to_a_person(order_feed: Feed, document: Make, hold: Hold) -> None:
    """After the widest search."""
    verdict = hold(order_feed, document(TEXT.replace("24 months", "as agreed")), reads).verdict
    assert (verdict.kind, [reason.field for reason in verdict.reasons]) == ("review", ["warranty"])
    assert len(verdict.record["lines"]) == len(ROWS)


def test_an_answer_from_a_part_is_grounded_in_the_document(order_feed: Feed, document: Make, hold: Hold) -> None:
    """An invented row is found out, on whatever page."""

    def inventive(ask: Ask) -> dict[str, Any]:
        answer = reads(ask)
        if "part 2 of" in ask.prompt:
            answer["lines"].append({"name": "Golden hammer", "quantity": 1, "price": 9999.99})
        return answer

    verdict = hold(order_feed, document(TEXT), inventive).verdict
    assert verdict.kind == "review"
    assert any("Golden hammer" in reason.why for reason in verdict.reasons)


def test_a_part_whose_rows_do_not_fit_is_halved(order_feed: Feed, document: Make, hold: Hold) -> None:
    """Until they do; nothing is lost, nothing is listed twice."""

    def short_of_breath(ask: Ask) -> Any:
        answer = reads(ask)
        return Cut() if len(answer.get("lines", [])) > 80 else answer

    verdict = hold(order_feed, document(TEXT), short_of_breath).verdict
    assert verdict.kind == "accepted", verdict.reasons
    assert len(verdict.record["lines"]) == len(ROWS)


def test_a_part_that_stays_unread_is_never_accepted_silently(order_feed: Feed, document: Make, hold: Hold) -> None:
    """Its rows are missing, and the reason says which part."""

    def moody(ask: Ask) -> Any:
        return "I would rather not." if "part 2 of" in ask.prompt else reads(ask)

    verdict = hold(order_feed, document(TEXT), moody).verdict
    assert verdict.kind == "review"
    assert re.fullmatch(r"part 2 of \d+ of the document was not read", verdict.reasons[0].why)


def test_a_model_that_never_answers_is_not_asked_for_every_page(order_feed: Feed, document: Make, hold: Hold) -> None:
    """After two parts it is enough, and the document is dead."""
    talk = hold(order_feed, document(TEXT), lambda ask: "no")
    assert (talk.verdict.kind, talk.verdict.cause) == ("dead", "never_validates")
    assert len(talk.asks) <= 5


def test_a_search_that_finds_nothing_falls_back_to_the_beginning(order_feed: Feed, document: Make, hold: Hold) -> None:
    """A document in another language than the schema."""
    text = "Ventdunord SARL\nContrat\n" + "Rien de bien utile ici. " * 200
    answer: dict[str, Any] = {"supplier": "Ventdunord SARL", "warranty": None, "penalty": None, "lines": []}
    talk = hold(order_feed, document(text), lambda ask: {name: answer[name] for name in ask.schema["properties"]})
    assert "Ventdunord SARL" in talk.asks[0].prompt
    assert [reason.field for reason in talk.verdict.reasons] == ["warranty"]


def test_a_schema_of_lists_is_only_read(make_feed: Hold, document: Make, hold: Hold) -> None:
    """There is nothing to search for."""
    schema = SCHEMA[: SCHEMA.index("    class Order")] + "    class Order(BaseModel):\n        lines: list[Line]\n"
    feed = make_feed(schema, "Order", SETTINGS, "orders").load()
    talk = hold(feed, document(TEXT), reads)
    assert (talk.verdict.kind, talk.searches) == ("accepted", [])
