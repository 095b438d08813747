-- Cosignatures of witnesses under checkpoints: promises about the ledger, and no part of it. A witness may
-- cosign the same checkpoint again, later; each is kept.
set search_path = vault;

create table cosignature (
	size bigint not null references checkpoint,
	witness text not null,
	key_id text not null,
	at timestamptz not null,
	signature bytea not null check (length(signature) = 72),
	primary key (size, witness, key_id, at)
);
comment on table cosignature is 'Cosignatures (C2SP tlog-cosignature: eight bytes of time, 64 of Ed25519) of checkpoints by enrolled witnesses; outside the ledger.';

create trigger cosignature_append_only before update or delete or truncate on cosignature
	for each statement execute function refuse_change();

create view audit.cosignature as
	select size, witness, key_id, at, encode(signature, 'base64') as signature from vault.cosignature;
comment on view audit.cosignature is 'Which witness cosigned which checkpoint, and when.';

grant select on cosignature to vault_writer, vault_auditor;
grant select on audit.cosignature to vault_auditor;
grant insert on cosignature to vault_writer;
