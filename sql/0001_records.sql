-- The records of a reserve. Everything here but the ledger, command ids, tiles, checkpoints and the head
-- is apply(ledger): one table an entity, its columns the fields of the entity's descriptor in lib/reserve,
-- behind them last_index (ledger index of the last entry that touched the row) and, where rows end,
-- closed (the row can never change again).
--
-- Run by the owner role. The writer role owns nothing; what it may do stands at the end.

create schema vault;
set search_path = vault;

-- ---- the ledger ----

create table head (
	one boolean primary key default true check (one),
	epoch bigint not null,
	size bigint not null check (size >= 0),
	root bytea not null
);
comment on table head is 'Where the ledger ends. epoch is the fence: only who took the last epoch may move it.';
insert into head(epoch, size, root) values (0, 0, sha256(''::bytea));

-- The first statement of every transaction that writes. It raises where the head is not where the writer
-- believes it to be, so that the rest of the pipeline, COMMIT included, is skipped.
create function move_head(my_epoch bigint, old_size bigint, new_size bigint, new_root bytea) returns void
language plpgsql as $$
begin
	update vault.head set size = new_size, root = new_root where epoch = my_epoch and size = old_size;
	if not found then
		raise exception 'the head has moved: this writer is fenced off' using errcode = 'VF001';
	end if;
end $$;

-- Takes the fence: waits for a transaction in flight, then nobody with an older epoch can commit.
create function take_head() returns table(epoch bigint, size bigint, root bytea)
language sql as $$
	update vault.head as h set epoch = h.epoch + 1 returning h.epoch, h.size, h.root;
$$;

create table ledger (
	sequence bigint primary key,
	entry text not null
);
comment on table ledger is 'Entries as canonical JSON; the bytes of entry are the leaves of the Merkle tree.';

create table tile (
	level integer not null,
	number bigint not null,
	hashes bytea not null check (length(hashes) = 8192),
	primary key (level, number)
);
comment on table tile is 'Full tiles of 256 hashes, as C2SP tlog-tiles numbers them.';

create table command (
	id uuid primary key,
	actor text not null,
	digest bytea not null,
	sequence bigint not null,
	at timestamptz not null
);
comment on table command is 'Command ids: the same id gets the answer of the entry at sequence.';

create table checkpoint (
	size bigint primary key,
	root bytea not null,
	note text not null,
	at timestamptz not null
);
comment on table checkpoint is 'Checkpoints that were signed, as signed notes.';

create function refuse_change() returns trigger language plpgsql as $$
begin
	raise exception '% of vault.% is not allowed: the ledger is append-only', tg_op, tg_table_name;
end $$;

create trigger ledger_append_only before update or delete or truncate on ledger
	for each statement execute function refuse_change();
create trigger tile_append_only before update or delete or truncate on tile
	for each statement execute function refuse_change();
create trigger command_append_only before update or truncate on command
	for each statement execute function refuse_change();
create trigger checkpoint_append_only before update or delete or truncate on checkpoint
	for each statement execute function refuse_change();

-- ---- what the ledger amounts to ----

create table reserve (
	key text collate "C" not null,
	origin text,
	log_key text,
	order_key text,
	demonstration boolean,
	floor_notice_days bigint,
	order_lapse_days bigint,
	founded_at timestamptz,
	thresholds text,
	last_index bigint not null,
	primary key (key)
);
comment on table reserve is 'The one row of the reserve: its origin and keys, from its founding note.';

create table counter (
	kind text collate "C" not null,
	year bigint,
	last bigint,
	last_index bigint not null,
	primary key (kind)
) with (fillfactor = 80);
comment on table counter is 'Last number given out of each kind of id and year.';

create table person (
	code text collate "C" not null,
	name text,
	duties text,
	member text,
	state text,
	verifier_key text,
	document text,
	last_index bigint not null,
	primary key (code)
);
comment on table person is 'Persons and their duties.';

create table key (
	id text collate "C" not null,
	person text collate "C" references person,
	verifier_key text,
	from_index bigint,
	until_index bigint,
	last_index bigint not null,
	primary key (id)
);
comment on table key is 'Verifier keys and the ledger indexes between which each speaks for its person.';

create table declaration (
	id text collate "C" not null,
	kind text,
	state text,
	authority text,
	findings text,
	starts_at timestamptz,
	ends_at timestamptz,
	policy text,
	entitlements text,
	minimum_g bigint,
	stale_price text,
	caps text,
	last_index bigint not null,
	primary key (id),
	check (ends_at > starts_at)
);
comment on table declaration is 'Declared emergencies and their caps.';

create table mineral (
	code text collate "C" not null,
	family text,
	name text,
	symbol text,
	last_index bigint not null,
	primary key (code)
);
comment on table mineral is 'Minerals of the list.';

