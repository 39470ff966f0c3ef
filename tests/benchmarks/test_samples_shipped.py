from pathlib import Path

import pytest

from benchmarks.samples import FEEDS, Sample
from benchmarks.samples.__main__ import main
from benchmarks.samples.shipping import GOOD, bad_samples, good_samples, shipped
from benchmarks.samples.words import LANGUAGES
from extraction.feed import load_feed

FEEDS_DIR = Path(__file__).parents[2] / "feeds"
SOFT, HARD = 0.15, 0.40


def review_rate(samples: list[Sample]) -> float:
    return sum(sample.expected != "accepted" for sample in samples) / len(samples)


def on_disk(root: Path) -> dict[str, bytes]:
    files = (file for feed in FEEDS for made in ("samples", "gold") for file in (root / feed / made).rglob("*"))
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in files if file.is_file()}


def test_what_ships_is_what_the_generator_makes() -> None:
    """Nobody edits a sample: `python -m benchmarks.samples ship` renews them."""
    made, found = dict(shipped()), on_disk(FEEDS_DIR)
    assert found.keys() == made.keys()
    assert [path for path in made if made[path] != found[path]] == []


@pytest.mark.parametrize("feed", FEEDS)
def test_good_samples_open_their_gate(feed: str) -> None:
    """Their manual review rate stays under the feed's soft limit, with enough documents to count."""
    review = load_feed(FEEDS_DIR / feed).settings.review
    samples = list(good_samples(feed))
    assert review_rate(samples) < review.warn
    assert len(samples) >= review.min_documents


def test_bad_samples_close_theirs() -> None:
    """One partition shows what a failed check looks like, and not by a hair."""
    review = load_feed(FEEDS_DIR / "supplier_quotes").settings.review
    assert review_rate(list(bad_samples("supplier_quotes"))) > 1.5 * review.error


def test_even_a_good_day_has_its_troubles() -> None:
    """Among the good samples at least one ends in review, and one as a dead letter."""
    outcomes = [sample.expected for feed in FEEDS for sample in good_samples(feed)]
    assert outcomes.count("review") >= 1
    assert outcomes.count("dead") >= 1


def test_bad_samples_are_bad_in_many_ways() -> None:
    """Contradictions, missing values, and files that cannot be read for four reasons."""
    cases = {sample.note.split(", ")[2] for sample in bad_samples("supplier_quotes")}
    assert {"total_disagrees", "line_disagrees", "no_currency", "truncated", "locked", "no_package"} <= cases


def test_about_forty_ship_and_stay_small() -> None:
    """A clone is not a warehouse."""
    made = dict(shipped())
    assert 38 <= sum("/samples/" in path for path in made) <= 50
    assert sum(map(len, made.values())) < 1_500_000


def test_shipped_samples_know_every_language_and_long_tables() -> None:
    """All five languages, and tables of sixty to two hundred lines."""
    plans = [plan for feed in FEEDS for plan in GOOD[feed]]
    assert {plan.language for plan in plans} == set(LANGUAGES)
    assert sum(60 <= plan.lines <= 200 for plan in plans) >= 3


def test_ship_renews_and_removes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was there before and is no longer made goes away; schema and prompt stay."""
    stale, schema = tmp_path / "deals" / "samples" / "good" / "old.pdf", tmp_path / "deals" / "schema.py"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"old")
    schema.write_text("kept")
    assert main(["ship", "--to", str(tmp_path)]) == 0
    assert on_disk(tmp_path) == dict(shipped())
    assert schema.read_text() == "kept"
    assert "files" in capsys.readouterr().out


def test_write_makes_a_folder_of_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only documents go into the folder; what they say goes where it was asked for."""
    inbox, truth = tmp_path / "in" / "box", tmp_path / "truth.jsonl"
    asked = ["write", "--feed", "deals", "--count", "7", "--seed", "3", "--to", str(inbox), "--truth", str(truth)]
    assert main(asked) == 0
    assert len(list(inbox.iterdir())) == 7
    assert len(truth.read_text(encoding="utf-8").splitlines()) == 7
    assert "7 documents for deals" in capsys.readouterr().out


def test_unknown_feed_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The command names the feeds it knows."""
    with pytest.raises(SystemExit):
        main(["write", "--feed", "invoices", "--count", "1", "--to", "."])
    assert "supplier_quotes" in capsys.readouterr().err
