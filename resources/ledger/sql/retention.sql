-- name: purge_calls
-- Attempts long ago, of documents that nobody has to look at any more; what they came to stays in llm_usage.
delete from llm_calls where id in (
    select c.id from llm_calls c
    where c.started_at < now() - make_interval(days => %(days)s)
      and not exists (select from documents d where d.feed = c.feed and d.doc_id = c.doc_id
                      and d.status in ('pending', 'waiting', 'review', 'dead'))
    order by c.id limit %(limit)s)

-- name: purge_samples
-- Requests in full: what documents say is not kept longer than people look at it.
delete from llm_samples where sample_id in (
    select sample_id from llm_samples
    where started_at < now() - make_interval(days => %(days)s) order by started_at limit %(limit)s)

-- name: purge_answers
-- Answers that a same request would be given again: asked once more, it is paid for once more.
delete from llm_answers where key in (
    select key from llm_answers where made_at < now() - make_interval(days => %(days)s) limit %(limit)s)

-- name: purge_payloads
-- What events said that went long ago; of each place the newest keeps it, for the next is compared with it.
update outbox set payload = null where seq in (
    select o.seq from outbox o
    where o.published_at < now() - make_interval(days => %(days)s) and o.payload is not null
      and exists (select from outbox newer where newer.place = o.place and newer.number > o.number)
    order by o.seq limit %(limit)s)

-- name: purge_alerts
-- Messages that were taken, or whose channel is gone for good.
delete from alert_messages where message_id in (
    select message_id from alert_messages
    where coalesce(sent_at, created_at) < now() - make_interval(days => %(days)s) limit %(limit)s)

-- name: purge_conditions
-- What has been well for long.
delete from alert_conditions where condition in (
    select condition from alert_conditions
    where standing = 'well' and seen_at < now() - make_interval(days => %(days)s) limit %(limit)s)
