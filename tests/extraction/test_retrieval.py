"""A field is searched for by what it is called; the document's beginning always comes along."""

from decimal import Decimal

from pydantic import BaseModel, Field

from extraction.chunking import Chunk
from extraction.retrieval import Hits, query_of, rungs
from extraction.settings import Retrieval
from extraction.shape import shape_of

CHUNKS = [
    Chunk(f"c{number}", number * 10, number * 10 + 10, f"chunk {number}", "page 1", number) for number in range(9)
]


class Contract(BaseModel):
    maturityDate: Decimal = Field(description="Date on which the loan is to be repaid, e.g. 2030-01-31.")  # noqa: N815
    plain: str


def _positions(chunks: list[Chunk]) -> list[int]:
    return [chunk.position for chunk in chunks]


def test_a_question_is_widened_step_by_step() -> None:
    """Five chunks, then ten; a feed that wants more takes more."""
    assert list(rungs(Retrieval())) == [5, 10]
    assert list(rungs(Retrieval(chunks=3))) == [3, 6, 10]
    assert list(rungs(Retrieval(chunks=12))) == [12]


def test_a_query_is_name_and_description_in_single_words() -> None:
    """Without the words that every document holds."""
    query = query_of(shape_of(Contract).fields[0]).split()
    assert query[:2] == ["maturity", "date"]
    assert {"loan", "repaid"} <= set(query)
    assert {"the", "is", "to", "on"}.isdisjoint(query)


def test_a_field_without_description_is_its_name() -> None:
    """There is always something to search for."""
    assert query_of(shape_of(Contract).fields[1]) == "plain"


def test_the_beginning_always_comes_along_in_the_documents_order() -> None:
    """Who, what and when mostly stand on top."""
    hits = Hits(CHUNKS)
    hits.add([CHUNKS[7], CHUNKS[3]])
    assert _positions(hits.taken(2, 1)) == [0, 3, 7]


def test_no_field_crowds_out_another() -> None:
    """The best of each comes before the second best of any."""
    hits = Hits(CHUNKS)
    hits.add([CHUNKS[1], CHUNKS[2], CHUNKS[3]])
    hits.add([CHUNKS[8]])
    assert _positions(hits.taken(1, 2)) == [0, 1, 8]


def test_where_nothing_is_found_the_first_chunks_do() -> None:
    """A search in the wrong language finds nothing."""
    hits = Hits(CHUNKS)
    hits.add([])
    assert _positions(hits.taken(3, 1)) == [0, 1, 2]


def test_the_same_chunks_are_not_asked_about_twice() -> None:
    """Widening that finds nothing new is no reason for another call."""
    hits = Hits(CHUNKS)
    hits.add([CHUNKS[1]])
    assert hits.have_grown()
    hits.taken(5, 1)
    hits.add([CHUNKS[1]])
    assert not hits.have_grown()
    hits.add([CHUNKS[1], CHUNKS[2]])
    assert hits.have_grown()
