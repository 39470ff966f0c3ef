-- name: keep_score
-- How well a version of a feed reads its gold.
insert into gold_scores (feed, schema_version, prompt_version, route_version, gold_version, f1, documents, fields, run_id)
values (%(feed)s, %(schema)s, %(prompt)s, %(route)s, %(gold)s, %(f1)s, %(documents)s, %(fields)s, %(run_id)s)
on conflict (feed, schema_version, prompt_version, route_version, gold_version) do update
set f1 = excluded.f1, documents = excluded.documents, fields = excluded.fields, run_id = excluded.run_id, at = now()

-- name: score
-- What was measured of a version of a feed.
select f1, documents, fields from gold_scores
where feed = %(feed)s and schema_version = %(schema)s and prompt_version = %(prompt)s
  and route_version = %(route)s and gold_version = %(gold)s
