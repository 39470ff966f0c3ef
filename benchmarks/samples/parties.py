"""Every company, person and address is invented, in the manner of its country."""

import unicodedata
from dataclasses import dataclass

from benchmarks.samples.dice import Dice
from benchmarks.samples.words import Words

_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}


@dataclass(frozen=True, slots=True)
class Party:
    """A company and whoever writes for it."""

    name: str
    stem: str
    street: str
    town: str
    country: str
    person: str
    phone: str

    @property
    def domain(self) -> str:
        return f"{plain(self.stem).replace('-', '').lower()}.example"

    @property
    def email(self) -> str:
        return f"{plain(self.person).replace('-', '.').lower()}@{self.domain}"


def draw_party(dice: Dice, words: Words, country: str) -> Party:
    stem = dice.pick(words.stems)
    trade = f" {dice.pick(words.trades)}" if dice.chance(0.5) else ""
    return Party(
        name=f"{stem}{trade} {dice.pick(words.forms)}",
        stem=stem,
        street=f"{dice.pick(words.streets)} {dice.between(1, 148)}",
        town=f"{dice.between(10, 98)}{dice.between(100, 999)} {dice.pick(words.towns)}",
        country=country,
        person=f"{dice.pick(words.first)} {dice.pick(words.last)}",
        phone=f"+{dice.between(30, 49)} 555 {dice.between(100, 999)} {dice.between(10, 99)}",
    )


def draw_pair(dice: Dice, words: Words, country: str) -> tuple[Party, Party]:
    """Two companies that are not the same."""
    one = draw_party(dice, words, country)
    while (other := draw_party(dice, words, country)).stem == one.stem:
        pass
    return one, other


def plain(name: str) -> str:
    """A name as file names and addresses can hold it."""
    spelled = "".join(_UMLAUTS.get(sign, sign) for sign in name)
    ascii_only = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return "-".join("".join(sign if sign.isalnum() else " " for sign in ascii_only).split())
