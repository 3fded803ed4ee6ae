-- Each control-plane node and where agents reach it: bundles and tokens name all of them, whichever node makes them.

create table node (
    id      text primary key,
    urls    text[] not null,
    seen_at timestamptz not null
);
