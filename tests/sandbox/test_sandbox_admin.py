"""How the sandbox is steered, watched and stopped."""

import json
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from anthropic import Anthropic
from openai import OpenAI

from tests.sandbox_served import SMALL, Served, chat, message, post, serving


def test_health_says_that_it_is_no_language_model(served: Served) -> None:
    """Whoever looks is told what answers here, by which seed, under which names."""
    health = served.get("/health")
    assert (health["status"], health["seed"]) == ("ok", 7)
    assert "no language model" in health["note"]
    assert SMALL in health["models"]


def test_a_containers_probes_are_answered(served: Served) -> None:
    """Under the paths that relay and exporter have, too."""
    assert served.get("/healthz") == served.get("/readyz") == served.get("/health")


def test_rules_are_set_listed_and_taken_away(served: Served) -> None:
    """POST adds, GET lists with counts, DELETE takes one by its name or all."""
    served.fault("status", name="a", status=500)
    served.fault("silence", name="b")
    assert [rule["name"] for rule in served.get("/faults")["rules"]] == ["a", "b"]
    assert served.http.delete("/faults/a").json() == {"removed": 1}
    assert served.http.delete("/faults").json() == {"removed": 1}
    assert served.get("/faults")["rules"] == []


def test_a_rule_of_the_same_name_takes_the_others_place(served: Served) -> None:
    """A name is one rule."""
    served.fault("status", name="a", status=500)
    served.fault("status", name="a", status=502)
    assert [rule["rule"]["status"] for rule in served.get("/faults")["rules"]] == [502]


def test_several_rules_and_the_seed_come_in_one_request(served: Served) -> None:
    """A list of rules, or an object with rules and a seed; PUT replaces what was there."""
    served.http.post("/faults", json=[{"kind": "silence"}, {"kind": "reset"}])
    answer = served.http.put("/faults", json={"seed": 3, "rules": [{"kind": "reset", "name": "only"}]})
    assert answer.status_code == 200
    assert (answer.json()["seed"], [rule["name"] for rule in answer.json()["rules"]]) == (3, ["only"])


def test_a_rule_reports_what_it_saw_and_struck(served: Served, gpt: OpenAI) -> None:
    """Counts tell whether a scenario took place."""
    served.fault("refusal", nth=[2])
    for _ in range(3):
        gpt.chat.completions.create(**chat())
    (rule,) = served.get("/faults")["rules"]
    assert (rule["seen"], rule["struck"]) == (3, 1)


_UNCLEAR: dict[str, tuple[Any, int, str]] = {
    "an unknown kind": ({"kind": "earthquake"}, 422, "'earthquake' .* 'rate_limited', 'status'"),
    "no kind": ({"status": 500}, 422, "'kind'"),
    "an unknown field": ({"kind": "status", "statos": 500}, 422, "statos: Extra inputs"),
    "a value out of range": ({"kind": "status", "status": 200}, 422, "status: .*400"),
    "a mistake in a list": ([{"kind": "reset"}, {"kind": "x"}], 422, "^1: .*'x'"),
    "a seed that is none": ({"seed": "x", "rules": []}, 400, "seed: 'x'"),
    "a word beside the rules": ({"sed": 3, "rules": []}, 400, "^sed: "),
}


@pytest.mark.parametrize("what", _UNCLEAR)
def test_an_unclear_rule_is_refused_with_a_sentence(served: Served, what: str) -> None:
    """The sentence names the culprit and what would be right, and nothing of the request is put in force."""
    body, status, sentence = _UNCLEAR[what]
    answer = served.http.post("/faults", json=body)
    assert answer.status_code == status
    with pytest.raises(AssertionError, match=sentence):
        raise AssertionError(answer.json()["error"])
    assert served.get("/faults") == {"seed": 7, "rules": []}


def test_the_vocabulary_describes_itself(served: Served) -> None:
    """Every field of every kind has a description that can be asked for."""
    kinds = served.get("/faults/schema")["$defs"].values()
    assert len(kinds) >= 20
    assert all(field.get("description") for kind in kinds for n, field in kind["properties"].items() if n != "kind")


def test_what_is_not_there_cannot_be_removed(served: Served) -> None:
    """A wrong name is 404 with the name in the sentence; a wrong method is 405."""
    gone = served.http.delete("/faults/nothing")
    assert (gone.status_code, gone.json()["error"]) == (404, "There is no rule 'nothing'.")
    assert served.http.post("/health").status_code == 405


