-- Who hears whom, as agents report it: what is true now, and what changed. When a host was told where it is to be reached.
create table peer_contact (
    host_id    text not null references host on delete cascade,
    peer_id    text not null references host on delete cascade,
    heard_at   timestamptz not null,
    path       text not null,
    endpoint   text,
    reached_by text[] not null,
    primary key (host_id, peer_id)
);
create index peer_contact_of_peer on peer_contact (peer_id);

create table peer_event (
    id       bigint generated always as identity primary key,
    host_id  text not null references host on delete cascade,
    peer_id  text not null references host on delete cascade,
    at       timestamptz not null,
    event    text not null check (event in ('opened', 'moved', 'closed')),
    path     text not null,
    endpoint text,
    rtt_ms   double precision
);
create index peer_event_of_host on peer_event (host_id, id);
create index peer_event_of_peer on peer_event (peer_id);
create index peer_event_at on peer_event (at);

alter table host add column endpoints_at timestamptz;
