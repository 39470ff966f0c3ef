"""A letter is read by its headers, its signature and its newest part; its prose tells new from old."""

from typing import Any

import pytest

from sandbox.answers import answer

TEXT = {"anyOf": [{"type": "string"}, {"type": "null"}]}
NUMBER = {"anyOf": [{"type": "number"}, {"type": "null"}]}
DATE = {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}
HEADERS = "From: Ida Berg <ida@nordhaus.example>\nTo: Tom Hill <tom@x.example>\nSubject: {subject}\n"
SENT = "Date: Fri, 06 Mar 2026 08:15:00 +0100\n\nDear Tom Hill,\n\n"
SIGNED = "\n\nKind regards\nIda Berg\nNordhaus GmbH\nTel. +49 555 12 34\n"


def ask(body: str, **properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    text = HEADERS.format(subject="News") + SENT + body + SIGNED
    found: dict[str, Any] = answer(schema, [("user", f"<document>\n{text}\n</document>")])
    return found


def test_headers_and_signature_tell_who_wrote_what_when() -> None:
    """The company stands below the writer's name."""
    found = ask("All is well with us today.", supplier=TEXT, sender=TEXT, subject=TEXT, sent_on=DATE, summary=TEXT)
    assert list(found.values()) == ["Nordhaus GmbH", "Ida Berg", "News", "2026-03-06", "All is well with us today."]


@pytest.mark.parametrize(
    "sentence",
    [
        "Delivery of your order PO-7 moves from 1 April 2026 to 9 April 2026.",
        "Your order PO-7: the new delivery date is 9 April 2026 instead of 1 April 2026.",
        "Die für 01.04.2026 geplante Lieferung Ihrer Bestellung PO-7 verschiebt sich auf den 09.04.2026.",
        "La livraison de votre commande PO-7 est reportée du 01/04/2026 au 09/04/2026.",
        "La consegna del Vostro ordine PO-7 slitta dal 1 aprile 2026 al 9 aprile 2026.",
        "La entrega de su pedido PO-7 pasa del 1 de abril de 2026 al 9 de abril de 2026.",
    ],
)
def test_of_two_dates_the_second_is_new_unless_it_is_replaced(sentence: str) -> None:
    """From one to the other, or the other instead of the one."""
    found = ask(sentence, order_number=TEXT, original_delivery_date=DATE, new_delivery_date=DATE)
    assert list(found.values()) == ["PO-7", "2026-04-01", "2026-04-09"]


@pytest.mark.parametrize(
    "sentence",
    [
        "From 1 May 2026 on, the price of article AX-9 changes from EUR 10.00 to EUR 11.00, by 10 %.",
        "Ab 01.05.2026 steigt der Preis für Artikel AX-9 von 10,00 EUR auf 11,00 EUR, um 10 %.",
        "À partir du 1 mai 2026, le prix de l'article AX-9 passe de 10,00 EUR à 11,00 EUR, une hausse de 10 %.",
    ],
)
def test_a_price_change_states_both_prices_and_its_first_day(sentence: str) -> None:
    """The day that a price begins on is no delivery date."""
    found = ask(
        sentence,
        article_number=TEXT,
        old_price=NUMBER,
        new_price=NUMBER,
        change_percent={**NUMBER, "description": "Change in percent."},
        effective_date=DATE,
        new_delivery_date=DATE,
    )
    assert list(found.values()) == ["AX-9", 10, 11, 10, "2026-05-01", None]


def test_a_planned_date_alone_is_the_old_one() -> None:
    """Where no new date is given, none is made up."""
    found = ask(
        "Leider verzögert sich die für 01.04.2026 geplante Lieferung.",
        original_delivery_date=DATE,
        new_delivery_date=DATE,
    )
    assert found["new_delivery_date"] is None


def test_what_is_quoted_does_not_count() -> None:
    """Values of the letter that is answered are not this letter's."""
    quoted = "\n\nOn 1 March 2026, Tom Hill <tom@x.example> wrote:\n> Order number: PO-1\n> we expected EUR 5.00"
    text = HEADERS.format(subject="Re: order") + SENT + "Order number: PO-7" + SIGNED + quoted
    properties = {"order_number": TEXT, "dates": {"type": "array", "items": {"type": "string", "format": "date"}}}
    assert answer({"type": "object", "properties": properties}, [("user", text)]) == {
        "order_number": "PO-7",
        "dates": [],
    }


def test_lists_hold_every_name_day_and_sum() -> None:
    """Each once, in the order of the letter."""
    amount = {"type": "object", "properties": {"value": {"type": "number"}, "currency": TEXT}}
    found = ask(
        "We charge EUR 5.00 on 1 April 2026 and EUR 7.50 on 2 April 2026; EUR 5.00 are due.",
        people={"type": "array", "items": {"type": "string"}},
        organisations={"type": "array", "items": {"type": "string"}},
        dates={"type": "array", "items": {"type": "string", "format": "date"}},
        amounts={"type": "array", "items": amount},
    )
    assert found["people"] == ["Ida Berg", "Tom Hill"]
    assert found["organisations"] == ["Nordhaus GmbH"]
    assert found["dates"] == ["2026-04-01", "2026-04-02"]
    assert found["amounts"] == [{"value": 5, "currency": "EUR"}, {"value": 7.5, "currency": "EUR"}]


def test_an_automatic_letter_has_a_company_and_no_writer() -> None:
    """Where the sender is a company, no person wrote."""
    text = (
        "From: Nordhaus GmbH <no-reply@n.example>\nSubject: Note\nDate: Fri, 06 Mar 2026 08:15:00 +0100\n\nAll is well."
    )
    found = answer({"type": "object", "properties": {"supplier": TEXT, "sender": TEXT}}, [("user", text)])
    assert found == {"supplier": "Nordhaus GmbH", "sender": None}


def test_an_answer_is_wanted_by_a_day() -> None:
    """A labelled day or a sentence that ends with one."""
    assert ask("Antwort bis: 20.03.2026", reply_by=DATE) == {"reply_by": "2026-03-20"}
    assert ask("Please send us the drawing by 20 March 2026.", reply_by=DATE) == {"reply_by": "2026-03-20"}