def test_the_journal_tells_what_the_provider_saw(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """Each request with wire, model, tokens, retries, rules and outcome, in order; a reset forgets them."""
    gpt.chat.completions.create(**chat())
    served.fault("truncated_json", name="half")
    claude.messages.create(**message())
    first, second = served.requests()
    assert (first["wire"], first["operation"], first["outcome"], first["status"]) == ("openai", "chat", "ok", 200)
    assert (first["retry_count"], first["rules"], first["client_left"]) == (0, [], False)
    assert first["input_tokens"] > first["output_tokens"] > 0
    assert (second["wire"], second["outcome"], second["rules"]) == ("anthropic", "truncated_json", ["half"])
    served.http.delete("/requests")
    assert served.requests() == []


def test_the_journal_can_be_narrowed(served: Served) -> None:
    """By model, by path, to the last ones."""
    for model in ("a", "b", "b"):
        served.http.post("/v1/chat/completions", json=chat(model))
    assert len(served.get("/requests?model=b")["requests"]) == 2
    assert len(served.get("/requests?path=/v1/messages")["requests"]) == 0
    assert [entry["number"] for entry in served.get("/requests?last=1")["requests"]] == [3]


def test_the_counts_add_up(served: Served, gpt: OpenAI) -> None:
    """Outcomes and tokens by model, and none left open."""
    used = gpt.chat.completions.create(**chat()).usage
    served.fault("status", status=500)
    served.http.post("/v1/chat/completions", json=chat())
    stats = served.get("/stats")
    assert (stats["requests"], stats["open"]) == (2, 0)
    assert stats["outcomes"] == stats["models"][SMALL] == {"ok": 1, "server_error": 1}
    assert used is not None
    assert stats["tokens"][SMALL]["output"] == used.completion_tokens


def test_a_client_that_leaves_is_noted(served: Served) -> None:
    """Who goes away before the answer is told from who got it."""
    served.fault("silence")
    with closing(served.connect()) as connection:
        connection.sendall(post("/v1/chat/completions", chat()))
        _until_open(served)
    entry = next(entry for entry in iter(lambda: served.requests()[0], None) if entry["client_left"])
    assert entry["outcome"] == "silence"


def test_what_a_reset_forgot_stays_forgotten(served: Served) -> None:
    """A request that was open at the reset ends without a trace in the counts that began there."""
    served.fault("stall", stall_s=0.1)
    with closing(served.connect()) as connection:
        connection.sendall(post("/v1/chat/completions", chat()))
        _until_open(served)
        served.http.delete("/requests")
        while connection.recv(65_536):
            pass
    stats = served.get("/stats")
    assert (stats["requests"], stats["open"], stats["outcomes"]) == (0, 0, {})


def _until_open(served: Served) -> None:
    while served.get("/stats")["open"] != 1:
        pass


def test_sigterm_stops_it_at_once(tmp_path: Path) -> None:
    """Told to stop it ends with success, though a client still waits for an answer that never comes."""
    with serving(tmp_path) as served, closing(served.connect()) as connection:
        served.fault("silence")
        connection.sendall(post("/v1/chat/completions", chat()))
        _until_open(served)
        begin = time.monotonic()
        served.process.terminate()
        assert served.process.wait(5) == 0
        assert time.monotonic() - begin < 2
        assert _ended(connection)


def _ended(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


def test_it_announces_its_address_and_its_seed(tmp_path: Path) -> None:
    """The announcement is whole JSON with the address and the process to end; the seed is the one given."""
    with serving(tmp_path, "--seed", "11") as served:
        told = json.loads((tmp_path / "announced.json").read_text(encoding="utf-8"))
        assert told == {"url": served.url, "pid": served.process.pid}
        assert served.get("/health")["seed"] == 11


def test_a_port_that_is_taken_is_said(served: Served) -> None:
    """It ends with one sentence that names the address, not with a traceback."""
    port = served.url.rpartition(":")[2]
    command = [sys.executable, "-m", "sandbox", "--port", port]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"sandbox: cannot listen on 127.0.0.1:{port}: ")
    assert ended.stderr.count("\n") == 1
