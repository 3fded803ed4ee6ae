-- The hosts that heard a host last: a lighthouse is heard by all of them, and a page asks for some.
create index peer_contact_heard on peer_contact (peer_id, heard_at);
drop index peer_contact_of_peer;

-- The hosts that were there last.
create index host_report_seen on host_report (last_seen);

-- How many hosts depend on a key.
create index bundle_of_key on bundle (key_id);
