-- Names in a network's zone that are no hosts'.
create table dns_record (
    id         text primary key,
    network_id text not null references network on delete cascade,
    name       text not null,
    type       text not null check (type in ('A', 'AAAA', 'CNAME', 'TXT')),
    data       text[] not null,
    ttl        integer not null,
    version    bigint not null default 0,
    created_at timestamptz not null,
    unique (network_id, name, type)
);
