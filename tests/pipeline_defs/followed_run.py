"""A run of the notes' partition as a process of its own, as the daemon starts one."""

import dagster as dg

from pipeline_defs.definitions import defs
from tests.pipeline_defs.notes import KEY


def main() -> int:
    with dg.DagsterInstance.ephemeral() as instance:
        job = defs.resolve_job_def("process_partition")
        return 0 if job.execute_in_process(partition_key=KEY, instance=instance, raise_on_error=False).success else 1


if __name__ == "__main__":
    raise SystemExit(main())
