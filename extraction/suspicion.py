"""A document gives no orders: one that speaks to the model instead of its reader is shown to a person."""

import re
import unicodedata
from collections.abc import Iterator

from extraction.document import Document
from extraction.verdict import Reason

_SHOWN = 80
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # they part words for a machine, and for nobody who reads
_VERBS = (
    "ignore|disregard|forget|override|bypass|ignoriere|ignorieren(?: sie)?|vergiss|ignorez|oubliez|ignora|olvida|"
    "dimentica|negeer|zignoruj|игнорируй|игнорируйте|забудь|забудьте"
)
_WHICH = (
    "previous|prior|above|earlier|all|your|any|these|bisherigen?|vorherigen?|obigen?|alle|toutes|todas|tutte|las|les|le|"
    "vorige|wszystkie|poprzednie|все|предыдущие"
)
_ORDERS = (
    "instructions?|prompts?|guidelines|anweisungen|consignes|instrucciones|istruzioni|system message|instructies|"
    "instrukcje|инструкции|указания"
)
_MODEL = "ai|llm|language model|ai assistant|chatbot|sprachmodell|modèle de langage"
_TO_A_MODEL = re.compile(
    rf"\b(?:{_VERBS})\b(?:\s+(?:the|die|of|and|{_WHICH}))*\s+(?:{_WHICH}|the)(?:\s+\w+)?\s+(?:{_ORDERS})\b"
    rf"|\b(?:you are|act as|du bist|tu es|eres) (?:now )?(?:an? |ein |un )?(?:{_MODEL})\b"
    rf"|\b(?:note to|dear|hey) (?:the |any )?(?:{_MODEL})\b[^a-z]"
    r"|\byour (?:new|real) (?:task is|instructions are)\b"
    r"|\b(?:answer|reply|respond|output|return) (?:only|just) (?:with |in )?(?:the following |valid )?json\b"
    r"|\b(?:system prompt|developer message|jailbreak|prompt injection)\b"
    r"|\bforget everything (?:you (?:were|have|know)|above|before)\b|\byou are now an? (?:\w+ )?assistant\b"
    r"|(?:以前|これまで|上記)の(?:すべての|全ての)?(?:指示|命令)を無視|忽略(?:之前|以上|上述|先前)的?(?:所有|全部)?(?:指令|指示|提示)"
    r"|(?:이전|위의)\s?(?:모든\s?)?(?:지시|지침)(?:사항)?[을를]\s?무시"
    r"|<\|(?:im_start|im_end|system|endoftext)\|>|\[/?INST\]|<</?SYS>>",
    re.IGNORECASE,
)


def suspicious(doc: Document) -> Iterator[Reason]:
    """The reason to look, if the text holds what only a model would obey."""
    text = _as_read(doc.text)
    if found := _TO_A_MODEL.search(text):
        start = max(text.rfind("\n", 0, found.start()) + 1, found.start() - _SHOWN // 2)
        said = " ".join(text[start : found.end() + _SHOWN // 2].split())
        yield Reason("", f"the document speaks to a model, which does not take orders from it: {said[:_SHOWN]!r}")


def _as_read(text: str) -> str:
    """What a model reads, however it is written: in wide letters, or with signs between them that nobody sees."""
    return text if text.isascii() else unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
