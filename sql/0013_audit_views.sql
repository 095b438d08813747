-- What auditors read, whole: one view a table, by the table's name, with every column; beside them views
-- that answer a question. Names and columns are stable: columns are added, never taken away.
--
-- A migration that adds a table or a column ends with: select vault_schema.make_audit_views();

set search_path = vault;


-- Functions of the owner alone stand in vault_schema, where nobody else may look.

-- What a column is, by the unit in its name, where the table says nothing itself.
create function vault_schema.describe(column_name text) returns text language sql immutable as $$
	select case
		when column_name = 'last_index' then 'ledger index of the last entry that touched the row'
		when column_name = 'closed' then 'the row has ended and never changes again'
		when column_name like '%\_micros\_per\_kg' then 'millionths of a dollar a kilogram'
		when column_name like '%\_cents' then 'cents'
		when column_name like '%\_ppm' then 'parts per million'
		when column_name like '%\_g\_per\_day' then 'contained grams a day'
		when column_name in ('available_g', 'reserved_g', 'contained_g', 'entitled_g', 'mass_g', 'awarded_g',
			'picked_g', 'drawn_g', 'cap_g', 'cap_used_g') then 'contained grams of the basis'
		when column_name like '%\_g' then 'grams'
		when column_name like '%\_days' or column_name = 'days' then 'days'
		when column_name like '%\_index' or column_name = 'sequence' then 'ledger index'
		when column_name like '%\_at' or column_name in ('at', 'need_by', 'decide_by', 'deliver_by') then 'UTC'
	end;
$$;

-- Views whose columns are chosen below, and tables that are no record of the reserve.
create function vault_schema.has_own_view(name text) returns boolean language sql immutable as $$
	select name in ('ledger', 'request', 'checkpoint', 'tile', 'head', 'command', 'cosignature', 'migration');
$$;

create function vault_schema.make_audit_views() returns void language plpgsql as $$
declare
	one record;
	said text;
begin
	for one in select c.oid, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = 'vault' and c.relkind = 'r' and not vault_schema.has_own_view(c.relname)
	loop
		execute format('create or replace view audit.%I as select * from vault.%I', one.relname, one.relname);
		said := obj_description(one.oid, 'pg_class');
		if obj_description(format('audit.%I', one.relname)::regclass, 'pg_class') is null then
			execute format('comment on view audit.%I is %L', one.relname, said);
		end if;
	end loop;
	for one in select a.attname, c.relname from pg_attribute a join pg_class c on c.oid = a.attrelid
		join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = 'audit' and c.relkind = 'v' and a.attnum > 0 and not a.attisdropped
			and col_description(c.oid, a.attnum) is null and vault_schema.describe(a.attname) is not null
	loop
		execute format('comment on column audit.%I.%I is %L', one.relname, one.attname,
			vault_schema.describe(one.attname));
	end loop;
	grant select on all tables in schema vault to vault_auditor;
	grant select on all tables in schema audit to vault_auditor;
end $$;

-- ---- the ledger and what stands beside it ----

create view audit.ledger as select sequence, entry from vault.ledger;
comment on view audit.ledger is 'Entries as their exact bytes: the leaves of the Merkle tree.';

create view audit.head as select size, encode(root, 'hex') as root, epoch from vault.head;
comment on view audit.head is 'Where the ledger ends. epoch counts takeovers and is no part of the record.';

create view audit.tile as select level, number, encode(hashes, 'hex') as hashes from vault.tile;
comment on view audit.tile is 'Full tiles of 256 hashes, in hexadecimal.';

create view audit.command as
	select id, actor, encode(digest, 'hex') as digest, sequence, at from vault.command;
comment on view audit.command is 'Command ids of the last 30 days, and the entry that answers each.';

-- ---- views that answer a question ----

create view audit.refusal as
	select e.sequence, e.at, e.actor, e.body ->> 'request' as request, e.body ->> 'member' as member,
		e.body ->> 'commodity' as commodity, (e.body ->> 'mass_g')::bigint as mass_g,
		r ->> 'rule' as rule, (r ->> 'limit_g')::bigint as limit_g, r ->> 'because' as because
	from audit.entry e, jsonb_array_elements(e.body -> 'rules') r
	where e.kind = 'request.refused' and (r ->> 'failed')::boolean;
comment on view audit.refusal is 'Every rule that refused a request, with the most that it would have let pass.';

create view audit.release as
	select o.id as release_order, o.request, o.member, o.consignee, o.commodity, o.state, o.contained_g,
		o.price_micros_per_kg, o.market_micros_per_kg, o.waiver, o.issued_at, o.lapses_at,
		coalesce(o.plan, o.id) as note, s.signers, s.signatures, r.requested_by
	from vault.release_order o
	left join vault.request r on r.id = o.request
	left join lateral (
		select count(distinct person) as signatures, string_agg(distinct person, ', ' order by person) as signers
		from audit.signature where document = coalesce(o.plan, o.id)
	) s on true;
comment on view audit.release is 'Release orders, who signed the note that each rests on, and who had asked.';

create view audit.stock_by_site as
	select l.site, l.commodity, l.state, count(*) as lots, sum(l.on_hand_g) as on_hand_g,
		sum(l.contained_g)::bigint as contained_g, sum(l.reserved_g)::bigint as reserved_g,
		count(*) filter (where l.holds > 0) as held, count(*) filter (where l.expired) as expired
	from vault.lot l where not l.closed
	group by l.site, l.commodity, l.state;
comment on view audit.stock_by_site is 'Lots that are there by site, commodity and state; on_hand_g is net.';

create view audit.lot_event as
	select sequence, at, actor, kind, body ->> 'lot' as lot, body
	from audit.entry where body ? 'lot';
comment on view audit.lot_event is 'What happened to each lot, in order: weighed, moved, loaded, held, corrected.';

create view audit.delivery as
	select e.sequence, e.at, e.actor, e.body ->> 'order' as release_order, e.body ->> 'consignee' as consignee,
		e.body ->> 'receiver' as receiver, (e.body ->> 'out_net_g')::bigint as out_net_g,
		(e.body ->> 'out_contained_g')::bigint as out_contained_g,
		o.consignee is distinct from e.body ->> 'consignee' as elsewhere
	from audit.entry e left join vault.release_order o on o.id = e.body ->> 'order'
	where e.kind = 'order.delivered';
comment on view audit.delivery is 'Deliveries; elsewhere: not to the consignee whom the order names.';

create view audit.retest as
	select code as lot, commodity, site, retest_at, expired, assayed_by, contained_g
	from vault.lot where not closed and retest_at is not null;
comment on view audit.retest is 'Lots and the day by which each must be assayed again.';

create view audit.officer_day as
	select actor, (at at time zone 'UTC')::date as day, kind, count(*) as entries
	from audit.entry group by 1, 2, 3;
comment on view audit.officer_day is 'How many entries of each kind each person made on a day (UTC).';

comment on column audit.position.above_operating_g is 'contained grams; below zero: under the operating floor';
comment on column audit.release.signatures is 'how many persons signed';
comment on column audit.delivery.elsewhere is 'the consignee is not the one whom the order names';
comment on column audit.entry.body is 'what the entry brought about, as JSON';
comment on column audit.ledger.entry is 'canonical JSON, byte for byte';

select vault_schema.make_audit_views();
