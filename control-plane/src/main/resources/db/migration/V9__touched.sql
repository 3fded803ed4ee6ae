-- Which hosts' own parts a revision can have altered; null where it may be any host's.
alter table revision add column touched jsonb;

-- The parts that all hosts share, as they were last compiled.
alter table compilation
    add column trust    text,
    add column topology text,
    add column names    text;

-- What a notification sends for: the bundles signed since the last one.
create index bundle_signed on bundle (network_id, epoch, number);
drop index bundle_of_network;

-- For the blocklist, which is read for every revision.
create index host_shut_out on host (network_id) where blocked or deleted_at is not null;
create index certificate_revoked on certificate (network_id) where revoked_at is not null;
