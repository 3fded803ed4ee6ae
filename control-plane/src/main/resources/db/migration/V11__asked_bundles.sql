-- Hosts that have been asked to show a bundle which this database does not know, and which of them were believed unseen.
create table asked_bundle (
    host_id     text primary key references host on delete cascade,
    digest      text not null,
    asked_at    timestamptz not null,
    believed_at timestamptz
);
