"""A document gives no orders: one that speaks to the model instead of its reader is shown to a person."""

import re
from collections.abc import Iterator

from extraction.document import Document
from extraction.verdict import Reason

_SHOWN = 80
_VERBS = "ignore|disregard|forget|override|bypass|ignoriere[n]?|vergiss|ignorez|oubliez|ignora|olvida|dimentica"
_WHICH = (
    "previous|prior|above|earlier|all|your|any|these|bisherigen?|vorherigen?|obigen?|alle|toutes|todas|tutte|las|les|le"
)
_ORDERS = "instructions?|prompts?|guidelines|anweisungen|consignes|instrucciones|istruzioni|system message"
_MODEL = "ai|llm|language model|ai assistant|chatbot|sprachmodell|modèle de langage"
_TO_A_MODEL = re.compile(
    rf"\b(?:{_VERBS})\b(?:\s+(?:the|die|of|and|{_WHICH}))*\s+(?:{_WHICH}|the)(?:\s+\w+)?\s+(?:{_ORDERS})\b"
    rf"|\b(?:you are|act as|du bist|tu es|eres) (?:now )?(?:an? |ein |un )?(?:{_MODEL})\b"
    rf"|\b(?:note to|dear|hey) (?:the |any )?(?:{_MODEL})\b[^a-z]"
    r"|\b(?:system prompt|developer message|jailbreak|prompt injection)\b"
    r"|<\|(?:im_start|im_end|system|endoftext)\|>|\[/?INST\]|<</?SYS>>",
    re.IGNORECASE,
)


def suspicious(doc: Document) -> Iterator[Reason]:
    """The reason to look, if the text holds what only a model would obey."""
    found = _TO_A_MODEL.search(doc.text)
    if found:
        start = max(doc.text.rfind("\n", 0, found.start()) + 1, found.start() - _SHOWN // 2)
        said = " ".join(doc.text[start : found.end() + _SHOWN // 2].split())
        yield Reason("", f"the document speaks to a model, which does not take orders from it: {said[:_SHOWN]!r}")
