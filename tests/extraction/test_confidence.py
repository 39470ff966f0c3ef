"""How sure a value is follows from what bears it out, and each reason can be read."""

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, create_model

from extraction.checking import check
from extraction.document import Box, Document, Line, Span
from extraction.grounding import Evidence, ground
from extraction.shape import shape_of
from extraction.source import Source


def evidence(text: str, kind: Any = str, name: str = "value", value: Any = "") -> Evidence:
    model: type[BaseModel] = create_model("Record", **{name: (kind, ...)})  # type: ignore[call-overload]
    source = Source(Document(text, (Span(0, len(text), 3, "page 3"),), "text/plain"))
    return check({name: value}, source, shape_of(model)).evidence[0]


def test_the_more_bears_a_value_out_the_surer_it_is() -> None:
    """Printed as it is; spread over the line; with its year elsewhere; not at all."""
    text = "Nordwind Werkzeuge GmbH, delivery on 05.12., Smith (Sales), John. 2026"
    exact = evidence(text, value="Nordwind Werkzeuge GmbH").confidence
    spread = evidence(text, value="John Smith").confidence
    yearless = evidence(text, date, value="2026-12-05").confidence
    invented = evidence(text, value="Ostwind AG").confidence
    assert 0.9 < exact < 1
    assert exact > yearless > spread > invented == 0


def test_a_label_beside_it_makes_a_value_surer() -> None:
    """It stands beside the words that its field is called by."""
    labelled = evidence("Net total: 1,250.00", Decimal, "net_total", "1250.00")
    alone = evidence("Freight: 1,250.00", Decimal, "net_total", "1250.00")
    assert labelled.confidence > alone.confidence
    assert "beside its label" in labelled.why


def test_a_value_in_many_places_is_less_sure() -> None:
    """Any of them may be what was meant."""
    assert evidence("7 " * 20, Decimal, value=7).confidence < evidence("7 apples", Decimal, value=7).confidence
    assert "in 20 places" in evidence("7 " * 20, Decimal, value=7).why


def test_arithmetic_bears_a_value_out() -> None:
    """Net and tax make the total; quantity and price the amount of a row."""
    fields = dict.fromkeys(("net_total", "tax_total", "total"), (Decimal, ...))
    model = create_model("Record", **fields)  # type: ignore[call-overload]
    text = "100.00 19.00 119.00"
    answer = {"net_total": "100.00", "tax_total": "19.00", "total": "119.00"}
    found = check(answer, Source(Document(text, (), "")), shape_of(model)).evidence
    assert all("it adds up" in each.why for each in found)


def test_text_from_a_picture_is_as_sure_as_its_reader() -> None:
    """Line by line."""
    text = "Nordwind Werkzeuge\nOstwind Motoren"
    lines = (Line(0, 18, Box(0.1, 0.1, 0.5, 0.2), 0.98), Line(19, 34, Box(0.1, 0.3, 0.5, 0.4), 0.61))
    document = Document(text, (Span(0, len(text), 1, "page 1", lines=lines, confidence=0.8),), "image/png")
    model = create_model("Record", one=(str, ...), two=(str, ...))
    one, two = ground({"one": "Nordwind Werkzeuge", "two": "Ostwind Motoren"}, document, shape_of(model))
    assert one.confidence > 0.9
    assert two.confidence < 0.65
    assert "recognised on a picture with 0.61" in two.why


def test_the_same_evidence_gives_the_same_figure() -> None:
    """It is a rule and no estimate."""
    assert evidence("Total 5.00", Decimal, value="5.00") == evidence("Total 5.00", Decimal, value="5.00")
