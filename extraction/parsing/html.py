"""Every visible word of a page is kept: blocks end lines, cells become columns, nothing is boilerplate."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from extraction.parsing.charset import decoded
from extraction.parsing.limits import Part, Parts, RawFile
from extraction.parsing.lines import Lines
from extraction.parsing.markup import is_tame, words_of


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_UNSEEN = _names("head script style template noscript iframe object svg math datalist audio video")
_PARAGRAPHS = _names("p h1 h2 h3 h4 h5 h6 table ul ol dl blockquote hr pre")
_BLOCKS = _names(
    "address article aside body br caption center dd details dialog div dt fieldset figcaption figure footer"
    " form header legend li main menu nav option section select summary tbody textarea tfoot thead"
)
_CELLS = _names("td th")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{1,40})", re.IGNORECASE)
_HEAD_BYTES = 4096


def read_html(file: RawFile) -> Parts:
    """The page as one part."""
    yield Part(html_text(html_decoded(file.content)), "body")


def html_decoded(content: bytes, declared: str | None = None) -> str:
    """The characters of the page: by the message that carried it, else by its own `meta`."""
    found = _CHARSET.search(content[:_HEAD_BYTES])
    return decoded(content, declared or (found.group(1).decode("ascii") if found else None))


def html_text(markup: str) -> str:
    """What the page shows, as lines."""
    if not is_tame(markup):
        return words_of(markup)
    root = LexborHTMLParser(markup).root
    page = _Page()
    if root is not None:
        page.walk(root)
    return page.text()


class _Page:
    """Walks the tree without recursion, however deep it is, and lays out what it meets."""

    def __init__(self) -> None:
        self._lines = Lines()
        self._verbatim = 0
        self._open: list[str] = []  # what was begun from the root down to here; "" for what is not shown

    def walk(self, root: LexborNode) -> None:
        node: LexborNode | None = root
        while node is not None:
            child = self._enter(node)
            node = child if child is not None else self._after(node)

    def _after(self, node: LexborNode) -> LexborNode | None:
        """The node after this one, leaving all that end here."""
        here: LexborNode | None = node
        while here is not None:
            self._leave(self._open.pop())
            if not self._open or here.next is not None:
                return here.next if self._open else None
            here = here.parent
        return None

    def _enter(self, node: LexborNode) -> LexborNode | None:
        """Begins the node; its first child, if it shows any."""
        name = node.tag or ""
        if node.is_text_node:
            self._write(node.text_content or "")
        elif node.is_element_node and name not in _UNSEEN and not _is_hidden(node):
            self._open.append(name)
            self._begin(name)
            return node.child
        self._open.append("")
        return None

    def _begin(self, name: str) -> None:
        if name in _CELLS:
            self._lines.open_cell()
        elif name in _PARAGRAPHS:
            self._lines.end_paragraph()
            self._verbatim += name == "pre"
        elif name in _BLOCKS:
            self._lines.end_line()

    def _leave(self, name: str) -> None:
        if name in _CELLS:
            self._lines.close_cell()
        elif name == "tr":
            self._lines.end_row()
        elif name in _PARAGRAPHS:
            self._lines.end_paragraph()
            self._verbatim -= name == "pre"
        elif name in _BLOCKS:
            self._lines.end_line()

    def _write(self, text: str) -> None:
        if self._verbatim:
            self._write_verbatim(text)
            return
        squeezed = _BLANKS.sub(" ", text)
        if self._lines.ends_with_blank():
            squeezed = squeezed.lstrip(" ")
        if squeezed:
            self._lines.write(squeezed)

    def _write_verbatim(self, text: str) -> None:
        for number, line in enumerate(text.splitlines()):
            if number:
                self._lines.end_line()
            self._lines.write(line)

    def text(self) -> str:
        return self._lines.text()


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))
