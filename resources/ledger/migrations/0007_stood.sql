-- What a document was before it began to wait: when the feed's patience ends without an answer, it is that again.
alter table documents add column stood text check (stood in ('accepted', 'review', 'dead'));
