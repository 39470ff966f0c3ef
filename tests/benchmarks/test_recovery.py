"""A small day of the recovery benchmark: killed, refused, in the dark; then every document is somewhere."""

from collections.abc import Iterator

import pytest

from benchmarks.casualties import FEED
from benchmarks.recovery import DARK, HURT, Bench, a_bench, adds_up, through_it
from benchmarks.shown import Shown, shown

DOCUMENTS, HURT_EACH_WAY = 80, 4

pytestmark = pytest.mark.timeout(1500)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with a_bench() as made:
        through_it(made, DOCUMENTS)
        yield made


@pytest.fixture(scope="module")
def ui(bench: Bench) -> Iterator[Shown]:
    with shown(bench.folder, bench.variables) as found:
        yield found


def test_every_document_is_somewhere_and_all_say_the_same(bench: Bench, ui: Shown) -> None:
    """Ledger, UI and sink, of the day that was killed and of the day of the outage."""
    assert adds_up(bench, ui, HURT, DOCUMENTS - HURT_EACH_WAY)
    assert adds_up(bench, ui, DARK, HURT_EACH_WAY)
    fates = bench.fates(HURT)
    assert sum(fates["unreadable"].values()) == HURT_EACH_WAY
    assert all(fate.startswith("dead: ") for fate in fates["unreadable"])
    assert fates["never validate"] == {"review": HURT_EACH_WAY}


def test_what_does_not_add_up_is_told(bench: Bench, ui: Shown, capsys: pytest.CaptureFixture[str]) -> None:
    """A line that the sink lost."""
    file = bench.folder / "delivered" / f"{FEED}.jsonl"
    kept = file.read_text()
    file.write_text("\n".join(kept.splitlines()[1:]) + "\n")
    days = [adds_up(bench, ui, HURT, DOCUMENTS - HURT_EACH_WAY), adds_up(bench, ui, DARK, HURT_EACH_WAY)]
    file.write_text(kept)
    assert sorted(days) == [False, True]
    assert capsys.readouterr().out.count("DOES NOT ADD UP") == 2
