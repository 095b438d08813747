-- Reference prices with their history, and what is observed of markets and imports.

set search_path = vault;

-- What was in force stays a row that is found: a day of entry in the past asks for its price. The rows
-- themselves do not change.
update price set closed = false where state = 'superseded';

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

create view audit.observation as select * from vault.observation;
comment on view audit.observation is 'Observed market and import prices by period and origin.';

grant select on observation to vault_writer, vault_auditor;
grant select on audit.observation to vault_auditor;
grant insert, update on observation to vault_writer;
