"""What can come of a call, and what each outcome asks of whoever made it.

LlmError
├── UnknownTask                   no route is configured for the task
├── NoProvider                    nothing is on that could answer
├── ConfigRefused                 the configuration cannot be used
├── Unanswered                    one call is over without an answer: for now, or for good
└── EndpointFailed                one attempt failed
    ├── RateLimited               rate_limited         elsewhere, or here after a pause
    ├── QuotaExhausted            quota_exhausted      elsewhere: a 429 that waiting will not cure
    ├── Overloaded                overloaded           elsewhere, or here after a pause
    ├── Unavailable               unavailable          here again
    ├── TimeoutBeforeSend         timeout_before_send  here again
    ├── TimeoutAfterSend          timeout_after_send   elsewhere; it may have been answered, and billed
    ├── Connection                connection           here again
    ├── Auth                      auth                 elsewhere: the key, the model or the address is wrong
    ├── BadRequest                bad_request          elsewhere: this provider will never take it
    ├── ContextTooLong            context_too_long     elsewhere, to a model that reads more
    ├── ContentRefused            content_refused      stop
    ├── Truncated                 truncated            elsewhere; a cut answer is no answer
    └── Malformed                 malformed            here again
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from resources.llm.messages import Allowance, Usage
from resources.llm.store import Attempt

Then = Literal["retry_here", "go_elsewhere", "stop"]
Spend = Literal["nothing", "reported", "ambiguous"]

_LONGEST_DETAIL = 300
_KEYLIKE = re.compile(
    r"\b(?:sk|pk|rk|key|gsk|xai|hf)[-_][\w*.-]{6,}"
    r"|\bAIza[\w-]{10,}|\b(?:AKIA|ASIA|ABSK)[\w/+=-]{10,}|\bbedrock-api-key-[\w/+=-]{6,}"
    r"|(?i:bearer|basic)\s+[\w.*~/+=-]{6,}"
    r"|(?=[\w/+=-]*[a-z])(?=[\w/+=-]*[A-Z])(?=[\w/+=-]*\d)[\w/+=-]{32,}"  # whoever's it is: a word is not like that
)


def without_keys(text: str, *keys: str) -> str:
    """Providers quote keys in their refusals; none may reach a log."""
    for key in keys:
        text = text.replace(key, "***") if len(key) > 3 else text
    return _KEYLIKE.sub("***", text)


class LlmError(Exception):
    """No answer, and why."""


class UnknownTask(LlmError):
    def __init__(self, task: str, known: Sequence[str]) -> None:
        super().__init__(
            f"No route answers task {task!r} (only: {', '.join(known) or 'none'}): add one to LLM_CONFIG, "
            "or correct `task` in the feed."
        )


class NoProvider(LlmError):
    def __init__(self, task: str, skipped: Sequence[str]) -> None:
        super().__init__(
            f"No endpoint of task {task} is on ({'; '.join(skipped)}): set the key or the base URL of one of "
            "them, or add an endpoint to LLM_CONFIG."
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a configuration: where, and what to do."""

    path: str
    sentence: str


class ConfigRefused(LlmError):
    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = "".join(f"\n  {problem.path}: {problem.sentence}" for problem in problems)
        super().__init__(f"The LLM configuration in {source} cannot be used:{lines}")


class EndpointFailed(LlmError):
    """One attempt at one endpoint; leaves say what that means for the call."""

    name: ClassVar[str]
    happened: ClassVar[str]
    remedy: ClassVar[str]
    then: Then
    again: bool  # whether the same endpoint may be asked again within the call
    transient: ClassVar[bool]  # whether the same call may succeed later
    counts_against_health: ClassVar[bool]
    spend: Spend = "nothing"

    def __init__(
        self,
        endpoint: str,
        detail: str = "",
        *,
        retry_after_s: float | None = None,
        usage: Usage | None = None,
        spend: Spend | None = None,
        model: str | None = None,
        stop_reason: str | None = None,
        allowances: tuple[Allowance, ...] = (),
        first_token_s: float | None = None,
        never_again: bool = False,
    ) -> None:
        self.endpoint = endpoint
        self.detail = without_keys(" ".join(detail.split()))[:_LONGEST_DETAIL]
        self.retry_after_s = retry_after_s
        self.usage = usage or Usage()
        self.spend = spend or type(self).spend
        self.model = model
        self.stop_reason = stop_reason
        self.allowances = allowances
        self.first_token_s = first_token_s
        if never_again and self.again:  # the provider itself says that asking it once more is in vain
            self.again, self.then = False, "go_elsewhere"
        super().__init__(f"{self.clause}: {self.remedy}.")

    def forget(self, key: str) -> None:
        """Blot out a key that has no known form."""
        self.detail = without_keys(self.detail, key)
        self.args = (f"{self.clause}: {self.remedy}.",)

    @property
    def clause(self) -> str:
        """The sentence without its remedy, to stand in a list."""
        facts = [self.detail] if self.detail else []
        if self.retry_after_s is not None:
            facts.append(f"retry after {self.retry_after_s:g} s")
        return f"{self.endpoint} {self.happened}" + (f" ({'; '.join(facts)})" if facts else "")


