-- Reference prices with their history, and what is observed of markets and imports.

set search_path = vault;

-- What was in force stays a row that is found: a day of entry in the past asks for its price. The rows
-- themselves do not change.
update price set closed = false where state = 'superseded';

alter table price add column months bigint;
alter table price add column trim_ppm bigint;
alter table price add column below text;
alter table price add column yield_ppm bigint;
alter table price add column conversion_micros_per_kg bigint;
alter table price add column margin_ppm bigint;
alter table price add column rests_until timestamptz;
alter table price add column incoherent_because text;
alter table price add column inputs text;
alter table price add constraint price_terms check (trim_ppm between 0 and 499999
	and yield_ppm between 1 and 1000000 and margin_ppm >= 0 and conversion_micros_per_kg >= 0);
comment on column price.inputs is 'What a computed price was computed from: ids, versions, figures.';

create table observation (
	id text collate "C" not null,
	commodity text collate "C" references commodity,
	version bigint,
	kind text,
	series text,
	origin text,
	period text,
	starts_at timestamptz,
	ends_at timestamptz,
	quoted bigint,
	decimals bigint,
	unit text,
	basis text,
	price_micros_per_kg bigint,
	mass_g bigint,
	source text,
	last_index bigint not null,
	primary key (id),
	check (ends_at > starts_at),
	check (quoted > 0 and price_micros_per_kg > 0),
	check (mass_g > 0)
);
comment on table observation is 'Observed market and import prices, as quoted; the newest version of each.';

create or replace view audit.price as select * from vault.price;
create view audit.observation as select * from vault.observation;
comment on view audit.observation is 'Observed market and import prices by period and origin.';

grant select on observation to vault_writer, vault_auditor;
grant select on audit.observation to vault_auditor;
grant insert, update on observation to vault_writer;
