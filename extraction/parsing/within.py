"""An attachment is found again by its number in the file that holds it, and that file's in the next."""

from contextlib import closing
from dataclasses import replace

from extraction.parsing.formats import reader_of
from extraction.parsing.limits import Attached, RawFile
from extraction.parsing.unreadable import Corrupt


def member(file: RawFile, within: str) -> RawFile:
    """The file itself for "", its second attachment for "2", the first of that for "2/1"."""
    reader = reader_of(file)
    for number in filter(None, within.split("/")):
        with closing(reader(file)) as parts:
            attached = [each for each in parts if isinstance(each, Attached)]
        if not 0 < int(number) <= len(attached):
            raise Corrupt(file.name, f"it has no attachment {number}")
        found = attached[int(number) - 1]
        file = replace(file, name=found.name, content=found.content)
        reader = found.reader or reader_of(file)
    return file
