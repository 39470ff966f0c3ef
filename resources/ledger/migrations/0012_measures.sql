-- What checks measure is read by partition, however many calls there are of others.

create index llm_calls_of_partition on llm_calls (partition);

-- The attempts behind what stands: those of the last run that asked about each document. Asked for by `partition`.
create view last_calls as
select * from (
    select *, first_value(run_id) over (partition by partition, doc_id order by id desc) as last_run_id
    from llm_calls where asset = 'extractions' and doc_id is not null
) as calls where run_id = last_run_id;
