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


PERMANENT_TAG = "weir/permanent"


@dg.failure_hook(name="stop_retries_of_what_is_permanent")
def stop_retries(context: dg.HookContext) -> None:
    """Dagster's daemon knows of a failure only what is written on its run: that it is no use to run it again."""
    failure = context.op_exception
    if isinstance(failure, dg.Failure) and not failure.allow_retries:
        context.instance.add_run_tags(context.run_id, {PERMANENT_TAG: "true", "dagster/max_retries": "0"})
