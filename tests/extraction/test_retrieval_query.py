"""A field is searched for by its name, its description, and what documents write for it."""

from datetime import date
from decimal import Decimal

import pytest
from pydantic import BaseModel, Field

from extraction.retrieval import query_of
from extraction.retrieval.lexicon import lexicon
from extraction.retrieval.stems import stem
from extraction.shape import Field as Fact
from extraction.shape import shape_of
from extraction.words import terms

LONG = "sum that whoever uses the mill owes its owner for every month in which the mill stands and turns"


class Money(BaseModel):
    amount: Decimal
    currency: str


class Contract(BaseModel):
    maturityDate: date = Field(description="Date on which the loan is to be repaid, e.g. the third Tuesday.")  # noqa: N815
    plain: str
    jurisdiction: str
    governing_law: str
    amount_due: Decimal
    due_amount: Decimal
    loan_commitment: Money
    notice_period: str
    borrower: str
    assignment: str
    assignment_fee: Decimal
    required_lenders_threshold: str
    notice_address: str
    grace_days: int
    interest_rate: Decimal
    is_final: bool


FIELDS = {field.name: field for field in shape_of(Contract).fields}


def _weights(name: str) -> dict[str, float]:
    return dict(query_of(FIELDS[name]).weights)


def test_a_query_is_name_and_description_in_single_words() -> None:
    """The name counts most; words that every document holds, and examples, are left out."""
    weights = _weights("maturityDate")
    assert weights["maturity"] > weights["loan"] > 0
    assert "repaid" in weights
    assert {"the", "is", "to", "on", "tuesday"}.isdisjoint(weights)


def test_a_field_without_description_is_its_name() -> None:
    """There is always something to search for."""
    assert query_of(FIELDS["plain"]).text == "plain"


def test_the_whole_name_is_searched_for_as_one() -> None:
    """And where a contract defines it."""
    weights = _weights("maturityDate")
    assert {"maturity date", "maturity date means"} <= weights.keys()


def test_what_documents_write_for_a_field_is_searched_for() -> None:
    """In five languages, with less weight than the field's own name."""
    weights = _weights("jurisdiction")
    assert {"governed by", "gerichtsstand", "tribunaux"} <= weights.keys()
    assert weights["jurisdiction"] > weights["governed by"]


def test_the_order_of_a_names_words_does_not_matter() -> None:
    """Amount due and due amount are the same."""
    assert "rechnungsbetrag" in _weights("amount_due")
    assert "rechnungsbetrag" in _weights("due_amount")


def test_the_entry_that_says_more_is_taken() -> None:
    """A governing law is no law in general, a notice period no period in general."""
    assert "kundigungsfrist" in _weights("notice_period")
    assert "laufzeit" not in _weights("notice_period")


def test_a_long_description_does_not_drown_the_name() -> None:
    """The more words it takes, the less each of them says."""
    terse, long = (query_of(Fact("rent", "text", description=said)) for said in ("Monthly rent", "Monthly " * 3 + LONG))
    assert dict(long.weights)["monthly"] < dict(terse.weights)["monthly"]
    assert dict(long.weights)["rent"] == dict(terse.weights)["rent"]


def test_an_entry_about_a_part_of_the_name_counts_less() -> None:
    """An assignment fee is not an assignment, and what is written for one finds the other's clause."""
    assert 0 < _weights("assignment_fee")["assign"] < _weights("assignment")["assign"] / 2


def test_two_words_of_a_longer_name_are_searched_for_together() -> None:
    """Who named the field says more than the contract does; it defines the term, not the field."""
    weights = _weights("required_lenders_threshold")
    assert {"required lenders", "required lenders shall mean", "required lenders means"} <= weights.keys()
    assert weights["required lenders threshold"] > weights["required lenders"]


def test_an_object_is_searched_for_by_what_it_holds() -> None:
    """`amount` alone says nothing: it is the amount of the loan commitment."""
    weights = _weights("loan_commitment")
    assert {"loan commitment", "loan commitment amount", "aggregate commitments"} <= weights.keys()


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("maturityDate", "date"),
        ("amount_due", "amount"),
        ("loan_commitment", "amount"),
        ("notice_period", "period"),
        ("borrower", "party"),
        ("notice_address", "address"),
        ("grace_days", "period"),
        ("interest_rate", "share"),
        ("plain", None),
        ("is_final", None),
    ],
)
def test_a_query_knows_what_the_value_looks_like(name: str, look: str | None) -> None:
    """By its type, else by what it is called."""
    assert query_of(FIELDS[name]).look == look


def test_the_lexicon_is_folded_and_whole() -> None:
    """A line without a colon or with an accent would never be found."""
    for entry in lexicon():
        assert entry.called
        assert entry.written
        assert all(said and said == " ".join(terms(said)) for said in (*entry.called, *entry.written))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("terminate", "termination"),
        ("commitments", "commitment"),
        ("lieferung", "lieferungen"),
        ("delivery", "delivered"),
    ],
)
def test_forms_of_a_word_share_their_beginning(one: str, other: str) -> None:
    """Plural, noun and verb find each other; short words stay what they are."""
    assert stem(one) == stem(other)
    assert stem("date") == "date"
