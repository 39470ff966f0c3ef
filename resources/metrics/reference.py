"""The table of metrics in docs/operations.md is made from the code by `python -m resources.metrics.reference`."""

import re
from pathlib import Path

from resources.metrics import names
from resources.metrics.names import Metric

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"


def filled(page: str) -> str:
    """The page with its table as it has to be now."""
    rows = ["| metric | labels | meaning |", "|---|---|---|", *map(_row, names.ALL)]
    table = "\n".join(["<!-- metrics -->", *rows, "<!-- /metrics -->"])
    return re.sub("<!-- metrics -->.*?<!-- /metrics -->", lambda _: table, page, flags=re.DOTALL)


def _row(metric: Metric) -> str:
    shown = metric.name if metric.kind == "histogram" else metric.samples[0]
    return f"| `{shown}` | {', '.join(metric.labels)} | {metric.means} |"


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
