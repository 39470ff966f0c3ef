"""A document's trouble is data; an asset fails only when the pipeline is broken, and says whether waiting helps.

dg.Failure
├── Permanent    running again changes nothing: nobody pays for it twice
└── Transient    running again may help
"""

import dagster as dg


class Permanent(dg.Failure):
    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, allow_retries=False)


class Transient(dg.Failure):
    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
