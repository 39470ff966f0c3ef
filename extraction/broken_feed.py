"""A feed that cannot load is told apart by file, line, problem and remedy; nothing else of ours raises for a feed."""

from difflib import get_close_matches
from pathlib import Path

# BrokenFeed
# ├── MissingFile      a file that every feed has is not there
# ├── UnreadableFile   a file is there and cannot be read as text
# ├── UnfitName        the folder's name cannot be a partition key and a file name
# ├── BrokenYaml       feed.yaml is no YAML, or no mapping
# ├── BrokenSetting    feed.yaml holds a setting that is unknown, missing or out of bounds
# ├── BrokenSchema     schema.py does not run, or its class is no model of a record
# ├── BrokenPrompt     prompt.md is empty, or a template of something we do not fill
# └── BrokenGold       a line of gold/labels.jsonl is no label, or its document is not there


class BrokenFeed(Exception):
    """A feed that cannot load: which file, which line, what is wrong, what to do."""

    def __init__(self, file: Path, line: int | None, problem: str, remedy: str) -> None:
        self.file, self.line, self.problem, self.remedy = file, line, problem, remedy
        super().__init__(f"{self.place}: {problem}. {remedy}")

    @property
    def place(self) -> str:
        """The file below the feeds' folder, with its line where one is known."""
        path = f"{self.file.parent.name}/{self.file.name}"
        return path if self.line is None else f"{path}, line {self.line}"


class MissingFile(BrokenFeed):
    def __init__(self, file: Path) -> None:
        remedy = f"Add {file.name} to the folder {file.parent.name}; a feed is feed.yaml, schema.py and prompt.md."
        super().__init__(file, None, "the file does not exist", remedy)


class UnreadableFile(BrokenFeed):
    def __init__(self, file: Path, cause: str) -> None:
        super().__init__(file, None, f"the file cannot be read ({cause})", "Save it as UTF-8 text, readable by all.")


class UnfitName(BrokenFeed):
    def __init__(self, file: Path, problem: str) -> None:
        super().__init__(file, None, problem, "Rename the folder to letters, digits, '_', '-' and single dots.")


class BrokenYaml(BrokenFeed):
    def __init__(self, file: Path, line: int | None, problem: str) -> None:
        remedy = "Write one 'setting: value' a line, nested ones indented by two spaces."
        super().__init__(file, line, problem, remedy)


class BrokenSetting(BrokenFeed):
    def __init__(self, file: Path, line: int | None, path: str, problem: str, remedy: str) -> None:
        super().__init__(file, line, f"{path}: {problem}", remedy)


class BrokenSchema(BrokenFeed):
    pass


class BrokenPrompt(BrokenFeed):
    pass


class BrokenGold(BrokenFeed):
    def __init__(self, file: Path, line: int, problem: str) -> None:
        remedy = 'Write one {"doc": name, "fields": record} a line, and put the document into gold/docs.'
        super().__init__(file, line, problem, remedy)


def nearest(name: str, known: list[str]) -> str:
    """A remedy that names what was probably meant, or all there is."""
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"Did you mean {close[0]!r}?" if close else f"Known are: {', '.join(sorted(known)) or 'none'}."
