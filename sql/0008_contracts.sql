-- The price floor at release, waivers of it, contracts for difference, and world production for exposure.

set search_path = vault;

alter table release_order add column market_micros_per_kg bigint;
alter table release_order add column waiver text;
comment on column release_order.market_micros_per_kg is 'The comparable market that it was priced by; null: none was fresh.';
comment on column release_order.waiver is 'The waiver of the price floor that it passed by.';
alter table plan_line add column market_micros_per_kg bigint;
comment on column plan_line.market_micros_per_kg is 'The comparable market that its orders are priced by; null: none was fresh.';

create table production (
	id text collate "C" not null,
	mineral text,
	stage text,
	year bigint,
	country text,
	mass_g bigint,
	estimated boolean,
	content text,
	source text,
	version bigint,
	last_index bigint not null,
	primary key (id),
	check (mass_g >= 0)
);
comment on table production is 'World production as published, by mineral, stage, year and country; the newest version of each.';

create table waiver (
	id text collate "C" not null,
	commodity text collate "C" references commodity,
	declaration text,
	subject text,
	state text,
	quoted bigint,
	decimals bigint,
	unit text,
	basis text,
	least_micros_per_kg bigint,
	starts_at timestamptz,
	ends_at timestamptz,
	authority text,
	because text,
	asked_by text,
	last_index bigint not null,
	closed boolean not null,
	primary key (id),
	check (ends_at > starts_at)
);
create index waiver_live on waiver(id) where not closed;
comment on table waiver is 'Waivers of the price floor at release, each signed by two who did not ask for it.';

create table contract (
	id text collate "C" not null,
	producer text,
	commodity text collate "C" references commodity,
	quoted bigint,
	decimals bigint,
	unit text,
	basis text,
	strike_micros_per_kg bigint,
	series text,
	upside_ppm bigint,
	starts_at timestamptz,
	ends_at timestamptz,
	state text,
	because text,
	last_index bigint not null,
	primary key (id),
	check (ends_at > starts_at),
	check (upside_ppm between 0 and 1000000)
);
comment on table contract is 'Contracts for difference.';

create table contract_quarter (
	id text collate "C" not null,
	contract text collate "C" references contract,
	quarter text,
	state text,
	sold_g bigint,
	stockpiled_g bigint,
	from_stockpile_g bigint,
	mass_g bigint,
	evidence text,
	reported_by text,
	reported_at timestamptz,
	version bigint,
	inputs text,
	market_sum_micros bigint,
	market_count bigint,
	market_micros_per_kg bigint,
	to_producer_cents bigint,
	from_producer_cents bigint,
	document text,
	settled_at timestamptz,
	last_index bigint not null,
	primary key (id),
	check (mass_g = sold_g - from_stockpile_g + stockpiled_g),
	check (sold_g >= from_stockpile_g and from_stockpile_g >= 0 and stockpiled_g >= 0),
	check (to_producer_cents = 0 or from_producer_cents = 0)
);
comment on table contract_quarter is 'Quarters of contracts for difference: reported, computed with all inputs, settled.';

create view audit.production as select * from vault.production;
comment on view audit.production is 'World production as published.';
create view audit.waiver as select * from vault.waiver;
comment on view audit.waiver is 'Waivers of the price floor at release.';
create view audit.contract as select * from vault.contract;
comment on view audit.contract is 'Contracts for difference.';
create view audit.contract_quarter as select * from vault.contract_quarter;
comment on view audit.contract_quarter is 'Quarters of contracts for difference.';
create or replace view audit.release_order as select * from vault.release_order;
create or replace view audit.plan_line as select * from vault.plan_line;

grant select on production, waiver, contract, contract_quarter to vault_writer, vault_auditor;
grant select on audit.production, audit.waiver, audit.contract, audit.contract_quarter to vault_auditor;
grant insert, update on production, waiver, contract, contract_quarter to vault_writer;
