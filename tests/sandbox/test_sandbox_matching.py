"""Which requests a rule strikes, when, how long it makes them wait, and that the seed alone decides."""

import time
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox_served import LARGE, SMALL, Served, chat, message, serving


def _statuses(served: Served, number: int, **more: Any) -> list[int]:
    """The statuses of so many requests, each with a text of its own."""
    return [_status(served, messages=[{"role": "user", "content": f"document {n}"}], **more) for n in range(number)]


def _status(served: Served, model: str = SMALL, **more: Any) -> int:
    return served.http.post("/v1/chat/completions", json=chat(model, **more)).status_code


def _pattern(statuses: list[int]) -> str:
    return "".join("." if status == 200 else "x" for status in statuses)


@pytest.mark.parametrize(
    ("rule", "struck"),
    [
        ({}, "xxxxxx"),
        ({"nth": [1, 4]}, "x..x.."),
        ({"every": 2}, "x.x.x."),
        ({"from_nth": 2, "every": 3}, ".x..x."),
        ({"from_nth": 3, "to_nth": 4}, "..xx.."),
        ({"times": 2}, "xx...."),
        ({"every": 2, "times": 2}, "x.x..."),
        ({"share": 0}, "......"),
        ({"share": 1}, "xxxxxx"),
        ({"text": "DOCUMENT 3"}, "...x.."),
        ({"window_s": [0, 3600]}, "xxxxxx"),
        ({"window_s": [3600, 7200]}, "......"),
    ],
)
def test_a_rule_strikes_those_it_says(served: Served, rule: dict[str, Any], struck: str) -> None:
    """Counted from one among the requests the rule is about; all conditions hold together."""
    served.fault("status", **rule)
    assert _pattern(_statuses(served, 6)) == struck


def test_a_rule_is_about_models_paths_operations_and_streams(served: Served) -> None:
    """What does not match is neither struck nor counted."""
    served.fault("status", model="*-large", nth=[1])
    assert [_status(served), _status(served, LARGE), _status(served, LARGE)] == [200, 503, 200]
    served.fault("rate_limited", path="*/messages", model=SMALL)
    assert _status(served) == 200
    assert served.http.post("/anthropic/v1/messages", json=message()).status_code == 429
    served.fault("status", status=500, stream=True)
    assert [_status(served), _status(served, stream=True)] == [200, 500]


def test_the_first_rule_that_ends_a_request_does(served: Served) -> None:
    """In the order in which they were set; the second is not used up by what the first has struck."""
    served.fault("status", name="first", status=500, times=1)
    served.fault("status", name="second", status=502, times=1)
    assert _statuses(served, 3) == [500, 502, 200]


def test_an_outage_lasts_for_its_window(served: Served) -> None:
    """All requests fail until the window is over, and then none; the report says that it is."""
    served.fault("status", window_s=[0, 0.15])
    begin, statuses = time.monotonic(), [_status(served)]
    while statuses[-1] != 200 and time.monotonic() - begin < 5:
        statuses.append(_status(served))
    assert statuses[0] == 503
    assert time.monotonic() - begin >= 0.1
    assert set(_statuses(served, 3)) == {200}
    assert served.get("/faults")["rules"][0]["over"] is True


def test_a_share_strikes_about_that_many(served: Served) -> None:
    """A third of two hundred requests is between a fifth and a half."""
    served.fault("status", share=1 / 3)
    assert 40 < _statuses(served, 200).count(503) < 100


def test_a_repetition_is_drawn_anew(served: Served) -> None:
    """The same text again is another draw: who comes back often enough gets through."""
    served.fault("status", share=0.5)
    same = [_status(served) for _ in range(40)]
    assert set(same) == {200, 503}


def test_the_same_rules_strike_the_same_requests_again(served: Served) -> None:
    """Set anew, with or without a name, the rules decide as before; another seed decides otherwise."""
    patterns = []
    for seed in (7, 7, 8):
        served.http.put("/faults", json={"seed": seed, "rules": [{"kind": "status", "share": 0.5}]})
        patterns.append(_pattern(_statuses(served, 30)))
    assert patterns[0] == patterns[1] != patterns[2]


def test_another_order_strikes_the_same_requests(served: Served) -> None:
    """A draw depends on the request, not on when it comes: what a schedule does cannot change the faults."""
    bodies = [chat(messages=[{"role": "user", "content": f"document {n}"}]) for n in range(30)]
    fates = []
    for order in (range(30), reversed(range(30))):
        served.http.put("/faults", json={"rules": [{"kind": "status", "share": 0.5}]})
        fates.append({n: served.http.post("/v1/chat/completions", json=bodies[n]).status_code for n in order})
    assert fates[0] == fates[1]


def test_two_sandboxes_of_one_seed_are_one(served: Served, tmp_path: Path) -> None:
    """Faults and spoilt answers are the same in another process with the same seed."""
    rules = [{"kind": "status", "share": 0.3}, {"kind": "invented_values", "share": 0.5}, {"kind": "invalid_json"}]
    with serving(tmp_path, "--seed", "7") as other:
        for one in (served, other):
            one.http.put("/faults", json={"rules": rules})
        assert _contents(served) == _contents(other)


def _contents(served: Served) -> list[Any]:
    bodies = (chat(messages=[{"role": "user", "content": f"document {n}"}]) for n in range(20))
    answers = (served.http.post("/v1/chat/completions", json=body).json() for body in bodies)
    return [answer.get("choices") or answer["error"]["message"] for answer in answers]


def _took(served: Served, number: int = 1) -> list[float]:
    _statuses(served, number)
    return [float(entry["took_s"]) for entry in served.requests()]


def test_a_fixed_latency_is_waited(served: Served) -> None:
    """Each answer takes as long as the rule says."""
    served.fault("latency", seconds=0.05)
    assert all(0.05 <= took < 1 for took in _took(served, 3))


def test_a_uniform_latency_lies_between_its_bounds(served: Served) -> None:
    """No two requests wait alike, none less than the least."""
    served.fault("latency", distribution="uniform", low_s=0.01, high_s=0.06)
    took = _took(served, 5)
    assert min(took) >= 0.01
    assert max(took) - min(took) > 0.002


def test_a_lognormal_latency_varies_about_its_median(served: Served) -> None:
    """Some take less than the median and some more."""
    served.fault("latency", distribution="lognormal", seconds=0.02, sigma=0.8)
    took = _took(served, 8)
    assert min(took) < 0.02 < max(took)


def test_each_token_takes_its_time(served: Served) -> None:
    """A streamed answer flows at the pace of its tokens, and takes about as long as the whole one."""
    served.fault("latency", per_token_s=0.0005)
    _status(served)
    _status(served, stream=True)
    whole, streamed = served.requests()
    least = 0.0005 * whole["output_tokens"]
    assert whole["took_s"] >= least
    assert streamed["took_s"] >= least * 0.9


def test_an_error_is_waited_for_as_well(served: Served) -> None:
    """Latency adds to what ends the request."""
    served.fault("latency", seconds=0.05)
    served.fault("status")
    assert _took(served) >= [0.05]


def test_any_model_name_can_be_served(served: Served) -> None:
    """A rule lends a listed model to a name that is not listed; the answer bears the asked name."""
    served.fault("serve", model="gpt-*", **{"as": LARGE})
    answer = served.http.post("/v1/chat/completions", json=chat("gpt-made-up"))
    assert (answer.status_code, answer.json()["model"]) == (200, "gpt-made-up")
    assert served.requests()[0]["served_by"] == LARGE
    assert _status(served, "other") == 404
