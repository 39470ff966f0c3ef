"""What stands where a value should, in whatever language and wrapping, is no value."""

import re
import unicodedata

_WORDS = """
n/a na n.a n/d nd n.d n.d. k.a n.v.t s/o n.p none null nil nan undefined unknown unk unspecified missing empty string
tbd tba tbc t.b.d placeholder dummy todo xxx xxxx xx ? ?? ??? nav ukjent
not_found not_available not_applicable not_specified not_stated not_provided not_given not_mentioned not_known
not_indicated not_disclosed does_not_apply information_not_available no_information_available
no_data no_value no_information to_be_determined to_be_defined to_be_confirmed to_be_announced
keine_angabe keine_angaben ohne_angabe nicht_angegeben nicht_vorhanden nicht_bekannt nicht_gefunden nicht_verfugbar
nicht_zutreffend nicht_genannt entfallt unbekannt fehlt keine keiner keines
non_specifie non_renseigne non_precise non_communique non_indique non_disponible non_applicable inconnu inconnue neant
sans_objet aucun aucune
no_disponible no_especificado no_aplica no_consta no_indicado sin_especificar desconocido sin_datos ninguno ninguna
non_disponibile non_specificato non_applicabile non_indicato non_pervenuto sconosciuto nessuno nessuna
nao_informado nao_aplicavel nao_disponivel nao_especificado desconhecido
onbekend niet_beschikbaar niet_gevonden niet_van_toepassing niet_vermeld niet_opgegeven
nieznany nieznana brak brak_danych nie_dotyczy nie_podano neuvedeno neznamy
okand saknas ej_angivet ikke_oplyst ikke_oppgitt ukendt ei_tietoa tuntematon bilinmiyor yok belirtilmemis
ismeretlen nincs
не_указано не_указан неизвестно нет_данных нет н/д невідомо не_вказано αγνωστο
不明 未定 未記載 記載なし 該当なし なし 无 無 未知 未提供 不适用 不適用 暂无 没有
없음 해당_없음 미정 미상 غير_معروف غير_متوفر لا_يوجد
yyyy-mm-dd dd.mm.yyyy dd/mm/yyyy mm/dd/yyyy tt.mm.jjjj jj/mm/aaaa 0000-00-00 lorem_ipsum
"""
_WRAPPED = re.compile(r"<[^<>\d]*>|\[[^\[\]\d]*\]|\{+[^{}]*\}+|_+|\.{2,}|…|[-–—−*#=/·•\s]*")
_SAYS = re.compile(r"[^{]*[1-9]")
_BLANKS = re.compile(r"\s+")
_GAPS = re.compile(r"[\s-]+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_QUOTES = "()[]<>\"'`“”„«»「」"
_WHERE = re.compile(
    r"_(?:in|on|im|dans|en|nel|no|na|w)_(?:the_|this_|dem_|le_|la_|el_|il_|o_)?"
    r"(?:document|text|source|file|page|dokument|texte|documento|texto|testo|dokumencie)"
)


def _spelled(text: str) -> str:
    """Words without accents, joined by one sign."""
    decomposed = unicodedata.normalize("NFKD", text)
    return _GAPS.sub("_", "".join(mark for mark in decomposed if not unicodedata.combining(mark)))


_PLACEHOLDERS = frozenset((*_WORDS.split(), *map(_spelled, _WORDS.split())))


def is_placeholder(text: str) -> bool:
    """Whether a text stands for a missing value."""
    if _SAYS.match(text):  # a figure, and not a field of a template
        return False
    plain = _UNSEEN.sub("", text).strip().casefold()
    if _WRAPPED.fullmatch(plain):
        return True
    bare = plain.strip(_QUOTES).strip()
    spelled = _WHERE.sub("", _spelled(bare.rstrip(".。")))
    return not bare or not {bare, spelled, _BLANKS.sub("", bare), spelled.replace("_", "")}.isdisjoint(_PLACEHOLDERS)
