"""What models were asked and what they answered: the requests that were kept in full, listed or shown whole."""

from dataclasses import replace

from resources.environment import Environment
from resources.ledger import Ledger
from resources.ledger.database import database_url
from resources.ledger.samples import Sample, Which

ATTEMPTS = 50  # of one call, at most
_RULE = "─" * 78


def calls(which: Which, limit: int) -> int:
    """1 where a call was named of which nothing is kept."""
    with Ledger.open(database_url(Environment.read()), size=1) as ledger:
        found = ledger.samples.find(which, ATTEMPTS if which.call else limit)
        elsewhere = bool(ledger.samples.find(replace(which, call=None), 1)) if which.call else False
    if which.call:
        print("\n".join(map(_whole, reversed(found))) if found else _nothing(which.call, elsewhere))
        return 0 if found else 1
    for each in found:
        print(_line(each))
    print(
        f"\nin full: python -m pipeline_defs calls {found[0].call_id[:12]}"
        if found
        else "No request was kept: `samples` in LLM_CONFIG says which are."
    )
    return 0


def _nothing(call: str, any_kept: bool) -> str:
    others = "python -m pipeline_defs calls lists those that are" if any_kept else "nor is any other"
    return f"Nothing is kept of a call {call}; {others}. `samples` in LLM_CONFIG says how many are."


def _line(each: Sample) -> str:
    what = f"{each.started_at:%Y-%m-%d %H:%M:%S}  {each.call_id[:12]}.{each.attempt}  {each.partition}"
    return f"{what}  {each.place or each.doc_id or ''}\n    {_came(each)}"


def _came(each: Sample) -> str:
    outcome = f"{each.outcome}: {each.error}" if each.error else each.outcome
    tokens = f"{each.input_tokens} tokens in, {each.output_tokens} out"
    return f"{each.endpoint} ({each.model})  {outcome}  {each.latency_s:.2f} s, {tokens}, {each.cost_usd:.6f} USD"


def _whole(each: Sample) -> str:
    turns = "\n".join(f"\n── {turn['role']}\n{turn['text']}" for turn in each.asked)
    return f"{_RULE}\n{_line(each)}\n{turns}\n\n── came back\n{each.answered}\n"
