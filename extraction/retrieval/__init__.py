"""Which few chunks of a long document a question takes along; nothing here reaches a model or a database."""

from extraction.retrieval.index import Index
from extraction.retrieval.query import Query, query_of
from extraction.retrieval.questions import A_QUESTION, Question, fused, packed, rungs, taken

__all__ = ["A_QUESTION", "Index", "Query", "Question", "fused", "packed", "query_of", "rungs", "taken"]
