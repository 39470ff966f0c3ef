"""Checks of what models answered: whole, at once, from whom it was meant to come, and with few failures on the way."""

import re
from collections import Counter
from collections.abc import Callable, Mapping

from assets.checks.check import Check
from assets.checks.finding import Finding, judged, percent, share
from assets.checks.scene import Scene
from resources.ledger.measures import Answered

CUT = Check(
    "few_answers_are_cut_short",
    "extractions",
    "Few answers end at their limit of tokens; what is cut is asked for again in parts, which costs time and money.",
    "Raise max_tokens in feed.yaml (or of the endpoint in LLM_CONFIG), or ask for shorter values in schema.py.",
    query="select endpoint, model, stop_reason, output_tokens from weir.last_calls where partition = 'DAY|FEED' "
    "and (error = 'truncated' or stop_reason in ('length', 'max_tokens'))",
    limits="checks.cut_answers",
    conduct=True,
)
REFUSED = Check(
    "few_answers_have_to_be_asked_for_again",
    "extractions",
    "Few answers are sent back because they break the schema or cannot be found in the document.",
    "Look at which fields are refused (python -m pipeline_defs review list, letters): say in their descriptions in "
    "schema.py how the documents print them, or begin with a stronger model.",
    query="select endpoint, doc_id, attempt from weir.last_calls where partition = 'DAY|FEED' and outcome = 'rejected'",
    limits="checks.refused_answers",
    conduct=True,
)
FALLBACKS = Check(
    "few_answers_come_from_a_fallback",
    "extractions",
    "The first endpoint of the route answers nearly everything itself.",
    "See why the first endpoint was passed over (python -m pipeline_defs health): raise its limits in LLM_CONFIG, wait "
    "for its provider, or put another first.",
    query="select endpoint, fallback, outcome, count(*) from weir.last_calls where partition = 'DAY|FEED' "
    "group by 1, 2, 3",
    limits="checks.fallbacks",
    conduct=True,
)
FAILURES = Check(
    "few_calls_fail",
    "extractions",
    "Of every class of errors (rate limits, timeouts, refusals and so on) there are few.",
    "The table names class and endpoint; docs/llm.md says what each class means. rate_limited: lower the endpoint's "
    "limits in LLM_CONFIG below what the provider allows.",
    query="select error, endpoint, count(*) from weir.last_calls where partition = 'DAY|FEED' and outcome = 'failed' "
    "group by 1, 2 order by 3 desc",
    limits="checks.failed_calls",
    conduct=True,
)
MODELS = Check(
    "the_configured_model_answers",
    "extractions",
    "Every answer names the model that LLM_CONFIG asks for; a date behind an alias is no other model.",
    "The provider or a gateway serves something else: pin the model with its date in LLM_CONFIG, measure with "
    "python -m pipeline_defs gold, and write the served name there if it is good enough.",
    query="select endpoint, model, count(*) from weir.last_calls where partition = 'DAY|FEED' group by 1, 2",
    limits="checks.other_models",
    conduct=True,
)


def _cut(scene: Scene) -> Finding:
    measure = share("cut_rate", scene.calls.cut, scene.calls.begun, "answers", "ended at their limit")
    finding = judged(measure, scene.limits.cut_answers, CUT.place(scene.feed))
    return finding.showing(lambda: _by_endpoint(scene, "cut short", lambda each: each.cut))


def _refused(scene: Scene) -> Finding:
    measure = share("refused_rate", scene.calls.refused, scene.calls.answers, "answers", "were sent back")
    finding = judged(measure, scene.limits.refused_answers, REFUSED.place(scene.feed))
    return finding.showing(lambda: _by_endpoint(scene, "sent back", lambda each: each.refused))


def _fallbacks(scene: Scene) -> Finding:
    measure = share("fallback_rate", scene.calls.fallbacks, scene.calls.answers, "answers", "came from a fallback")
    finding = judged(measure, scene.limits.fallbacks, FALLBACKS.place(scene.feed))
    return finding.showing(lambda: _by_endpoint(scene, "as a fallback", lambda each: each.fallbacks))


def _by_endpoint(scene: Scene, what: str, number: Callable[[Answered], int]) -> list[dict[str, str]]:
    return [
        {"endpoint": each.endpoint, "answers": str(each.answers), what: str(number(each))}
        for each in scene.measures.answers(scene.partition.key)
        if number(each)
    ]


def _failures(scene: Scene) -> Finding:
    found = scene.measures.failures(scene.partition.key)
    classes = Counter[str]()
    for each in found:
        classes[each.error] += each.count
    worst, count = classes.most_common(1)[0] if classes else ("", 0)
    did = f"failed with {worst}" if worst else "failed"
    measure = share("worst_error_rate", count, scene.calls.attempts, "calls", did)
    finding = judged(measure, scene.limits.failed_calls, FAILURES.place(scene.feed))
    rows = [{"error": each.error, "endpoint": each.endpoint, "calls": str(each.count)} for each in found]
    return finding.showing(lambda: rows)


def _models(scene: Scene) -> Finding:
    """Of endpoints that are configured now: what others served was right by another configuration."""
    served = [each for each in scene.measures.models(scene.partition.key) if each.endpoint in scene.models]
    other = [each for each in served if not is_served(scene.models[each.endpoint], each.model)]
    answers = sum(each.answers for each in served)
    measure = share("other_model_rate", sum(each.answers for each in other), answers, "answers", "name another model")
    finding = judged(measure, scene.limits.other_models, MODELS.place(scene.feed))
    rows = [
        {
            "endpoint": each.endpoint,
            "configured": scene.models[each.endpoint],
            "served": each.model,
            "answers": f"{each.answers} ({percent(each.answers / answers)})",
        }
        for each in other
    ]
    return finding.showing(lambda: rows)


_HOME = re.compile(r"^(?:[a-z]+\.)?(?:anthropic|amazon|meta|mistral|openai|google)[./]|^models/")
_EDITION = re.compile(r"-v\d+(?::\d+)?$")
_DATE = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|\d{8}|\d{4})")


def is_served(configured: str, served: str) -> bool:
    """Whether a provider that names this model served that one: clouds write prefixes, an alias stands for a date."""
    wanted, got = _plain(configured), _plain(served)
    return got == wanted or (got.startswith(wanted) and _DATE.fullmatch(got[len(wanted) :]) is not None)


def _plain(model: str) -> str:
    return _EDITION.sub("", _HOME.sub("", model.lower())).replace("@", "-")


LOOKS: Mapping[Check, Callable[[Scene], Finding]] = {
    CUT: _cut,
    REFUSED: _refused,
    FALLBACKS: _fallbacks,
    FAILURES: _failures,
    MODELS: _models,
}
