-- The one run's rows, again for every other partition. Ids keep their order and distance: a copy's are its number's step further.
insert into runs (run_id, snapshot_id, pipeline_name, status, run_body, partition, create_timestamp, update_timestamp, start_time, end_time)
select c.run_id, r.snapshot_id, r.pipeline_name, r.status,
       replace(replace(r.run_body, r.run_id, c.run_id), %(day)s || '|' || %(feed)s, c.day || '|' || c.feed),
       c.day || '|' || c.feed, c.day::timestamp + interval '1 day 2 hours', c.day::timestamp + interval '1 day 3 hours',
       extract(epoch from c.day::timestamp + interval '1 day 2 hours'), extract(epoch from c.day::timestamp + interval '1 day 3 hours')
from runs r, copies c;
insert into run_tags (run_id, key, value)
select c.run_id, t.key, replace(replace(t.value, %(day)s, c.day), %(feed)s, c.feed) from run_tags t, copies c;
insert into event_logs (id, run_id, event, dagster_event_type, timestamp, step_key, asset_key, partition)
select e.id + c.n * %(step)s, c.run_id,
       replace(replace(e.event, e.run_id, c.run_id), %(day)s || '|' || %(feed)s, c.day || '|' || c.feed),
       e.dagster_event_type, c.day::timestamp + interval '1 day 2 hours' + (e.id || ' ms')::interval, e.step_key, e.asset_key,
       replace(replace(e.partition, %(day)s, c.day), %(feed)s, c.feed)
from event_logs e, copies c where c.again = 0 or e.dagster_event_type like 'ASSET_CHECK%%';
insert into asset_event_tags (asset_key, event_id, key, value, event_timestamp)
select t.asset_key, t.event_id + c.n * %(step)s, t.key, replace(replace(t.value, %(day)s, c.day), %(feed)s, c.feed), t.event_timestamp
from asset_event_tags t, copies c where c.again = 0;
insert into asset_check_executions
    (asset_key, check_name, partition, run_id, execution_status, evaluation_event, evaluation_event_timestamp,
     evaluation_event_storage_id, materialization_event_storage_id)
select x.asset_key, x.check_name, c.day || '|' || c.feed, c.run_id, x.execution_status,
       replace(replace(x.evaluation_event, x.run_id, c.run_id), %(day)s || '|' || %(feed)s, c.day || '|' || c.feed),
       c.day::timestamp + interval '1 day 2 hours', x.evaluation_event_storage_id + c.n * %(step)s,
       x.materialization_event_storage_id + c.n * %(step)s
from asset_check_executions x, copies c;
update asset_keys set cached_status_data = null;
