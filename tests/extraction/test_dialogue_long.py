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


def test_a_question_takes_few_chunks(order_feed: Feed, document: Make, hold: Hold) -> None:
    """Whatever the document holds, single values are asked about in excerpts of five chunks at most."""
    excerpts = [ask for ask in hold(order_feed, document(TEXT), reads).asks if "lines" not in ask.schema["properties"]]
    assert {name for ask in excerpts for name in ask.schema["properties"]} == {"supplier", "warranty", "penalty"}
    assert max(len(_document(ask)) for ask in excerpts) < 5 * 1_100


def test_meaning_is_searched_only_where_the_feed_wants_it(
    make_feed: Hold, order_feed: Feed, document: Make, hold: Hold
) -> None:
    """Words are enough for most; lists are read, not searched."""
    assert hold(order_feed, document(TEXT), reads).searches == []
    feed = make_feed(SCHEMA, "Order", f"{SETTINGS}  embed: true\n", "orders").load()
    searches = hold(feed, document(TEXT), reads).searches
    assert [search.query.split()[0] for search in searches] == ["supplier", "warranty", "penalty"]
    assert {search.limit for search in searches} == {8}


def test_what_is_required_and_missing_is_searched_with_more(order_feed: Feed, document: Make, hold: Hold) -> None:
    """Two chunks, three, five, eight; only the open field is asked again, each time with more."""
    seen: list[str] = []

    def forgetful(ask: Ask) -> dict[str, Any]:
        answer = reads(ask)
        if "warranty" in answer:
            seen.append(_document(ask))
            answer["warranty"] = answer["warranty"] if len(seen) == 4 else None
        return answer

    talk = hold(order_feed, document(TEXT), forgetful)
    assert talk.verdict.kind == "accepted"
    assert len(seen) == 4
    assert [len(text) for text in seen[1:]] == sorted(len(text) for text in seen[1:])
    assert all(len(ask.schema["properties"]) == 1 for ask in talk.asks if _document(ask) in seen[1:])


def test_an_optional_value_is_not_searched_with_more(order_feed: Feed, document: Make, hold: Hold) -> None:
    """Most documents lack some."""
    talk = hold(order_feed, document(TEXT), reads)
    assert sum("penalty" in ask.schema["properties"] for ask in talk.asks) == 1


def test_values_of_nested_objects_are_searched_for_one_by_one(make_feed: Hold, document: Make, hold: Hold) -> None:
    """And come back where they belong; a list beside them is read through."""
    schema = """
        from pydantic import BaseModel, Field

        class Parties(BaseModel):
            seller: str = Field(description="Company that sells.")
            banks: list[str]

        class Contract(BaseModel):
            parties: Parties
            warranty: str
    """
    feed = make_feed(schema, "Contract", SETTINGS, "contracts").load()

    def answer(ask: Ask) -> dict[str, Any]:
        known = {"seller": "Nordwind GmbH", "banks": ["Nordwind GmbH"] if "part 1 of" in ask.prompt else []}
        wanted = ask.schema["properties"]
        found: dict[str, Any] = {name: "24 months" for name in wanted if name == "warranty"}
        if "parties" in wanted:
            found["parties"] = {name: known[name] for name in wanted["parties"]["properties"]}
        return found

    talk = hold(feed, document(TEXT), answer)
    assert talk.verdict.kind == "accepted", talk.verdict.reasons
    assert talk.verdict.record == {
        "parties": {"seller": "Nordwind GmbH", "banks": ["Nordwind GmbH"]},
        "warranty": "24 months",
    }


def test_what_does_not_fit_ends_with_its_true_cause(order_feed: Feed, document: Make, hold: Hold) -> None:
    """An answer that is cut however little is asked for is too long, not wrong."""
    talk = hold(order_feed, document(TEXT), lambda ask: Cut())
    assert (talk.verdict.kind, talk.verdict.cause) == ("dead", "truncated")
    assert "max_tokens" in talk.verdict.remedy


def test_a_value_that_does_not_fit_is_a_reason_of_its_own(order_feed: Feed, document: Make, hold: Hold) -> None:
    """The others are kept; a person sees which one is missing, and why."""

    def answer(ask: Ask) -> Any:
        return Cut() if "penalty" in ask.schema["properties"] else reads(ask)

    verdict = hold(order_feed, document(TEXT), answer).verdict
    assert (verdict.kind, verdict.reasons[0].field) == ("review", "penalty")
    assert "did not fit into 8192 tokens" in verdict.reasons[0].why
    assert verdict.record["warranty"] == "24 months"


def test_an_answer_cut_short_of_its_room_gets_all_the_room(order_feed: Feed, document: Make, hold: Hold) -> None:
    """Before less is asked for: some models think at length before they answer."""
    talk = hold(order_feed, document(TEXT), lambda ask: Cut() if ask.max_tokens < 8_192 else reads(ask))
    assert talk.verdict.kind == "accepted"


def test_the_rows_of_a_part_bring_their_header(order_feed: Feed, document: Make, hold: Hold) -> None:
    """No column has to be guessed on the second page of a table."""
    text = TEXT.replace("Frame contract\n", "Frame contract\nName Quantity Price\n")
    talk = hold(order_feed, document(text), reads)
    parts = [ask for ask in talk.asks if "lines" in ask.schema["properties"] and ROWS[-1][0] in _document(ask)]
    assert parts
    assert all("[columns: Name Quantity Price]" in ask.prompt for ask in parts)


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
    assert sum("lines" in ask.schema["properties"] for ask in talk.asks) == 2


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
