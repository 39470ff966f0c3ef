-- name: find_replayable
-- Documents with a verdict that are named: by id or place, status, cause, feed, date, or the versions of their making.
select d.place, d.doc_id, d.feed, d.date, d.status, d.cause, e.doc_id is null as unread,
       e.approved_by is not null as approved,
       coalesce((select sum(c.cost_usd) from llm_calls c where c.feed = d.feed and c.doc_id = d.doc_id), 0) as cost_usd,
       r.replay_id is not null as asked
from documents d
left join extractions e on e.feed = d.feed and e.doc_id = d.doc_id
left join replays r on r.place = d.place and r.doc_id = d.doc_id and r.done_at is null
where d.status = any(%(statuses)s)
  and (%(ids)s::text[] is null
       or exists (select from unnest(%(ids)s::text[]) as id where d.place = id or length(id) >= 6 and starts_with(d.doc_id, id)))
  and (%(causes)s::text[] is null or d.cause = any(%(causes)s::text[]))
  and (%(feeds)s::text[] is null or d.feed = any(%(feeds)s::text[]))
  and (%(since)s::date is null or d.date >= %(since)s) and (%(until)s::date is null or d.date <= %(until)s)
  and (%(current)s::jsonb is null
       or exists (select from jsonb_to_recordset(%(current)s::jsonb) as now (feed text, schema text, prompt text)
                  where now.feed = d.feed and e.doc_id is not null
                    and (e.schema_version <> now.schema or e.prompt_version <> now.prompt)))
order by d.feed, d.date, d.place

-- name: ask_again
-- These are to be worked on again; one that is asked for already stays as it was asked for.
insert into replays (feed, place, doc_id, date, by, reason, was, was_cause)
select d.feed, d.place, d.doc_id, d.date, %(by)s, %(reason)s, d.status, d.cause
from unnest(%(places)s::text[], %(doc_ids)s::text[]) as row (place, doc_id)
join documents d on d.place = row.place and d.doc_id = row.doc_id and d.status not in ('superseded', 'duplicate')
on conflict (place, doc_id) where done_at is null do nothing

-- name: open_replays
-- Partitions in which something is to be done again.
select r.date, r.feed, count(*), max(r.asked_at) from replays r
where r.done_at is null group by r.date, r.feed order by r.date, r.feed

-- name: to_read_again
-- Documents of a partition that could not be read and are to be read again.
select d.doc_id from replays r
join documents d on d.place = r.place and d.doc_id = r.doc_id and d.status = 'dead'
where r.done_at is null and r.feed = %(feed)s and r.date = %(date)s
  and not exists (select from extractions e where e.feed = d.feed and e.doc_id = d.doc_id)

-- name: history
-- How often a document was done again: who asked, why, what it was and became.
select asked_at, by, reason, was, was_cause, done_at, outcome from replays
where feed = %(feed)s and doc_id = %(doc_id)s order by replay_id