create table commodity (
	code text collate "C" not null,
	mineral text collate "C" references mineral,
	stage text,
	form text,
	basis text,
	min_grade_ppm bigint,
	available_g bigint,
	reserved_g bigint,
	declaration text collate "C" references declaration,
	cap_g bigint,
	cap_used_g bigint,
	last_index bigint not null,
	primary key (code),
	check (available_g >= 0),
	check (reserved_g >= 0)
) with (fillfactor = 80);
comment on table commodity is 'Mineral, stage and form; available_g and reserved_g in contained grams of the basis.';

create table site (
	code text collate "C" not null,
	name text,
	country text,
	state text,
	capacity_g bigint,
	daily_loadout_g bigint,
	last_index bigint not null,
	primary key (code),
	check (state in ('open', 'suspended', 'closed'))
);
comment on table site is 'Storage sites.';

create table member (
	code text collate "C" not null,
	name text,
	kind text,
	status text,
	since timestamptz,
	last_index bigint not null,
	primary key (code)
);
comment on table member is 'Members of the bloc and their status.';

create table account (
	id text collate "C" not null,
	commodity text collate "C" references commodity,
	kind text,
	party text,
	balance_g bigint,
	last_index bigint not null,
	primary key (id)
) with (fillfactor = 80);
comment on table account is 'Double entry in net grams: the accounts of a commodity sum to zero.';

create table lot (
	code text collate "C" not null,
	created_index bigint,
	commodity text collate "C" references commodity,
	site text collate "C" references site,
	destination text collate "C" references site,
	state text,
	class text,
	assayed boolean,
	expired boolean,
	supplier text,
	origin text,
	expected_g bigint,
	gross_g bigint,
	tare_g bigint,
	moisture_ppm bigint,
	grade_ppm bigint,
	contained_g bigint,
	reserved_g bigint,
	reserved_net_g bigint,
	received_g bigint,
	adjusted_g bigint,
	on_hand_g bigint,
	in_transit_g bigint,
	out_g bigint,
	transformed_g bigint,
	lost_g bigint,
	units bigint,
	holds bigint,
	hold_serial bigint,
	weighed_by text collate "C" references person,
	assayed_by text collate "C" references person,
	accepted_by text collate "C" references person,
	weighed_at timestamptz,
	retest_at timestamptz,
	last_index bigint not null,
	closed boolean not null,
	primary key (created_index),
	check (received_g + adjusted_g = on_hand_g + in_transit_g + out_g + transformed_g + lost_g),
	check (on_hand_g >= 0 and in_transit_g >= 0 and out_g >= 0 and transformed_g >= 0 and lost_g >= 0),
	check (reserved_g >= 0 and contained_g >= reserved_g and reserved_net_g >= 0),
	check (grade_ppm between 0 and 1000000),
	check (moisture_ppm between 0 and 999999)
) with (fillfactor = 80);
create unique index lot_code on lot(code) where not closed;
comment on table lot is 'Lots. created_index is the identity: codes are unique among live lots alone.';

create table hold (
	id text collate "C" not null,
	lot text,
	lot_index bigint,
	because text,
	opened_by text,
	opened_at timestamptz,
	closed_at timestamptz,
	last_index bigint not null,
	closed boolean not null,
	primary key (lot_index, id)
);
create unique index hold_live on hold(id) where not closed;
comment on table hold is 'Holds on lots, open while closed_at is null.';

create table floor (
	id text collate "C" not null,
	commodity text collate "C" references commodity,
	kind text,
	version bigint,
	mass_g bigint,
	days bigint,
	consumption_g_per_day bigint,
	effective_at timestamptz,
	state text,
	document text,
	last_index bigint not null,
	closed boolean not null,
	primary key (id),
	check (mass_g >= 0)
);
create index floor_live on floor(id) where not closed;
comment on table floor is 'Stock floors, one row a version, contained grams.';

create table price (
	id text collate "C" not null,
	commodity text collate "C" references commodity,
	version bigint,
	quoted bigint,
	decimals bigint,
	unit text,
	basis text,
	price_micros_per_kg bigint,
	effective_at timestamptz,
	state text,
	method text,
	source text,
	document text,
	last_index bigint not null,
	closed boolean not null,
	primary key (id),
	check (quoted > 0),
	check (price_micros_per_kg >= 0)
);
create index price_live on price(id) where not closed;
comment on table price is 'Reference prices as quoted; price_micros_per_kg is derived, rounded up.';

create table request (
	id text collate "C" not null,
	member text,
	commodity text,
	declaration text,
	state text,
	tier text,
	partial boolean,
	mass_g bigint,
	awarded_g bigint,
	min_grade_ppm bigint,
	need_by timestamptz,
	purpose text,
	destination text,
	requested_by text,
	release_order text,
	decided_at timestamptz,
	decided_index bigint,
	picks text,
	last_index bigint not null,
	closed boolean not null,
	primary key (id),
	check (mass_g > 0 and awarded_g between 0 and mass_g)
) with (fillfactor = 80);
comment on table request is 'Requests of members and what was decided; the reasons stand in the ledger.';

