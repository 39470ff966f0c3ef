-- name: open_letters
-- Documents that cannot become a record: why, and what it took to find out.
select l.letter_id, l.feed, l.date, l.place, l.doc_id, l.cause, l.message, l.remedy, l.created_at,
       (select count(*) from llm_calls c where c.feed = l.feed and c.doc_id = l.doc_id),
       (select coalesce(sum(c.cost_usd), 0) from llm_calls c where c.feed = l.feed and c.doc_id = l.doc_id)
from dead_letters l
join documents d on d.place = l.place and d.doc_id = l.doc_id and d.status in ('dead', 'waiting')
where l.resolved_at is null and l.letter_id > %(after)s
  and (%(feed)s::text is null or l.feed = %(feed)s) and (%(date)s::date is null or l.date = %(date)s)
  and (%(cause)s::text is null or l.cause = %(cause)s)
order by l.letter_id limit %(limit)s

-- name: read_letter
-- One letter, resolved or not.
select l.letter_id, l.feed, l.date, l.place, l.doc_id, l.cause, l.message, l.remedy, l.created_at,
       (select count(*) from llm_calls c where c.feed = l.feed and c.doc_id = l.doc_id),
       (select coalesce(sum(c.cost_usd), 0) from llm_calls c where c.feed = l.feed and c.doc_id = l.doc_id)
from dead_letters l where l.letter_id = %(letter_id)s

-- name: causes
-- What documents die of, the most frequent first.
select l.cause, count(*), min(l.remedy) from dead_letters l
join documents d on d.place = l.place and d.doc_id = l.doc_id and d.status = 'dead'
where l.resolved_at is null
  and (%(feed)s::text is null or l.feed = %(feed)s) and (%(date)s::date is null or l.date = %(date)s)
  and (%(cause)s::text is null or l.cause = %(cause)s)
group by l.cause order by count(*) desc, l.cause

-- name: attempts
-- What was tried for a document, oldest first.
select started_at, endpoint, task, attempt, outcome, error, cost_usd from llm_calls
where feed = %(feed)s and doc_id = %(doc_id)s order by started_at, id limit %(limit)s

-- name: last_words
-- What was asked of a document last, and answered.
select endpoint, asked, answered, at from last_words where feed = %(feed)s and doc_id = %(doc_id)s
