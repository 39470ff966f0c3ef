"""The lake: what documents say, in LanceDB, and the bytes they were read from, beside it."""

from resources.lake.errors import LakeError, NoSuchBytes
from resources.lake.lake import Lake
from resources.lake.rows import LakeChunk, LakeDocument, LakeVector

__all__ = ["Lake", "LakeChunk", "LakeDocument", "LakeError", "LakeVector", "NoSuchBytes"]
