"""A correction moves no cut beyond the section it stands in."""

import random

from hypothesis import given
from hypothesis import strategies as st

from extraction.chunking import chunk
from extraction.document import Document, Span
from extraction.sections import sections

SENTENCE = "The supplier delivers what was ordered on the day that was agreed in writing."


def _starts(text: str, size: int = 300) -> list[str]:
    return [section.split("\n")[0] for _, section in sections(text, size)]


def _contract(paragraphs: int, seed: int = 1) -> str:
    dice = random.Random(seed)
    words = SENTENCE.lower().strip(".").split()
    return "\n\n".join(" ".join(dice.choices(words, k=60)) for _ in range(paragraphs))


def _whole(text: str) -> Document:
    return Document(text, (Span(0, len(text), None, ""),), "text/plain")


@given(st.text(st.sampled_from("aB1.\n# §\t"), max_size=300), st.integers(1, 60))
def test_the_sections_are_the_text(text: str, size: int) -> None:
    """In order, each at its offset."""
    found = list(sections(text, size))
    assert "".join(section for _, section in found) == text
    assert all(text[start:].startswith(section) for start, section in found)


def test_a_section_begins_with_its_heading() -> None:
    """Named, numbered or marked."""
    headings = ["Article IV Prices", "4.2 Delivery of goods", "§ 7 Haftung", "## Notices", "Anlage 3"]
    text = "\n".join(f"{heading}\n{SENTENCE} {SENTENCE}" for heading in headings)
    assert _starts(text) == headings


def test_a_row_of_a_table_is_no_heading() -> None:
    """It has more figures, or cells."""
    rows = "\n".join(f"{number}  Hammer, large  {number}  12,50" for number in range(40))
    assert len(_starts(rows)) == 1


def test_no_section_is_a_scrap() -> None:
    """Ten headings in a row make no ten chunks."""
    text = "\n".join(f"{number}. Definitions" for number in range(1, 60))
    assert all(len(section) >= 100 for _, section in list(sections(text, 300))[:-1])


def test_what_stands_behind_a_correction_keeps_its_chunks() -> None:
    """In a long text without pages or headings, too."""
    text = _contract(200)
    before = {each.chunk_id for each in chunk("doc", _whole(text))}
    after = {each.chunk_id for each in chunk("doc", _whole(f"A sentence that was added.\n\n{text}"))}
    assert len(before - after) <= 20
    assert len(before) > 60
