-- Who may use the dashboard and the API, and as what.

create table user_account (
    id              text primary key,
    name            text not null,
    role            text not null check (role in ('auditor', 'admin', 'owner')),
    password_hash   text,
    version         bigint not null default 0,
    created_at      timestamptz not null,
    last_sign_in_at timestamptz
);
create unique index user_account_name on user_account (lower(name));

insert into user_account (id, name, role, created_at)
select 'user_00000000000000000000000000', 'owner', 'owner', now() where exists (select from network);

alter table sign_in_link add column user_id text references user_account on delete cascade;
update sign_in_link set user_id = 'user_00000000000000000000000000';
alter table sign_in_link alter column user_id set not null;

-- A session that a link has opened may set the password without naming the one before.
alter table web_session
    add column user_id text references user_account on delete cascade,
    add column by_link boolean not null default true;
update web_session set user_id = 'user_00000000000000000000000000';
alter table web_session alter column user_id set not null;

create table sign_in_failure (
    id     bigint generated always as identity primary key,
    name   text not null,
    remote text not null,
    at     timestamptz not null
);
create index sign_in_failure_at on sign_in_failure (at);

alter table api_token
    add column role         text not null default 'owner' check (role in ('auditor', 'admin', 'owner')),
    add column last_used_at timestamptz;
alter table api_token alter column role drop default;

alter table audit_event
    add column outcome    text not null default 'done' check (outcome in ('done', 'refused')),
    add column before     jsonb,
    add column after      jsonb,
    add column remote     text not null default '',
    add column request_id text not null default '';
