"""A record is asked for in slots and put together from what the answers say of them."""

from pydantic import BaseModel

from extraction.shape import shape_of
from extraction.slots import at, blank, joined, slots_of


class Money(BaseModel):
    amount: float
    currency: str


class Terms(BaseModel):
    start: str
    end: str | None = None
    law: str
    price: Money
    notice: str


class Parties(BaseModel):
    buyer: str
    lenders: list[str]


class Deal(BaseModel):
    parties: Parties
    terms: Terms
    extra: Money | None = None


SHAPE = shape_of(Deal)


def test_large_objects_are_taken_apart_small_ones_are_not() -> None:
    """An object with a list in it, too: its single values need no look at every page."""
    assert [slot.path for slot in slots_of(SHAPE)] == [
        *("parties.buyer", "parties.lenders"),
        *("terms.start", "terms.end", "terms.law", "terms.price", "terms.notice", "extra"),
    ]


def test_a_slot_is_required_if_all_around_it_is() -> None:
    """And if it takes no null."""
    required = {slot.path: slot.required for slot in slots_of(SHAPE)}
    assert required["terms.law"]
    assert not required["terms.end"]
    assert not required["extra"]


def test_a_shape_can_be_cut_down_to_its_slots() -> None:
    """A path into an object keeps the object with that field alone."""
    only = SHAPE.only(("terms.law", "terms.price", "extra"))
    assert [field.name for field in only.fields] == ["terms", "extra"]
    assert [field.name for field in only.fields[0].fields] == ["law", "price"]
    assert [field.name for field in only.fields[0].fields[1].fields] == ["amount", "currency"]


def test_answers_are_joined_in_depth() -> None:
    """A later null takes nothing away, a later value counts."""
    record = joined(blank(SHAPE), {"terms": {"law": "Utah", "start": "May"}})
    record = joined(record, {"terms": {"law": None, "start": "June"}, "extra": {"amount": 1.0}})
    assert record["terms"]["law"] == "Utah"
    assert record["terms"]["start"] == "June"
    assert record["terms"]["notice"] is None
    assert record["extra"] == {"amount": 1.0}


def test_what_is_not_known_is_blank() -> None:
    """An object that may be missing is missing, one that must be there is empty."""
    assert blank(SHAPE)["extra"] is None
    assert blank(SHAPE)["parties"] == {"buyer": None, "lenders": None}


def test_a_value_is_reached_by_its_path() -> None:
    """Nothing, where something around it is missing."""
    assert at({"terms": {"law": "Utah"}}, "terms.law") == "Utah"
    assert at({"terms": None}, "terms.law") is None
