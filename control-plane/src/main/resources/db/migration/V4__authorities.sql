-- An authority that no longer signs is trusted until the last certificate it signed has expired.
alter table authority drop constraint authority_state_check;
alter table authority add constraint authority_state_check
    check (state in ('active', 'successor', 'retiring', 'dropped'));
alter table authority add column retired_at timestamptz;

-- What a stock host was given, and what it would be given now: it takes the new configuration by hand.
create table host_export (
    host_id     text primary key references host on delete cascade,
    exported    text not null,
    wanted      text not null,
    exported_at timestamptz not null
);