create table release_order (
	id text collate "C" not null,
	request text,
	member text collate "C" references member,
	commodity text collate "C" references commodity,
	state text,
	consignee text,
	contained_g bigint,
	quoted bigint,
	decimals bigint,
	unit text,
	basis text,
	price_micros_per_kg bigint,
	issued_at timestamptz,
	lapses_at timestamptz,
	lines text,
	last_index bigint not null,
	closed boolean not null,
	primary key (id)
);
create index release_order_live on release_order(id) where not closed;
comment on table release_order is 'Release orders and their lines.';

create table document (
	id text collate "C" not null,
	kind text,
	subject text,
	need bigint,
	state text,
	prepared_by text collate "C" references person,
	barred text,
	prepared_at timestamptz,
	text text,
	signatures text,
	last_index bigint not null,
	closed boolean not null,
	primary key (id),
	check (need between 1 and 64)
);
create index document_live on document(id) where not closed;
comment on table document is 'Notes to be signed and their signatures.';

create table finding (
	id text collate "C" not null,
	"check" text,
	severity text,
	state text,
	subject text,
	message text,
	raised_at timestamptz,
	raised_index bigint,
	last_index bigint not null,
	closed boolean not null,
	primary key (id)
);
create index finding_live on finding(id) where not closed;
comment on table finding is 'What audits, the core and persons saw.';

-- ---- views for auditors: names and columns are stable ----

create schema audit;
comment on schema audit is 'Views with stable names for auditors; read with the role vault_auditor.';

create view audit.entry as
	select sequence, (entry::jsonb ->> 'at')::timestamptz as at, entry::jsonb ->> 'actor' as actor,
		entry::jsonb ->> 'kind' as kind, entry::jsonb -> 'body' as body,
		(entry::jsonb ->> 'command')::uuid as command
	from vault.ledger;
comment on view audit.entry is 'Ledger entries, read: who did what, when, and what it brought about.';

create view audit.position as
	select c.code as commodity, c.mineral, c.stage, c.form, c.basis,
		c.available_g, c.reserved_g, o.mass_g as operating_floor_g, h.mass_g as hard_floor_g,
		c.available_g - o.mass_g as above_operating_g
	from vault.commodity c
	left join vault.floor o on o.commodity = c.code and o.kind = 'operating' and o.state = 'in-force'
	left join vault.floor h on h.commodity = c.code and h.kind = 'hard' and h.state = 'in-force';
comment on view audit.position is 'Stock of each commodity against both floors, contained grams.';

create view audit.lot as select * from vault.lot;
comment on view audit.lot is 'Lots, live and closed, with every mass.';

create view audit.request as
	select r.*, e.body -> 'rules' as rules
	from vault.request r left join audit.entry e on e.sequence = r.decided_index;
comment on view audit.request is 'Requests with the rules weighed, as the ledger has them.';

create view audit.release_order as select * from vault.release_order;
comment on view audit.release_order is 'Release orders with their lines.';

create view audit.signature as
	select d.id as document, d.kind, d.state, s ->> 'person' as person, s ->> 'key_id' as key_id,
		s ->> 'signature' as signature
	from vault.document d, json_array_elements(d.signatures::json) s;
comment on view audit.signature is 'Who signed which note, with which key.';

create view audit.conservation as
	select commodity, sum(balance_g) as sum_g from vault.account group by commodity;
comment on view audit.conservation is 'Must be zero for each commodity.';

create view audit.floor as select * from vault.floor;
comment on view audit.floor is 'Stock floors, every version.';
create view audit.price as select * from vault.price;
comment on view audit.price is 'Reference prices, every version.';
create view audit.finding as select * from vault.finding;
comment on view audit.finding is 'Findings.';
create view audit.checkpoint as select size, encode(root, 'hex') as root, note, at from vault.checkpoint;
comment on view audit.checkpoint is 'Signed checkpoints.';

-- ---- who may do what ----

grant usage on schema vault to vault_writer, vault_auditor;
grant usage on schema audit to vault_auditor;
grant select on all tables in schema vault to vault_writer, vault_auditor;
grant select on all tables in schema audit to vault_auditor;
grant insert on all tables in schema vault to vault_writer;
grant update on head, reserve, counter, person, key, mineral, commodity, site, member, account, lot, hold,
	floor, price, declaration, request, release_order, document, finding to vault_writer;
grant delete on command to vault_writer;
revoke insert on head from vault_writer;
revoke all on function move_head(bigint, bigint, bigint, bytea), take_head() from public;
grant execute on function move_head(bigint, bigint, bigint, bytea), take_head() to vault_writer;
