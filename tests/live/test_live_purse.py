"""The cap of `make test-live` holds before anything is sent; this is tested without any provider."""

from decimal import Decimal

import pytest

from tests.live.conftest import Purse
from tests.resources.llm_parts import endpoint


def test_nothing_is_taken_beyond_the_cap() -> None:
    """What a request can cost at the most is counted; the one that does not fit any more is not sent."""
    purse = Purse(Decimal("0.0025"))
    purse.take(endpoint("gpt"), chars=0, max_tokens=1000)
    with pytest.raises(pytest.skip.Exception, match="cap"):
        purse.take(endpoint("gpt"), chars=0, max_tokens=1000)
    assert purse.taken_usd == Decimal("0.002")
