"""Checks of what is searched: chunks hold all of their document's text, vectors are vectors of those chunks."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from assets.batches import batches
from assets.checks.check import Check
from assets.checks.finding import Finding, judged, share, worst
from assets.checks.scene import Scene
from extraction.parsing import PARSER_VERSION
from resources.lake import LakeChunk
from resources.lake.rows import Matrix

LOOKED_AT = 300  # documents: their ids are hashes, so the first of them are a sample
_BATCH = 100

COVERED = Check(
    "chunks_cover_their_text",
    "chunks",
    "Every visible character of a document is in one of its chunks, and each chunk is what stands at its place.",
    "python -m pipeline_defs lake check --repair cuts the documents in the table again; then materialize "
    "the partition.",
)
SANE = Check(
    "every_chunk_has_a_vector_of_its_own",
    "embeddings",
    "Where a feed is searched by meaning, each chunk has a vector: finite, not zero, and not that of another text.",
    "Missing: materialize `embeddings` again once its provider answers (python -m pipeline_defs health). Zero, not "
    "finite or alike: the server that embeds is broken; put another into `embedding` of LLM_CONFIG.",
    limits="checks.equal_vectors",
)


def _covered(scene: Scene) -> Finding:
    doc_ids = sorted(scene.ledger.documents.current(*scene.where))
    whole = scene.lake.which_chunked(scene.partition.feed, doc_ids, PARSER_VERSION)
    sample = sorted(doc_ids, key=whole.__contains__)[:LOOKED_AT]  # what is not whole comes first
    offenders = list(_gaps(scene, sample))
    looked = f"{len(sample):,} of {len(doc_ids):,} documents were looked at, {len(offenders)} are not covered by chunks"
    numbers = {"documents": len(doc_ids), "looked_at": len(sample), "not_covered": len(offenders)}
    return Finding("ERROR" if offenders else "none", looked, numbers, offenders)


def _gaps(scene: Scene, doc_ids: Sequence[str]) -> Iterator[dict[str, str]]:
    for some in batches(doc_ids, _BATCH):
        cut = scene.lake.read_chunks(scene.partition.feed, some)
        for stored in scene.lake.read_documents(scene.partition.feed, some):
            if why := gap(stored.text, cut.get(stored.doc_id, [])):
                yield {"document": stored.place, "what": why}


def gap(text: str, chunks: Sequence[LakeChunk]) -> str:
    """The first visible text that is in no chunk, or the first chunk that is not what stands there."""
    reached = 0
    for chunk in chunks:
        if text[chunk.start : chunk.end] != chunk.text:
            return f"chunk {chunk.position} is not the text from {chunk.start} to {chunk.end}"
        if left := text[reached : chunk.start].strip():
            return f"in no chunk: {left[:60]!r}"
        reached = max(reached, chunk.end)
    left = text[reached:].strip()
    return f"in no chunk: {left[:60]!r}" if left else ""


def _sane(scene: Scene) -> Finding:
    if not scene.feed.settings.retrieval.embed:
        return Finding("none", f"{scene.feed.name}/feed.yaml asks for no vectors", {"chunks": 0})
    if scene.vectors_of is None:
        return Finding("WARN", "no endpoint that makes vectors is on; words alone are searched", {"chunks": 0})
    doc_ids = sorted(scene.ledger.documents.current(*scene.where))[:LOOKED_AT]
    chunks = [each for found in scene.lake.read_chunks(scene.partition.feed, doc_ids).values() for each in found]
    vectors = scene.lake.read_vectors(scene.vectors_of, scene.partition.feed, doc_ids)
    return vectors_finding(scene, chunks, vectors)


def vectors_finding(scene: Scene, chunks: Sequence[LakeChunk], vectors: Mapping[str, Matrix]) -> Finding:
    missing = [each for each in chunks if each.chunk_id not in vectors]
    there = [each for each in chunks if each.chunk_id in vectors]
    broken = [each for each in there if _is_broken(vectors[each.chunk_id])]
    alike = _alike(there, vectors)
    measure = share("equal_rate", len(alike), len(there), "vectors", "are those of another text")
    finding = judged(measure, scene.limits.equal_vectors, SANE.place(scene.feed))
    own = Finding("ERROR" if broken else "WARN" if missing else "none", "", {})
    numbers = {
        **finding.numbers,
        "missing": len(missing),
        "broken": len(broken),
        "dimension": next((len(each) for each in vectors.values()), 0),
    }
    sentence = f"{len(missing)} of {len(chunks)} chunks have no vector, {len(broken)} a broken one; {finding.sentence}"
    shown = {"no vector": missing, "zero or not finite": broken, "as another text": [] if finding.passed else alike}
    return Finding(worst((own, finding)), sentence, numbers).showing(lambda: _rows(shown))


def _is_broken(vector: Matrix) -> bool:
    return not np.isfinite(vector).all() or not vector.any()


def _alike(chunks: Sequence[LakeChunk], vectors: Mapping[str, Matrix]) -> list[LakeChunk]:
    """The chunks whose vector is also that of a chunk with other words."""
    texts: dict[bytes, set[str]] = {}
    for each in chunks:
        texts.setdefault(vectors[each.chunk_id].tobytes(), set()).add(each.text)
    return [each for each in chunks if len(texts[vectors[each.chunk_id].tobytes()]) > 1]


def _rows(shown: Mapping[str, Sequence[LakeChunk]]) -> list[dict[str, str]]:
    return [
        {"document": each.doc_id[:12], "chunk": str(each.position), "what": what}
        for what, chunks in shown.items()
        for each in chunks
    ]


LOOKS: Mapping[Check, Callable[[Scene], Finding]] = {COVERED: _covered, SANE: _sane}
