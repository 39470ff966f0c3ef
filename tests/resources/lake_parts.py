"""A few named rows for the lake's tests."""

from resources.lake import LakeChunk, LakeDocument, LakeVector

FEED, DAY = "quotes", "2026-11-19"


def document(doc_id: str, text: str = "Offer 4711", content: bytes | None = b"%PDF", **other: str) -> LakeDocument:
    fields = {"feed": FEED, "date": DAY, "place": f"{FEED}/{DAY}/{doc_id}.pdf", "parser_version": "p1"} | other
    return LakeDocument(doc_id=doc_id, text=text, spans="[]", mime="application/pdf", content=content, **fields)


def chunks(doc_id: str, *texts: str, feed: str = FEED, parser_version: str = "p1") -> list[LakeChunk]:
    return [
        LakeChunk(
            chunk_id=f"{doc_id}:{position}",
            feed=feed,
            doc_id=doc_id,
            date=DAY,
            position=position,
            start=position * 10,
            end=position * 10 + len(text),
            label=f"page {position + 1}",
            text=text,
            parser_version=parser_version,
        )
        for position, text in enumerate(texts)
    ]


def vector(doc_id: str, position: int, *numbers: float, feed: str = FEED) -> LakeVector:
    return LakeVector(f"{doc_id}:{position}", feed, doc_id, DAY, numbers)
