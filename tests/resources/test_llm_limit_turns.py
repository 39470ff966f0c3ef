"""Who is next: tenants in turn, then feeds, urgent ones first, and nobody left out."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from resources.llm.limits.asking import Turn
from resources.llm.limits.turns import URGENT_IN_A_ROW, Turns


@dataclass
class Waiter:
    turn: Turn
    name: str
    gone: bool = False


def waiter(name: str, urgent: bool = False) -> Waiter:
    """`acme/quotes/1`: tenant, feed, and which."""
    tenant, feed, _ = name.split("/")
    return Waiter(Turn(tenant, feed, urgent), name)


def order(turns: Turns[Waiter]) -> list[str]:
    served = []
    while (one := turns.head()) is not None:
        turns.pop(one)
        served.append(one.name)
    return served


def queue(*names: str) -> Turns[Waiter]:
    turns: Turns[Waiter] = Turns()
    for name in names:
        turns.add(waiter(name.removeprefix("!"), name.startswith("!")))
    return turns


def test_tenants_take_turns_however_much_one_of_them_asks() -> None:
    """And within a tenant its feeds do."""
    turns = queue("a/x/1", "a/x/2", "a/x/3", "a/y/1", "b/z/1", "b/z/2", "c/w/1")
    assert order(turns) == ["a/x/1", "b/z/1", "c/w/1", "a/y/1", "b/z/2", "a/x/2", "a/x/3"]


def test_urgent_ones_go_first_and_let_others_through() -> None:
    """Now and then one of the others, so that they move while there is always something urgent."""
    turns = queue(*(f"!u/x/{number}" for number in range(9)), "a/x/1", "a/x/2")
    assert [name[0] for name in order(turns)] == list("uuuuauuuuau")


def test_whoever_is_gone_is_passed_over() -> None:
    """A deadline that passed, a call that was cancelled."""
    turns: Turns[Waiter] = Turns()
    waiters = [waiter(f"a/x/{number}") for number in range(4)]
    for one in waiters:
        turns.add(one)
    waiters[0].gone = waiters[2].gone = True
    assert [one.name for one in turns] == ["a/x/1", "a/x/3"]
    assert order(turns) == ["a/x/1", "a/x/3"]


def test_the_head_stays_until_it_is_served() -> None:
    """A large request is not overtaken by small ones behind it."""
    turns = queue("a/x/1", "b/x/1")
    head = turns.head()
    turns.add(waiter("c/x/1"))
    assert turns.head() is head


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xy"), st.booleans()), max_size=40))
def test_nobody_starves(arrivals: list[tuple[str, str, bool]]) -> None:
    """Whoever waits is served after a bounded number of others, though urgent ones of all tenants keep coming."""
    turns: Turns[Waiter] = Turns()
    for number, (tenant, feed, urgent) in enumerate(arrivals):
        turns.add(waiter(f"{tenant}/{feed}/{number}", urgent))
    ordinary = sum(not urgent for *_, urgent in arrivals)
    served = 0
    for number in range((ordinary + 1) * (URGENT_IN_A_ROW + 1)):
        turns.add(waiter(f"u/{number % 3}/new", urgent=True))
        head = turns.head()
        assert head is not None
        turns.pop(head)
        served += not head.turn.urgent
    assert served == ordinary
