"""An answer has the schema's shape and the document's values; what is not stated is null."""

from typing import Any

import pytest

from sandbox.answers import answer, answer_freely

TEXT = {"anyOf": [{"type": "string"}, {"type": "null"}]}
NUMBER = {"anyOf": [{"type": "number"}, {"type": "null"}]}
DATE = {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}


def schema_of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def ask(text: str, **properties: Any) -> dict[str, Any]:
    prompt = f"Answer.\n<document>\n{text}\n</document>"
    found: dict[str, Any] = answer(schema_of(**properties), [("system", "Read."), ("user", prompt)])
    return found


@pytest.mark.parametrize(
    "line",
    [
        "Quote No.: A-77/26",
        "Angebot Nr. A-77/26",
        "Devis n° A-77/26",
        "Número de oferta\tA-77/26",
        "Numero preventivo\nA-77/26",
        "Angebotsnummer   A-77/26",
    ],
)
def test_a_number_stands_behind_or_below_its_label(line: str) -> None:
    """On the line, in the next cell or on the next line, in any of the languages."""
    assert ask(f"Hello\n{line}\nbye", quote_number=TEXT) == {"quote_number": "A-77/26"}


def test_what_is_not_stated_is_null() -> None:
    """Nothing is invented."""
    found = ask("A letter about nothing.", quote_number=TEXT, total=NUMBER, valid_until=DATE, items=TEXT)
    assert found == {"quote_number": None, "total": None, "valid_until": None, "items": None}


def test_each_date_finds_its_label() -> None:
    """Of several dates each belongs to the label beside it; a bare one is the document's own."""
    text = "Datum: 01.03.2026\nLiefertermin: 24.04.2026\nGültig bis 31.03.2026"
    found = ask(text, issue_date=DATE, valid_until=DATE, delivery_date=DATE)
    assert found == {"issue_date": "2026-03-01", "valid_until": "2026-03-31", "delivery_date": "2026-04-24"}


def test_a_date_of_something_else_is_not_taken() -> None:
    """The document's date is no delivery date."""
    assert ask("Datum: 01.03.2026", issue_date=DATE, delivery_date=DATE)["delivery_date"] is None


def test_sums_are_told_apart_by_label_and_addition() -> None:
    """A subtotal, the net total, the tax and the total; the rate is a rate."""
    text = "Goods total 110.00\nDiscount 10.00\nTotal excl. VAT EUR 100.00\nVAT 20 % EUR 20.00\nGrand total EUR 120.00"
    found = ask(text, net_total=NUMBER, tax_rate=NUMBER, tax_amount=NUMBER, total=NUMBER, discount_amount=NUMBER)
    assert found == {"net_total": 100, "tax_rate": 20, "tax_amount": 20, "total": 120, "discount_amount": 10}


def test_a_total_that_does_not_add_up_is_given_as_printed() -> None:
    """Nothing is put right: the labels speak clearly."""
    text = "Net total EUR 100.00\nGrand total EUR 200.00"
    assert ask(text, net_total=NUMBER, total=NUMBER) == {"net_total": 100, "total": 200}


def test_of_two_totals_the_one_that_adds_up_is_meant() -> None:
    """A gross sum of the goods before the discount is not the grand total."""
    text = "Importe bruto EUR 110,00\nDescuento EUR 10,00\nTotal neto EUR 100,00\nTotal EUR 100,00"
    assert ask(text, net_total=NUMBER, total=NUMBER) == {"net_total": 100, "total": 100}


def test_a_total_is_no_net_total_until_it_is_missed() -> None:
    """Without a tax the only total is the net one as well, which is said when it is asked for again."""
    schema, first = schema_of(net_total=NUMBER, total=NUMBER), ("user", "Invoice\nTotal: 55.00 EUR")
    assert answer(schema, [first]) == {"net_total": None, "total": 55}
    complaint = ("user", "Corrected, please:\n- net_total: a required value is missing. Look for it again.")
    assert answer(schema, [first, ("assistant", "{}"), complaint]) == {"net_total": 55, "total": 55}


def test_parties_are_found_by_label_and_letterhead() -> None:
    """Who is labelled has that role; the other is the letterhead's company."""
    letter = "Nordhaus GmbH\nWeg 1\nKunde:\nAlvarez S.L.\nPlatz 2\nBestellung PO-1"
    assert ask(letter, supplier=TEXT, buyer=TEXT) == {"supplier": "Nordhaus GmbH", "buyer": "Alvarez S.L."}
    order = "Nordhaus GmbH\nWeg 1\nLieferant:\nAlvarez S.L.\nPlatz 2\nBestellung PO-1"
    assert ask(order, supplier=TEXT, buyer=TEXT) == {"supplier": "Alvarez S.L.", "buyer": "Nordhaus GmbH"}


