"""Which faults strike a request: decided from the rules, the seed and the time alone, and told as a value."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.lots import draw
from sandbox.quota import Quota, Standing, merged
from sandbox.rules import (
    AnyRule,
    Blunt,
    Latency,
    OnlyStreams,
    Refusing,
    RejectPrefill,
    Serve,
    Spoiling,
    Streaming,
)
from sandbox.rules import Quota as QuotaRule

_REMEMBERED_TEXTS = 200_000


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a request when its fate is decided."""

    operation: str
    model: str
    path: str
    stream: bool
    text: str
    fingerprint: str
    tokens: int = 0
    prefilled: bool = False


@dataclass(frozen=True, slots=True)
class Strike:
    """A rule that strikes, with the names its draws are made of."""

    rule: AnyRule
    lot: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The fate of one request."""

    names: tuple[str, ...] = ()
    ending: Strike | None = None
    standing: Standing | None = None
    quotas: tuple[Quota, ...] = ()
    streaming: tuple[Streaming, ...] = ()
    spoiling: tuple[Strike, ...] = ()
    latencies: tuple[Strike, ...] = ()
    served_by: str | None = None


@dataclass(slots=True)
class Post:
    """A rule in force, and what it has done so far."""

    name: str
    rule: AnyRule
    since: float
    seen: int = 0
    struck: int = 0
    repetitions: Counter[str] = field(default_factory=Counter)
    quota: Quota | None = None

    def is_over(self, now: float) -> bool:
        """Whether it can never strike again."""
        ended = self.rule.window_s is not None and now - self.since >= self.rule.window_s[1]
        return ended or (self.rule.times is not None and self.struck >= self.rule.times)

    def meets(self, facts: Facts, seed: int, now: float) -> tuple[Any, ...] | None:
        """The lot of this request if the rule would strike it now; counts the request either way."""
        if not self.rule.is_about(facts.operation, facts.model, facts.path, facts.stream, facts.text):
            return None
        self.seen += 1
        repetition = self._repeat(facts.fingerprint)
        lot = (seed, self.name, facts.fingerprint, repetition)
        applies = self._is_open(now) and self.rule.counts(self.seen)
        return lot if applies and draw(*lot) < self.rule.share else None

    def _is_open(self, now: float) -> bool:
        begin = self.rule.window_s[0] if self.rule.window_s is not None else 0.0
        return now - self.since >= begin and not self.is_over(now)

    def _repeat(self, fingerprint: str) -> int:
        if len(self.repetitions) > _REMEMBERED_TEXTS:
            self.repetitions.clear()
        self.repetitions[fingerprint] += 1
        return self.repetitions[fingerprint]


class Faults:
    """The rules in force, in the order in which they were set."""

    def __init__(self, seed: int = 7) -> None:
        self.seed = seed
        self._posts: dict[str, Post] = {}
        self._set = 0

    def add(self, rules: Iterable[AnyRule], now: float) -> list[Post]:
        """Put rules in force; one of the same name takes the old one's place."""
        return [self._add(rule, now) for rule in rules]

    def _add(self, rule: AnyRule, now: float) -> Post:
        self._set += 1
        post = Post(rule.name or f"{rule.kind}-{self._set}", rule, now)
        if isinstance(rule, QuotaRule):
            post.quota = Quota(rule.requests, rule.tokens, rule.per_s, rule.shape)
        self._posts[post.name] = post
        return post

    def remove(self, name: str | None = None) -> int:
        """Take one rule, or all, out of force; says how many that were."""
        gone = list(self._posts) if name is None else [known for known in self._posts if known == name]
        for known in gone:
            del self._posts[known]
        if not self._posts:
            self._set = 0  # draws are made of names: the same rules set anew are to strike the same requests
        return len(gone)

    def report(self, now: float) -> list[dict[str, Any]]:
        """Each rule with what it has seen and struck."""
        return [
            {
                "name": post.name,
                "rule": post.rule.model_dump(exclude_none=True, exclude_defaults=True, by_alias=True),
                "age_s": round(now - post.since, 3),
                "seen": post.seen,
                "struck": post.struck,
                "over": post.is_over(now),
            }
            for post in self._posts.values()
        ]

    def decide(self, facts: Facts, now: float) -> Decision:
        """The fate of a request; of several rules that would end it, the first does."""
        verdict = _Collected()
        for post in self._posts.values():
            lot = post.meets(facts, self.seed, now)
            if lot is not None and verdict.take(post, lot, facts, now):
                post.struck += 1
        return verdict.decision()


@dataclass(slots=True)
class _Collected:
    names: list[str] = field(default_factory=list)
    ending: Strike | None = None
    standings: list[Standing] = field(default_factory=list)
    quotas: list[Quota] = field(default_factory=list)
    streaming: list[Streaming] = field(default_factory=list)
    spoiling: list[Strike] = field(default_factory=list)
    latencies: list[Strike] = field(default_factory=list)
    served_by: str | None = None

    def take(self, post: Post, lot: tuple[Any, ...], facts: Facts, now: float) -> bool:
        """Let a rule strike; says whether it did."""
        struck = self._take_quota(post, facts, now) if post.quota else self._take(post.rule, lot, facts)
        if struck:
            self.names.append(post.name)
        return struck

    def _take_quota(self, post: Post, facts: Facts, now: float) -> bool:
        if self.ending is not None or post.quota is None:
            return False
        standing = post.quota.ask(facts.tokens, now)
        self.standings.append(standing)
        if standing.admitted:
            self.quotas.append(post.quota)
            return False
        self.ending = Strike(post.rule, ())
        return True

    def _take(self, rule: AnyRule, lot: tuple[Any, ...], facts: Facts) -> bool:
        strike = Strike(rule, lot)
        if isinstance(rule, Serve):
            self.served_by = rule.served_by
        elif isinstance(rule, Latency):
            self.latencies.append(strike)
        elif isinstance(rule, Refusing | Blunt):
            return self._end(strike, facts)
        elif isinstance(rule, OnlyStreams) and not facts.stream:
            return False
        elif isinstance(rule, Streaming):
            self.streaming.append(rule)
        elif isinstance(rule, Spoiling):
            self.spoiling.append(strike)
        return True

    def _end(self, strike: Strike, facts: Facts) -> bool:
        if self.ending is not None or (isinstance(strike.rule, RejectPrefill) and not facts.prefilled):
            return False
        self.ending = strike
        return True

    def decision(self) -> Decision:
        return Decision(
            names=tuple(self.names),
            ending=self.ending,
            standing=merged(self.standings),
            quotas=tuple(self.quotas),
            streaming=tuple(self.streaming),
            spoiling=tuple(self.spoiling),
            latencies=tuple(self.latencies),
            served_by=self.served_by,
        )
