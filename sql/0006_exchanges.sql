-- Exchanges: metal that leaves the reserve against metal that comes back (draws, loans in kind, rotation,
-- upgrade), and sales out of the reserve.

set search_path = vault;

create table exchange (
	id text collate "C" not null,
	kind text,
	state text,
	owes boolean,
	overdue boolean,
	party text,
	member text collate "C" references member,
	commodity text collate "C" references commodity,
	back text collate "C" references commodity,
	mass_g bigint,
	min_grade_ppm bigint,
	release_order text,
	requested_by text,
	prepared_index bigint,
	value_cents bigint,
	due_at timestamptz,
	original_due_at timestamptz,
	instalments text,
	original_instalments text,
	premium_ppm bigint,
	back_ppm bigint,
	back_grade_ppm bigint,
	delivered_at timestamptz,
	out_g bigint,
	principal_g bigint,
	returned_g bigint,
	accrued_g bigint,
	accrued_rest bigint,
	accrued_until timestamptz,
	amendments bigint,
	returns bigint,
	ended_at timestamptz,
	last_index bigint not null,
	closed boolean not null,
	primary key (id),
	check (mass_g > 0 and (out_g is null or out_g between 0 and mass_g)),
	check (returned_g >= 0 and accrued_g >= 0 and accrued_rest between 0 and 999999),
	check (premium_ppm between 0 and 10000)
);
create index exchange_live on exchange(id) where not closed;
comment on table exchange is 'Draws (B-), loans in kind (X-), rotation and upgrade (T-), sales out of the reserve (V-).';
comment on column exchange.instalments is 'Dates and grams by which it comes back in parts, a JSON array; null: all of it by due_at, which is the last of them.';
comment on column exchange.accrued_g is 'Premium in kind until accrued_until, whole grams; accrued_rest: millionths of a gram beside them.';

create table exchange_return (
	id text collate "C" not null,
	exchange text,
	lot text,
	lot_index bigint,
	mass_g bigint,
	net_g bigint,
	grade_ppm bigint,
	balance_g bigint,
	returned_at timestamptz,
	last_index bigint not null,
	primary key (id),
	check (mass_g > 0 and net_g >= 0 and balance_g >= 0)
);
create index exchange_return_exchange on exchange_return(exchange);
comment on table exchange_return is 'What came back for exchanges, lot by lot.';

create table exchange_amendment (
	id text collate "C" not null,
	exchange text,
	version bigint,
	state text,
	due_at timestamptz,
	instalments text,
	premium_ppm bigint,
	because text,
	effective_at timestamptz,
	document text,
	last_index bigint not null,
	primary key (id),
	check (premium_ppm between 0 and 10000)
);
create index exchange_amendment_exchange on exchange_amendment(exchange);
comment on table exchange_amendment is 'Other due dates and premiums of exchanges, each a signed row of its own.';

create view audit.exchange as select * from vault.exchange;
comment on view audit.exchange is 'Draws, loans, rotations and sales out of the reserve.';
create view audit.exchange_return as select * from vault.exchange_return;
comment on view audit.exchange_return is 'What came back for exchanges.';
create view audit.exchange_amendment as select * from vault.exchange_amendment;
comment on view audit.exchange_amendment is 'Amendments of exchanges.';

grant select on exchange, exchange_return, exchange_amendment to vault_writer, vault_auditor;
grant select on all tables in schema audit to vault_auditor;
grant insert, update on exchange, exchange_return, exchange_amendment to vault_writer;