def test_terms_and_times_are_kept_apart() -> None:
    """A delivery condition is no lead time, and neither is a payment condition."""
    text = "Incoterms: DAP Graz\nLieferzeit: 3 Wochen\nPago: 30 días\nContact\tIda Berg"
    found = ask(
        text,
        delivery_terms={**TEXT, "description": "Usually an Incoterm."},
        delivery_time=TEXT,
        payment_terms=TEXT,
        contact=TEXT,
    )
    assert list(found.values()) == ["DAP Graz", "3 Wochen", "30 días", "Ida Berg"]


def test_a_reference_is_the_others_number() -> None:
    """On a confirmation the customer's own number is the reference, the other the document's."""
    text = "Order confirmation no. OC-9\nYour order: PO-4"
    assert ask(text, document_number=TEXT, order_reference=TEXT) == {
        "document_number": "OC-9",
        "order_reference": "PO-4",
    }


def test_rows_fill_a_list_of_objects() -> None:
    """Whatever the fields are called, they are filled by what they mean."""
    item = schema_of(sku=TEXT, product=TEXT, qty=NUMBER, unit=TEXT, unit_cost=NUMBER, amount=NUMBER)
    text = "Pos. Art. No. Description Qty Unit Price Total\n1 AX-12 Hose 4 m 2.50 10.00"
    (row,) = ask(text, positions={"type": "array", "items": item})["positions"]
    assert row == {"sku": "AX-12", "product": "Hose", "qty": 4, "unit": "m", "unit_cost": 2.5, "amount": 10}


def test_a_choice_is_the_one_the_title_speaks_of() -> None:
    """In any language; what speaks of none is the other one."""
    choice = {"type": "string", "enum": ["price_change", "delay", "confirmation", "other"]}
    assert ask("Lieferverzug Ihrer Bestellung\nLeider später.", kind=choice)["kind"] == "delay"
    assert ask("Conferma d'ordine\nGrazie.", kind=choice)["kind"] == "confirmation"
    assert ask("Nouveaux prix : augmentation", kind=choice)["kind"] == "price_change"
    assert ask("Holidays\nWe are closed.", kind=choice)["kind"] == "other"


def test_a_schema_of_any_shape_is_answered_in_that_shape() -> None:
    """References, constants, flags, types as lists, plain lists and nested objects."""
    root = schema_of(
        inner={"$ref": "#/$defs/Inner"},
        version={"const": 2},
        is_final={"type": "boolean"},
        count={"type": ["integer", "null"]},
        tags={"type": "array", "items": {"type": "string"}},
        title={"type": "string"},
    )
    root["$defs"] = {"Inner": schema_of(total={"type": "number"})}
    found = answer(root, [("user", "nothing here")])
    assert found == {"inner": {"total": 0}, "version": 2, "is_final": False, "count": None, "tags": [], "title": ""}


def test_a_schema_that_holds_itself_ends() -> None:
    """A recursive schema is answered as far as it makes sense."""
    root: dict[str, Any] = {"$ref": "#/$defs/Node", "$defs": {}}
    root["$defs"]["Node"] = schema_of(name=TEXT, below={"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]})
    assert set(answer(root, [("user", "x")])) == {"name", "below"}


def test_a_rejected_value_is_not_given_again() -> None:
    """The next best takes its place."""
    schema = schema_of(quote_number=TEXT)
    spoken = [("user", "Quote number: A1\nQuote B22"), ("assistant", '{"quote_number": "A1"}')]
    complaint = ("user", "- quote_number: 'A1' was not found in the document: no. Give it as stated.")
    assert answer(schema, spoken[:1]) == {"quote_number": "A1"}
    assert answer(schema, [*spoken, complaint]) == {"quote_number": "B22"}


def test_only_the_part_that_is_asked_for_is_listed() -> None:
    """What is repeated from the document's beginning was listed before; its header still names the columns."""
    item = schema_of(description=TEXT, quantity=NUMBER, total=NUMBER)
    head = "Pos. Description Qty Unit Price Total\n1 Hose 4 m 2.50 10.00"
    text = f"List what stands in this part only.\n<document>\n{head}\n[…]\n2 Nut 10 pcs 0.10 1.00\n</document>"
    found = answer(schema_of(lines={"type": "array", "items": item}), [("user", text)])
    assert [line["description"] for line in found["lines"]] == ["Nut"]


def test_a_free_question_is_answered_with_the_gist() -> None:
    """The first sentence that says something, as text or as JSON."""
    spoken = [("user", "<document>\nHello,\nThe pumps will arrive one week later. Sorry.\n</document>")]
    assert answer_freely(spoken, False) == "The pumps will arrive one week later."
    assert answer_freely(spoken, True) == '{"answer": "The pumps will arrive one week later."}'


@pytest.mark.parametrize("text", ["1 234 " * 10_000, "A1-" * 20_000, "Aa Bb " * 10_000, "1.1." * 15_000, " " * 60_000])
def test_a_line_without_end_is_read_nevertheless(text: str) -> None:
    """A text without line ends takes time by its length, not by its square."""
    assert set(ask(text, quote_number=TEXT, total=NUMBER)) == {"quote_number", "total"}
