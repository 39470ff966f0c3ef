-- Documents that were never decided are few, and found among millions.
create index documents_pending on documents (feed, date) where status = 'pending';