class RateLimited(EndpointFailed):
    name, happened = "rate_limited", "is rate limited"
    remedy = "wait, or raise the account's limits"
    then, again, transient, counts_against_health = "go_elsewhere", True, True, False


class QuotaExhausted(EndpointFailed):
    name, happened = "quota_exhausted", "has used up its quota"
    remedy = "add credit or raise the spending limit; waiting does not help"
    then, again, transient, counts_against_health = "go_elsewhere", False, True, False


class Overloaded(EndpointFailed):
    name, happened = "overloaded", "is overloaded"
    remedy = "wait, or add an endpoint to the route"
    then, again, transient, counts_against_health = "go_elsewhere", True, True, True


class Unavailable(EndpointFailed):
    name, happened = "unavailable", "is unavailable"
    remedy = "wait, or add an endpoint to the route"
    then, again, transient, counts_against_health = "retry_here", True, True, True


class TimeoutBeforeSend(EndpointFailed):
    name, happened = "timeout_before_send", "did not take the request in time"
    remedy = "check the network, or raise connect_timeout_s"
    then, again, transient, counts_against_health = "retry_here", True, True, True


class TimeoutAfterSend(EndpointFailed):
    name, happened = "timeout_after_send", "did not answer in time"
    remedy = "the call may have been billed; raise attempt_timeout_s if it is often just short"
    then, again, transient, counts_against_health = "go_elsewhere", True, True, True
    spend = "ambiguous"


class Connection(EndpointFailed):
    name, happened = "connection", "cannot be reached"
    remedy = "check its base URL and the network"
    then, again, transient, counts_against_health = "retry_here", True, True, True


class Auth(EndpointFailed):
    name, happened = "auth", "does not let us in"
    remedy = "check the key, what it may use, the model's name and the base URL"
    then, again, transient, counts_against_health = "go_elsewhere", False, True, False


class BadRequest(EndpointFailed):
    name, happened = "bad_request", "refuses the request"
    remedy = "correct the schema, the prompt or the endpoint's settings; asking again changes nothing"
    then, again, transient, counts_against_health = "go_elsewhere", False, False, False


class ContextTooLong(EndpointFailed):
    name, happened = "context_too_long", "cannot read that much at once"
    remedy = "send fewer chunks, or add a model with a larger context window to the route"
    then, again, transient, counts_against_health = "go_elsewhere", False, False, False


class ContentRefused(EndpointFailed):
    name, happened = "content_refused", "refuses the content"
    remedy = "read the document; a refusal is not routed around"
    then, again, transient, counts_against_health = "stop", False, False, False
    spend = "reported"


class Truncated(EndpointFailed):
    name, happened = "truncated", "was cut off before the end of its answer"
    remedy = "raise max_tokens of the feed or the endpoint"
    then, again, transient, counts_against_health = "go_elsewhere", False, False, False
    spend = "reported"


class Malformed(EndpointFailed):
    name, happened = "malformed", "answered nothing that can be read"
    remedy = "check that its base URL speaks the wire it is configured for"
    then, again, transient, counts_against_health = "retry_here", True, True, True
    spend = "reported"


class Unanswered(LlmError):
    """A call ended without an answer; a permanent one will never get one as it stands."""

    def __init__(
        self,
        task: str,
        why: str,
        reasons: Sequence[EndpointFailed],
        transient: bool,
        attempts: Sequence[Attempt],
        turned_away: Sequence[str] = (),
        no_money: bool = False,
    ) -> None:
        self.reasons = tuple(reasons)
        self.transient = transient
        self.attempts = tuple(attempts)
        self.no_money = no_money
        told = "; ".join([*(reason.clause for reason in reasons), *turned_away]) or "nobody was asked"
        remedy = "It can be asked again later" if transient else "Asking again as it stands changes nothing"
        last = f": {reasons[-1].remedy}." if reasons else "."
        self.sentence = f"Task {task} got no answer, {why}: {told}. {remedy}{last}"
        super().__init__(self.sentence)
