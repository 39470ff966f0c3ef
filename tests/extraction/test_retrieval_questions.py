"""A question takes three to five chunks; the beginning is always among them."""

from hypothesis import given
from hypothesis import strategies as st

from extraction.retrieval import A_QUESTION, fused, packed, rungs, taken
from extraction.settings import Retrieval

FOUND = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3),
    st.frozensets(st.integers(0, 20), min_size=1, max_size=5).map(lambda chunks: tuple(sorted(chunks))),
    max_size=8,
)


def test_a_question_is_widened_step_by_step() -> None:
    """Three chunks, five, ten; a feed that wants more takes more."""
    assert list(rungs(Retrieval())) == [3, 5, 10]
    assert list(rungs(Retrieval(chunks=2, widest=8))) == [2, 3, 5, 8]
    assert list(rungs(Retrieval(chunks=12))) == [12]


def test_the_beginning_always_comes_along_in_the_documents_order() -> None:
    """Who, what and when mostly stand on top."""
    assert taken([7, 3, 1], 3) == (0, 3, 7)
    assert taken([0, 3, 1], 3) == (0, 1, 3)
    assert taken([0], 3) == (0,)


def test_values_that_stand_together_are_asked_for_together() -> None:
    """Each question has room for five chunks."""
    found = {"a": (0, 1, 2), "b": (0, 8, 9), "c": (0, 1, 3), "d": (0, 8, 9)}
    questions = packed(found, 5)
    assert [(each.paths, each.chunks) for each in questions] == [
        (("a", "b", "d"), (0, 1, 2, 8, 9)),
        (("c",), (0, 1, 3)),
    ]


@given(FOUND)
def test_no_question_holds_more_than_its_room_and_none_is_lost(found: dict[str, tuple[int, ...]]) -> None:
    """Every value is asked for once, with all the chunks that speak of it."""
    questions = packed(found, A_QUESTION)
    assert all(len(each.chunks) <= A_QUESTION for each in questions)
    assert sorted(path for each in questions for path in each.paths) == sorted(found)
    assert all(set(found[path]) <= set(each.chunks) for each in questions for path in each.paths)


def test_words_count_more_than_meaning() -> None:
    """Vectors lift what words found too; alone they do not displace it."""
    assert fused([4, 2, 9], [9, 4])[0] == 4
    assert fused([4, 2, 9], [9])[:2] == [9, 4]
    assert fused([1, 2], []) == [1, 2]
    assert set(fused([1, 2], [7])) == {1, 2, 7}
