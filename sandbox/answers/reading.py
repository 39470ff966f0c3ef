"""A document is read once, whatever is asked about it and however often."""

from dataclasses import dataclass
from functools import lru_cache

from sandbox.answers.amounts import decimal_mark
from sandbox.answers.labelled import Labelled, labelled_in
from sandbox.answers.mentions import Mention, mentions_in
from sandbox.answers.page import Page, page_of
from sandbox.answers.parties import Company, companies_in, sender_of
from sandbox.answers.tables import Table, table_of


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a document says, as far as rules understand it."""

    page: Page
    table: Table
    mentions: tuple[Mention, ...]
    companies: tuple[Company, ...]
    sender: tuple[str | None, str | None]
    labelled: tuple[Labelled, ...]


@lru_cache(maxsize=8)
def read(prompt: str) -> Reading:
    """Read the document of a prompt; a repeated question finds it read."""
    page = page_of(prompt)
    mark = decimal_mark(page.text)
    table = table_of(page.lines, mark, page.listed)
    free = [line for number, line in enumerate(page.lines) if number not in table.taken]
    mentions = tuple(mentions_in(free, mark))
    return Reading(page, table, mentions, tuple(companies_in(free)), sender_of(page), tuple(labelled_in(free)))
