"""How the sandbox is steered and watched while it runs: /health (/healthz, /readyz), /faults, /requests, /stats."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote

from pydantic import ValidationError

from sandbox.exchange import Moves, Request, Send, whole
from sandbox.frames import encoded
from sandbox.models import MODELS
from sandbox.problems import ProviderProblem
from sandbox.provider import Provider
from sandbox.reading import read_object
from sandbox.rules import RULE, RULES, AnyRule

_NOTE = "Answers come from rules. This is no language model."


class Admin:
    """The doors of the person who runs the sandbox."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._doors: dict[tuple[str, str], Callable[[Request], tuple[int, Any]]] = {
            ("GET", "health"): self._health,
            ("GET", "healthz"): self._health,  # a sandbox that answers is ready: it needs nothing else
            ("GET", "readyz"): self._health,
            ("GET", "faults"): self._list_faults,
            ("POST", "faults"): self._add_faults,
            ("PUT", "faults"): self._replace_faults,
            ("DELETE", "faults"): self._remove_faults,
            ("GET", "requests"): self._list_requests,
            ("DELETE", "requests"): self._reset,
            ("GET", "stats"): self._stats,
            ("DELETE", "stats"): self._reset,
        }

    def is_for(self, path: str) -> bool:
        """Whether a path is one of these doors."""
        return _first(path) in {name for _, name in self._doors}

    def open(self, request: Request) -> Moves:
        """Answer at one of the doors."""
        door = self._doors.get((request.method, _first(request.path)))
        if door is None:
            return _told(405, {"error": f"{request.path} does not know {request.method}."})
        try:
            return _told(*door(request))
        except ValidationError as error:
            return _told(422, {"error": _sentence(error)})
        except ProviderProblem as problem:
            return _told(400, {"error": problem.sentence})

    def _health(self, request: Request) -> tuple[int, Any]:
        return 200, {
            "status": "ok",
            "note": _NOTE,
            "seed": self._provider.faults.seed,
            "models": list(MODELS),
        }

    def _list_faults(self, request: Request) -> tuple[int, Any]:
        if request.path.endswith("/schema"):
            return 200, RULE.json_schema()
        return 200, self._faults()

    def _faults(self) -> dict[str, Any]:
        faults = self._provider.faults
        return {"seed": faults.seed, "rules": faults.report(self._provider.clock())}

    def _add_faults(self, request: Request) -> tuple[int, Any]:
        rules, seed = _rules(request.body)
        if seed is not None:
            self._provider.faults.seed = seed
        self._provider.faults.add(rules, self._provider.clock())
        return 201, self._faults()

    def _replace_faults(self, request: Request) -> tuple[int, Any]:
        rules, seed = _rules(request.body)
        self._provider.faults.remove()
        if seed is not None:
            self._provider.faults.seed = seed
        self._provider.faults.add(rules, self._provider.clock())
        return 200, self._faults()

    def _remove_faults(self, request: Request) -> tuple[int, Any]:
        name = unquote(request.path.strip("/").partition("/")[2]) or None
        removed = self._provider.faults.remove(name)
        if name is not None and not removed:
            return 404, {"error": f"There is no rule {name!r}."}
        return 200, {"removed": removed}

    def _list_requests(self, request: Request) -> tuple[int, Any]:
        asked = {name: values[-1] for name, values in parse_qs(request.query).items()}
        last = int(asked["last"]) if asked.get("last", "").isdigit() else None
        return 200, {"requests": self._provider.journal.entries(asked.get("model"), asked.get("path"), last)}

    def _stats(self, request: Request) -> tuple[int, Any]:
        return 200, self._provider.journal.stats(self._provider.clock())

    def _reset(self, request: Request) -> tuple[int, Any]:
        self._provider.journal.reset(self._provider.clock())
        return 200, {"reset": True}


def _rules(body: bytes) -> tuple[list[AnyRule], int | None]:
    """The rules of a body: one rule, a list of rules, or an object with `rules` and perhaps a `seed`."""
    given = read_object(b'{"rules":' + body + b"}") if body.lstrip().startswith(b"[") else read_object(body)
    if "rules" not in given:
        return [RULE.validate_python(given)], None
    return RULES.validate_python(given["rules"]), _seed(given)


def _seed(given: dict[str, Any]) -> int | None:
    seed, strange = given.get("seed"), sorted(given.keys() - {"rules", "seed"})
    if strange:
        raise ProviderProblem("bad_request", f"{strange[0]}: beside `rules` there is only `seed`.")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
        raise ProviderProblem("bad_request", f"seed: {seed!r} is no integer.")
    return seed


def _first(path: str) -> str:
    return path.strip("/").partition("/")[0]


def _told(status: int, body: Any) -> Moves:
    return (Send(whole(status, (), encoded(body) + b"\n")),)


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(str(step) for step in first["loc"]) or "the rule"
    return f"{place}: {first['msg']}. GET /faults/schema describes every field."
