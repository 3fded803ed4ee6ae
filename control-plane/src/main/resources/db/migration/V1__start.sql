-- Ids are prefixed texts that sort by time of creation. Texts are checked by the application, identities by the database.

create table root_key (
    id       text not null,
    only_one boolean primary key default true check (only_one)
);
insert into root_key (id) values ('${rootKeyId}');

create table secret (
    name       text primary key,
    key_id     text not null,
    sealed     bytea not null,
    created_at timestamptz not null default now()
);

create table network (
    id         text primary key,
    name       text not null unique,
    range      text not null,
    curve      text not null,
    cipher     text not null,
    mtu        integer not null,
    epoch      bigint not null,
    revision   bigint not null default 0,
    version    bigint not null default 0,
    created_at timestamptz not null
);

create table revision (
    network_id text not null references network on delete cascade,
    epoch      bigint not null,
    number     bigint not null,
    reason     text not null,
    created_at timestamptz not null default now(),
    primary key (network_id, epoch, number)
);

create table authority (
    id          text primary key,
    network_id  text not null references network on delete cascade,
    name        text not null,
    fingerprint text not null unique,
    pem         text not null,
    not_before  timestamptz not null,
    not_after   timestamptz not null,
    state       text not null check (state in ('active', 'successor')),
    created_at  timestamptz not null default now()
);
create unique index authority_active on authority (network_id) where state = 'active';

create table host_group (
    id          text primary key,
    network_id  text not null references network on delete cascade,
    name        text not null,
    description text not null default '',
    version     bigint not null default 0,
    created_at  timestamptz not null,
    unique (network_id, name)
);

create table host (
    id          text primary key,
    network_id  text not null references network on delete cascade,
    name        text not null,
    kind        text not null check (kind in ('agent', 'nebula')),
    address     text not null,
    groups      text[] not null,
    lighthouse  boolean not null default false,
    relay       boolean not null default false,
    endpoints   text[] not null,
    blocked     boolean not null default false,
    signing_key bytea unique,
    x25519_key  bytea,
    p256_key    bytea,
    token_id    text,
    version     bigint not null default 0,
    created_at  timestamptz not null,
    deleted_at  timestamptz,
    unique (network_id, name),
    unique (network_id, address)
);

create table certificate (
    fingerprint  text primary key,
    network_id   text not null references network on delete cascade,
    host_id      text not null references host on delete cascade,
    authority_id text not null references authority,
    version      smallint not null,
    pem          text not null,
    public_key   bytea not null,
    not_before   timestamptz not null,
    not_after    timestamptz not null,
    current      boolean not null default true,
    superseded_at timestamptz,
    revoke       boolean not null default false,
    revoked_at   timestamptz
);
create index certificate_of_host on certificate (host_id);
create index certificate_expiry on certificate (not_after) where current;

create table policy (
    id         text primary key,
    network_id text not null references network on delete cascade,
    name       text not null,
    enabled    boolean not null,
    sources    text[] not null,
    targets    text[] not null,
    allow      jsonb not null,
    version    bigint not null default 0,
    created_at timestamptz not null,
    unique (network_id, name)
);

create table enrollment_token (
    id           text primary key,
    network_id   text not null references network on delete cascade,
    name         text not null,
    secret_hash  bytea not null unique,
    uses         integer not null default 0,
    max_uses     integer not null,
    expires_at   timestamptz not null,
    groups       text[] not null,
    host_name    text,
    host_address text,
    ephemeral    boolean not null default false,
    created_at   timestamptz not null,
    check (uses <= max_uses)
);

create table part (
    network_id text not null references network on delete cascade,
    digest     text not null,
    host_id    text references host on delete cascade,
    bytes      bytea not null,
    created_at timestamptz not null default now(),
    primary key (network_id, digest)
);

create table bundle (
    host_id    text primary key references host on delete cascade,
    network_id text not null references network on delete cascade,
    epoch      bigint not null,
    number     bigint not null,
    digest     text not null,
    own        text not null,
    trust      text not null,
    topology   text not null,
    names      text not null,
    manifest   bytea not null,
    signature  bytea not null
);
create index bundle_of_network on bundle (network_id);

create table compilation (
    network_id text primary key references network on delete cascade,
    epoch      bigint not null,
    number     bigint not null
);

create table host_report (
    host_id     text primary key references host on delete cascade,
    last_seen   timestamptz not null,
    epoch       bigint not null default 0,
    number      bigint not null default 0,
    digest      text not null default '',
    reported_at timestamptz,
    report      jsonb
);

create table api_token (
    id         text primary key,
    name       text not null,
    hash       bytea not null unique,
    created_at timestamptz not null,
    expires_at timestamptz
);

create table sign_in_link (
    hash       bytea primary key,
    expires_at timestamptz not null,
    used_at    timestamptz
);

create table web_session (
    hash       bytea primary key,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);

create table creation (
    actor       text not null,
    path        text not null,
    key         text not null,
    request     bytea not null,
    resource_id text not null,
    response    bytea not null,
    created_at  timestamptz not null default now(),
    primary key (actor, path, key)
);

create table audit_event (
    id         bigint generated always as identity primary key,
    at         timestamptz not null default now(),
    network_id text,
    actor      text not null,
    action     text not null,
    target     text not null
);
