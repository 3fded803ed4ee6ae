-- A policy that restricts what its sources send, and the tests that a save must not break.
alter table policy add column restricts_egress boolean not null default false;
alter table policy add column tests jsonb not null default '[]';

-- What every policy has said, and who made it say so; a policy that was deleted has an entry without content.
create table policy_history (
    policy_id  text not null,
    network_id text not null references network on delete cascade,
    number     integer not null,
    at         timestamptz not null,
    author     text not null,
    action     text not null,
    content    jsonb,
    primary key (policy_id, number)
);
insert into policy_history (policy_id, network_id, number, at, author, action, content)
select id, network_id, 1, created_at, 'system', 'policy.create',
       jsonb_build_object('name', name, 'from', to_jsonb(sources), 'to', to_jsonb(targets), 'allow', allow,
                          'enabled', enabled, 'restrictsEgress', false, 'tests', '[]'::jsonb)
from policy;
