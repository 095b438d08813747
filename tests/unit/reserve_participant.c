/* Participants, rates, commitments from note to buy-back, and the ledger of entitlements. */
#include "reserve_world.h"

#include "reserve/zone/charge.h"
#include "reserve/zone/commitment.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/participant.h"
#include "reserve/zone/rate.h"
#include "reserve/zone/transfer.h"

#define DAY TIME_DAY_MS

static int64_t day(const char *text)
{
	int64_t at;
	CU_ASSERT_FATAL(time_parse(text, &at));
	return at;
}

static void pass_to(struct world *world, const char *text)
{
	world_pass(world, day(text) - world->now);
}

/* Now is 22 Nov 2026, 09:33 UTC. */
static void set_rate(struct world *world, const char *from, int64_t interest_ppm, int64_t storage)
{
	DO_SIGNED(world, "ola", "rate.set", "because=board effective_at=%lld interest_ppm=%lld "
		"storage_micros_per_tonne_day=%lld", (long long)day(from), (long long)interest_ppm,
		(long long)storage);
}

static struct world *world_of_companies(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "participant.add", "participants=[code=acme name='Acme AG' member=AUT; "
		"code=bolt name='Bolt SpA' member=ITA]");
	set_rate(world, "2026-11-01", 50000, 500000);
	return world;
}

#define COMMIT "participant=%s commodity=ga mass_g=%lld quoted=365 unit=USD/kg basis=Ga " \
	"fee_cents=%lld starts_at=%lld ends_at=%lld replenish_days=30 gross_ppm=1200000 because=deal"

static void commit(struct world *world, const char *participant, int64_t mass_g, int64_t fee_cents,
	const char *from, const char *until)
{
	DO_SIGNED(world, "ola", "commitment.new", COMMIT, participant, (long long)mass_g,
		(long long)fee_cents, (long long)day(from), (long long)day(until));
}

static struct commitment *commitment_of(const struct world *world, const char *id)
{
	struct commitment *commitment = state_find(world->state, TABLE_COMMITMENT, id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(commitment);
	return commitment;
}

static struct participant *participant_of(const struct world *world, const char *code)
{
	struct participant *participant = state_find(world->state, TABLE_PARTICIPANT, code);
	CU_ASSERT_PTR_NOT_NULL_FATAL(participant);
	return participant;
}

static int64_t entitled_g(const struct world *world, const char *participant)
{
	return entitlement_g(world->state, participant_of(world, participant),
		world_commodity(world, "ga"));
}

/* As apply of a draw does; there is no entry of it here. */
static void take(struct world *world, const char *participant, enum movement_kind kind,
	int64_t mass_g)
{
	struct applied applied = { .index = state_size(world->state), .at = world->now,
		.effective = ABSENT, .actor = "ola" };
	entitlement_take(world->state, &applied, participant_of(world, participant),
		state_find(world->state, TABLE_COMMODITY, "ga"), kind, mass_g, "B-2026-0001");
	state_set_position(world->state, state_size(world->state) + 1, world->now);
	snprintf(world->what, sizeof world->what, "take %s", participant);
	world_tick(world);
}

/* ---- participants ---- */

static void test_participants(void)
{
	struct world *world = world_of_companies();
	static const struct { enum error_id error; const char *params; } bad[] = {
		{ ERROR_CONFLICT, "participants=[code=acme name=Acme member=AUT]" },
		{ ERROR_CONFLICT, "participants=[code=core name=C member=AUT; code=core name=D member=AUT]" },
		{ ERROR_NOT_FOUND, "participants=[code=core name=Core member=XXX]" },
		{ ERROR_INVALID, "participants=[code='a b' name=Core member=AUT]" },
		{ ERROR_LIMIT, "participants=[]" },
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		FAILS(world, bad[i].error, "ola", "participant.add", "%s", bad[i].params);
	FAILS(world, ERROR_DENIED, "kim", "participant.add", "participants=[code=x name=X member=AUT]");
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_PARTICIPANT), 2);
	CU_ASSERT_STRING_EQUAL(participant_of(world, "bolt")->member->code, "ITA");
	world_free(world);
}

/* ---- rates ---- */

static void test_rates(void)
{
	struct world *world = world_of_companies();
	set_rate(world, "2026-12-10", 60000, 400000);
	CU_ASSERT_PTR_NULL(rate_at(world->state, day("2026-10-31")));
	CU_ASSERT_EQUAL(rate_at(world->state, day("2026-12-09"))->version, 1);
	CU_ASSERT_EQUAL(rate_at(world->state, day("2026-12-10"))->version, 2);
	CU_ASSERT_EQUAL(rate_next_change(world->state, day("2026-11-01")), day("2026-12-10"));
	CU_ASSERT_EQUAL(rate_next_change(world->state, day("2026-12-10")), INT64_MAX);
	static const struct { enum error_id error; const char *from; int64_t ms; } bad[] = {
		{ ERROR_CONFLICT, "2026-12-10", 0 },  /* overlapping */
		{ ERROR_CONFLICT, "2026-12-01", 0 },  /* out of order */
		{ ERROR_INVALID, "2026-12-20", 1 },   /* within a day */
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		FAILS(world, bad[i].error, "ola", "rate.set", "because=x effective_at=%lld "
			"interest_ppm=1 storage_micros_per_tonne_day=1",
			(long long)(day(bad[i].from) + bad[i].ms));
	/* An open proposal takes its date as well, until it is rejected. */
	DO(world, "ola", "rate.set", "because=x effective_at=%lld interest_ppm=1 "
		"storage_micros_per_tonne_day=1", (long long)day("2027-01-01"));
	FAILS(world, ERROR_CONFLICT, "ola", "rate.set", "because=x effective_at=%lld interest_ppm=1 "
		"storage_micros_per_tonne_day=1", (long long)day("2026-12-20"));
	DO(world, "oma", "document.reject", "document=N-2026-0003 because=no");
	set_rate(world, "2026-12-20", 1, 1);
	CU_ASSERT_EQUAL(rate_at(world->state, day("2027-05-01"))->version, 4);
	/* Signed too late: the day has begun. */
	DO(world, "ola", "rate.set", "because=x effective_at=%lld interest_ppm=1 "
		"storage_micros_per_tonne_day=1", (long long)day("2027-01-01"));
	CU_ASSERT(world_sign(world, "ola", "N-2026-0005"));
	pass_to(world, "2027-01-01");
	CU_ASSERT_FALSE(world_sign(world, "oma", "N-2026-0005"));
	CU_ASSERT_EQUAL(world->error.id, ERROR_INVALID);
	CU_ASSERT(world_sign(world, "ola", "N-2026-0005")); /* nobody signs twice */
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R14");
	DO(world, "oma", "document.reject", "document=N-2026-0005 because=late");
	FAILS(world, ERROR_INVALID, "ola", "rate.set", "because=x effective_at=%lld interest_ppm=1 "
		"storage_micros_per_tonne_day=1", (long long)day("2026-12-31"));
	world_free(world);
}

/* ---- commitments ---- */

static void test_bad_commitments(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "participant.add", "participants=[code=acme name=Acme member=AUT]");
	static const struct { enum error_id error; const char *change; } bad[] = {
		{ ERROR_NOT_FOUND, "participant=nobody" },
		{ ERROR_NOT_FOUND, "commodity=gold" },
		{ ERROR_INVALID, "unit=EUR/kg" },
		{ ERROR_INVALID, "basis=Ge" },
		{ ERROR_INVALID, "fee_cents=36500001" },           /* more than all of it is worth */
		{ ERROR_INVALID, "ends_at=1795392000000" },        /* as it begins: 23 Nov 2026 */
		{ ERROR_INVALID, "ends_at=1795305600000" },        /* the day before */
		{ ERROR_INVALID, "starts_at=1795219200000" },      /* yesterday */
		{ ERROR_INVALID, "starts_at=1795392000001" },
		{ ERROR_INVALID, "ends_at=1803081600001" },
		{ ERROR_INVALID, "ends_at=5000000000000 starts_at=1795392000000" },
		{ ERROR_LIMIT, "quoted=1000000000000 mass_g=1000000000000" },
	};
	static const char good[] = "participant=acme commodity=ga mass_g=1000000 quoted=365 unit=USD/kg "
		"basis=Ga fee_cents=0 starts_at=1795392000000 ends_at=1803081600000 replenish_days=30";
	FAILS(world, ERROR_ILLEGAL, "ola", "commitment.new", "%s", good); /* no rate */
	set_rate(world, "2026-11-01", 50000, 500000);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		FAILS(world, bad[i].error, "ola", "commitment.new", "%s %s", good, bad[i].change);
	FAILS(world, ERROR_DENIED, "kim", "commitment.new", "%s", good);
	DO(world, "ola", "commitment.new", "%s", good);
	CU_ASSERT_STRING_EQUAL(world->id, "K-2026-0001");
	CU_ASSERT_EQUAL(commitment_of(world, "K-2026-0001")->gross_ppm, 1111112); /* of 90% at least */
	CU_ASSERT(world_sign(world, "ola", "K-2026-0001"));
	CU_ASSERT(world_sign(world, "ola", "K-2026-0001")); /* recorded: R14 */
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R14");
	CU_ASSERT_EQUAL(commitment_of(world, "K-2026-0001")->state, COMMITMENT_PROPOSED);
	pass_to(world, "2026-11-24"); /* its term has begun, unsigned */
	CU_ASSERT_FALSE(world_sign(world, "oma", "K-2026-0001"));
	DO(world, "oma", "document.reject", "document=K-2026-0001 because=late");
	CU_ASSERT_EQUAL(commitment_of(world, "K-2026-0001")->state, COMMITMENT_REJECTED);
	world_free(world);
}

static void test_gross_of_lots(void)
{
	struct world *world = world_of_companies();
	world_lot(world, "GA-1", "ga", 1000000, 500000 + 450000, ABSENT); /* 95%; tare 1 kg */
	DO(world, "ola", "commitment.new", "participant=acme commodity=ga mass_g=1000 quoted=1 "
		"unit=USD/kg basis=Ga starts_at=%lld ends_at=%lld replenish_days=1",
		(long long)day("2026-12-01"), (long long)day("2027-01-01"));
	/* 1,001,000 g gross hold 950,000 g */
	CU_ASSERT_EQUAL(commitment_of(world, "K-2026-0001")->gross_ppm, 1053685);
	world_free(world);
}

/* ---- charges ---- */

enum { CHARGES_MAX = 64 };

static struct kept_charge {
	char charge[CODE_MAX + 16];
	int64_t interest_cents, storage_cents, fee_applied_cents, fee_left_cents, due_cents;
	int64_t interest_rest, storage_rest, bought_cents;
	uint32_t lines;
} charges[CHARGES_MAX];
static int charges_count;

static void keep_charges(struct world *world, const struct applied *applied,
	const struct event *event)
{
	(void)world;
	(void)applied;
	if (event->type != &event_commitment_charged)
		return;
	CU_ASSERT_FATAL(charges_count < CHARGES_MAX);
	struct kept_charge *kept = &charges[charges_count++];
	const struct descriptor *body = event->type->body;
	struct list lines;
	text_copy(kept->charge, sizeof kept->charge,
		field_text(descriptor_field(body, "charge"), event->body));
	memcpy(&lines, (const char *)event->body + descriptor_field(body, "lines")->offset,
		sizeof lines);
	kept->lines = lines.count;
	kept->interest_cents = field_number(descriptor_field(body, "interest_cents"), event->body);
	kept->storage_cents = field_number(descriptor_field(body, "storage_cents"), event->body);
	kept->interest_rest = field_number(descriptor_field(body, "interest_rest"), event->body);
	kept->storage_rest = field_number(descriptor_field(body, "storage_rest"), event->body);
	kept->bought_cents = field_number(descriptor_field(body, "bought_cents"), event->body);
	kept->due_cents = field_number(descriptor_field(body, "due_cents"), event->body);
	kept->fee_applied_cents = field_number(descriptor_field(body, "fee_applied_cents"),
		event->body);
	kept->fee_left_cents = field_number(descriptor_field(body, "fee_left_cents"), event->body);
}

static struct world *world_charged(void)
{
	struct world *world = world_of_companies();
	charges_count = 0;
	world->each = keep_charges;
	return world;
}

/* The worked example of docs/trade.md. */
static void test_example(void)
{
	struct world *world = world_charged();
	/* 1 t at 365 USD/kg is 365,000.00; the fee of 2,000.00 lowers the principal to 363,000.00. */
	commit(world, "acme", 1000000, 200000, "2026-12-01", "2027-03-01");
	CU_ASSERT_EQUAL(commitment_of(world, "K-2026-0001")->state, COMMITMENT_SIGNED);
	CU_ASSERT_EQUAL(entitled_g(world, "acme"), 0);
	pass_to(world, "2026-12-01");
	CU_ASSERT_EQUAL(commitment_of(world, "K-2026-0001")->state, COMMITMENT_IN_FORCE);
	CU_ASSERT_EQUAL(entitled_g(world, "acme"), 1000000);
	CU_ASSERT_EQUAL(commodity_entitled_g(world_commodity(world, "ga")), 1000000);
	world_pass(world, 10 * DAY + DAY / 2); /* 11 Dec at noon: 400 kg leave */
	take(world, "acme", MOVEMENT_DRAWN, 400000);
	CU_ASSERT_EQUAL(entitlement_owed_g(world->state, participant_of(world, "acme"),
		world_commodity(world, "ga")), 400000);
	pass_to(world, "2027-01-01");
	CU_ASSERT_EQUAL_FATAL(charges_count, 1);
	/*
	 * 11 days of 363,000.00 and 20 of 217,000.00 (219,000.00 less the fee) at 5%:
	 * (11 x 36,300,000 + 20 x 21,700,000) x 0.05 / 365 = 114,150.68 cents
	 * 11 days of 1.2 t and 20 of 0.72 t at 0.50 USD: 660 + 720 cents
	 */
	CU_ASSERT_STRING_EQUAL(charges[0].charge, "K-2026-0001/2026-12");
	CU_ASSERT_EQUAL(charges[0].lines, 2);
	CU_ASSERT_EQUAL(charges[0].interest_cents, 114150);
	CU_ASSERT_EQUAL(charges[0].interest_rest, 250000000); /* 0.6849.. of a cent */
	CU_ASSERT_EQUAL(charges[0].storage_cents, 1380);
	CU_ASSERT_EQUAL(charges[0].storage_rest, 0);
	CU_ASSERT_EQUAL(charges[0].fee_applied_cents, 115530);
	CU_ASSERT_EQUAL(charges[0].fee_left_cents, 84470);
	CU_ASSERT_EQUAL(charges[0].due_cents, 0);
	take(world, "acme", MOVEMENT_REPLENISHED, 400000); /* 1 Jan: counts from 2 Jan on */
	pass_to(world, "2027-02-01");
	CU_ASSERT_EQUAL_FATAL(charges_count, 2);
	/* 1 day of 219,000.00 - 844.70, 30 of 365,000.00 - 844.70; with 0.6849.. carried */
	CU_ASSERT_EQUAL(charges[1].interest_cents, 152641);
	CU_ASSERT_EQUAL(charges[1].storage_cents, 36 + 1800);
	CU_ASSERT_EQUAL(charges[1].fee_applied_cents, 84470);
	CU_ASSERT_EQUAL(charges[1].fee_left_cents, 0);
	CU_ASSERT_EQUAL(charges[1].due_cents, 152641 + 1836 - 84470);
	pass_to(world, "2027-03-01");
	CU_ASSERT_EQUAL_FATAL(charges_count, 3);
	CU_ASSERT_EQUAL(charges[2].interest_cents, 140000);
	CU_ASSERT_EQUAL(charges[2].storage_cents, 28 * 60);
	const struct commitment *commitment = commitment_of(world, "K-2026-0001");
	CU_ASSERT_EQUAL(commitment->state, COMMITMENT_ENDED);
	CU_ASSERT_EQUAL(commitment->buy_back_g, 1000000);
	CU_ASSERT_EQUAL(commitment->buy_back_cents, 36500000);
	CU_ASSERT_EQUAL(commitment->fee_back_cents, 0);
	CU_ASSERT_EQUAL(entitled_g(world, "acme"), 0);
	pass_to(world, "2027-05-05");
	CU_ASSERT_EQUAL(charges_count, 3);
	world_free(world);
}

static void test_rate_within_month(void)
{
	struct world *world = world_charged();
	commit(world, "acme", 1000000, 0, "2026-11-22", "2026-12-22"); /* today: in force at once */
	CU_ASSERT_EQUAL(commitment_of(world, "K-2026-0001")->state, COMMITMENT_IN_FORCE);
	set_rate(world, "2026-11-29", 100000, 1000000);
	pass_to(world, "2027-02-01"); /* after a long stop: both months, and the end, in order */
	CU_ASSERT_EQUAL_FATAL(charges_count, 2);
	CU_ASSERT_EQUAL(charges[0].lines, 2);
	CU_ASSERT_EQUAL(charges[0].interest_cents, 7 * 5000 + 2 * 10000);
	CU_ASSERT_EQUAL(charges[0].storage_cents, 7 * 60 + 2 * 120);
	CU_ASSERT_EQUAL(charges[1].interest_cents, 21 * 10000);
	CU_ASSERT_STRING_EQUAL(charges[1].charge, "K-2026-0001/2026-12");
	CU_ASSERT_EQUAL(commitment_of(world, "K-2026-0001")->state, COMMITMENT_ENDED);
	CU_ASSERT_EQUAL(commitment_of(world, "K-2026-0001")->charged_until, day("2026-12-22"));
	world_free(world);
}

/* The fee left at term goes against the buy-back, and what is beyond that is given back. */
static void test_fee_left(void)
{
	struct world *world = world_charged();
	commit(world, "acme", 1000000, 36500000, "2026-12-01", "2026-12-03");
	pass_to(world, "2026-12-02");
	take(world, "acme", MOVEMENT_BOUGHT, 999000);
	pass_to(world, "2026-12-03");
	CU_ASSERT_EQUAL_FATAL(charges_count, 1);
	CU_ASSERT_EQUAL(charges[0].interest_cents, 0); /* nothing of it was financed */
	CU_ASSERT_EQUAL(charges[0].storage_cents, 120);
	CU_ASSERT_EQUAL(charges[0].bought_cents, 36463500);
	CU_ASSERT_EQUAL(charges[0].due_cents, 36463500);
	const struct commitment *commitment = commitment_of(world, "K-2026-0001");
	CU_ASSERT_EQUAL(commitment->buy_back_cents, 36500);
	CU_ASSERT_EQUAL(commitment->fee_back_cents, 36500);
	CU_ASSERT_EQUAL(commitment->fee_left_cents, 36500000 - 120 - 36500);
	world_free(world);
}

static void test_owed_after_term(void)
{
	struct world *world = world_charged();
	commit(world, "acme", 1000, 0, "2026-12-01", "2026-12-11");
	pass_to(world, "2026-12-02");
	CU_ASSERT_EQUAL(entitlement_replenish_by(world->state, participant_of(world, "acme"),
		world_commodity(world, "ga"), 600, world->now), day("2026-12-11"));
	take(world, "acme", MOVEMENT_DRAWN, 600);
	take(world, "acme", MOVEMENT_BOUGHT, 100);
	take(world, "acme", MOVEMENT_PURCHASE_UNDONE, 100);
	pass_to(world, "2026-12-11");
	const struct commitment *commitment = commitment_of(world, "K-2026-0001");
	CU_ASSERT_EQUAL(commitment->buy_back_g, 400);
	CU_ASSERT_EQUAL(commitment->owed_g, 600);
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_FINDING), 1);
	pass_to(world, "2027-02-05");
	CU_ASSERT_EQUAL(charges_count, 1);
	take(world, "acme", MOVEMENT_REPLENISHED, 250);
	CU_ASSERT_EQUAL(entitled_g(world, "acme"), 0);
	CU_ASSERT_EQUAL(commitment->owed_g, 350);
	pass_to(world, "2027-03-01");
	CU_ASSERT_EQUAL_FATAL(charges_count, 2);
	CU_ASSERT_STRING_EQUAL(charges[1].charge, "K-2026-0001/2027-03-01");
	CU_ASSERT_EQUAL(charges[1].bought_cents, 9125); /* 250 g at 365 USD/kg */
	CU_ASSERT_EQUAL(charges[1].due_cents, 9125);
	CU_ASSERT_EQUAL(charges[1].lines, 0);
	pass_to(world, "2027-06-01");
	CU_ASSERT_EQUAL(charges_count, 2);
	world_free(world);
}

static void test_early_end(void)
{
	struct world *world = world_charged();
	commit(world, "acme", 1000000, 0, "2026-11-22", "2027-11-22");
	static const struct { const char *ends; int64_t ms; } bad[] = {
		{ "2026-11-22", 0 }, { "2027-11-22", 0 }, { "2028-01-01", 0 }, { "2026-12-05", 7 },
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		FAILS(world, ERROR_INVALID, "ola", "commitment.end", "commitment=K-2026-0001 because=x "
			"ends_at=%lld", (long long)(day(bad[i].ends) + bad[i].ms));
	FAILS(world, ERROR_NOT_FOUND, "ola", "commitment.end", "commitment=K-2026-0009 because=x "
		"ends_at=%lld", (long long)day("2026-12-05"));
	DO(world, "ola", "commitment.end", "commitment=K-2026-0001 because=x ends_at=%lld",
		(long long)day("2026-12-05"));
	FAILS(world, ERROR_CONFLICT, "ola", "commitment.end", "commitment=K-2026-0001 because=x "
		"ends_at=%lld", (long long)day("2026-12-06"));
	DO(world, "oma", "document.reject", "document=N-2026-0002 because=no");
	DO_SIGNED(world, "ola", "commitment.end", "commitment=K-2026-0001 because=x ends_at=%lld",
		(long long)day("2026-12-05"));
	CU_ASSERT_EQUAL(commitment_of(world, "K-2026-0001")->state, COMMITMENT_IN_FORCE);
	pass_to(world, "2026-12-05");
	CU_ASSERT_EQUAL(commitment_of(world, "K-2026-0001")->state, COMMITMENT_ENDED);
	CU_ASSERT_EQUAL_FATAL(charges_count, 2);
	CU_ASSERT_EQUAL(charges[1].interest_cents, 4 * 5000);
	FAILS(world, ERROR_ILLEGAL, "ola", "commitment.end", "commitment=K-2026-0001 because=x "
		"ends_at=%lld", (long long)day("2026-12-09"));
	world_free(world);
}

/* ---- transfers ---- */

static void test_transfers(void)
{
	struct world *world = world_charged();
	commit(world, "acme", 1000, 0, "2026-11-22", "2027-02-01");
	commit(world, "acme", 500, 0, "2026-11-22", "2027-01-01"); /* ends first: given first */
	FAILS(world, ERROR_NOT_FOUND, "ola", "entitlement.transfer",
		"because=x commodity=ga from=acme to=nobody mass_g=5");
	FAILS(world, ERROR_NOT_FOUND, "ola", "entitlement.transfer",
		"because=x commodity=gold from=acme to=bolt mass_g=5");
	FAILS(world, ERROR_INVALID, "ola", "entitlement.transfer",
		"because=x commodity=ga from=acme to=acme mass_g=5");
	REFUSED(world, "R15", "ola", "entitlement.transfer",
		"because=x commodity=ga from=acme to=bolt mass_g=1501");
	REFUSED(world, "R15", "ola", "entitlement.transfer",
		"because=x commodity=ga from=bolt to=acme mass_g=1");
	DO_SIGNED(world, "ola", "entitlement.transfer",
		"because=letters commodity=ga from=acme to=bolt mass_g=700");
	CU_ASSERT_EQUAL(entitled_g(world, "acme"), 800);
	CU_ASSERT_EQUAL(entitled_g(world, "bolt"), 700);
	const struct entitlement *own = state_find(world->state, TABLE_ENTITLEMENT,
		"bolt/ga/K-2026-0002");
	CU_ASSERT_PTR_NOT_NULL_FATAL(own);
	CU_ASSERT_EQUAL(own->undrawn_g, 500);
	/* Two that are proposed on the same entitlement: the later is refused at its last signature. */
	DO(world, "ola", "entitlement.transfer", "because=a commodity=ga from=acme to=bolt mass_g=600");
	DO_SIGNED(world, "ola", "entitlement.transfer",
		"because=b commodity=ga from=acme to=bolt mass_g=300");
	CU_ASSERT(world_sign(world, "ola", "N-2026-0003"));
	CU_ASSERT(world_sign(world, "oma", "N-2026-0003"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R15");
	CU_ASSERT_EQUAL(entitled_g(world, "acme"), 500);
	DO(world, "oma", "document.reject", "document=N-2026-0003 because=no");
	/* At term what it granted ends with whoever holds it, and its own participant buys it back. */
	take(world, "bolt", MOVEMENT_DRAWN, 100);
	pass_to(world, "2027-01-01");
	CU_ASSERT_EQUAL(entitled_g(world, "acme"), 500);
	CU_ASSERT_EQUAL(entitled_g(world, "bolt"), 500);
	CU_ASSERT_EQUAL(commitment_of(world, "K-2026-0002")->buy_back_g, 400);
	CU_ASSERT_EQUAL(commitment_of(world, "K-2026-0002")->owed_g, 100);
	world_free(world);
}

/* ---- conservation ---- */

static uint64_t roll(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static void random_move(struct world *world, uint64_t *seed)
{
	const char *participant = roll(seed) % 2 == 0 ? "acme" : "bolt";
	int64_t may_g = entitled_g(world, participant);
	int64_t owed_g = entitlement_owed_g(world->state, participant_of(world, participant),
		world_commodity(world, "ga"));
	switch (roll(seed) % 6) {
	case 0:
	case 1:
		if (may_g > 0)
			take(world, participant, roll(seed) % 3 == 0 ? MOVEMENT_BOUGHT : MOVEMENT_DRAWN,
				1 + (int64_t)(roll(seed) % (uint64_t)may_g));
		break;
	case 2:
		if (owed_g > 0)
			take(world, participant, roll(seed) % 3 == 0 ? MOVEMENT_DRAW_UNDONE :
				MOVEMENT_REPLENISHED, 1 + (int64_t)(roll(seed) % (uint64_t)owed_g));
		break;
	case 3:
		if (may_g > 0)
			DO_SIGNED(world, "ola", "entitlement.transfer", "because=x commodity=ga from=%s to=%s "
				"mass_g=%lld", participant, text_equal(participant, "acme") ? "bolt" : "acme",
				1 + (long long)(roll(seed) % (uint64_t)may_g));
		break;
	case 4: {
		int64_t from = world->now - world->now % DAY + (int64_t)(roll(seed) % 3) * DAY;
		DO_SIGNED(world, "ola", "commitment.new", COMMIT, participant,
			1 + (long long)(roll(seed) % 100000), (long long)(roll(seed) % 30), (long long)from,
			(long long)(from + (1 + (int64_t)(roll(seed) % 90)) * DAY));
		break;
	}
	default:
		world_pass(world, (int64_t)(roll(seed) % (9 * (uint64_t)DAY)));
	}
}

/* Every command and tick is followed by the checks of entitlement_checks.h. */
static void test_conserved(void)
{
	for (uint64_t round = 1; round <= 30; round++) {
		uint64_t seed = round * 0x9E3779B97F4A7C15u;
		struct world *world = world_charged();
		world->each = NULL;
		for (int i = 0; i < 150; i++)
			random_move(world, &seed);
		world_pass(world, 400 * DAY);
		const struct commitment *commitment = NULL;
		while ((commitment = state_next(world->state, TABLE_COMMITMENT, commitment)) != NULL)
			CU_ASSERT_EQUAL(commitment->state, COMMITMENT_ENDED);
		CU_ASSERT_EQUAL(commodity_entitled_g(world_commodity(world, "ga")), 0);
		world_free(world);
	}
}

/* ---- what time charges is what a second computation, day by day, makes of it ---- */

static void test_charges_again(void)
{
	for (uint64_t round = 1; round <= 40; round++) {
		uint64_t seed = round * 0xD1342543DE82EF95u;
		struct world *world = world_charged();
		commit(world, "acme", 1000003, 0, "2026-11-22", "2027-03-01");
		set_rate(world, "2026-12-14", 1 + (int64_t)(roll(&seed) % 200000), 777777);
		int64_t begin = day("2026-11-22"), end = day("2027-03-01");
		__extension__ typedef __int128 wide;
		wide interest = 0, storage = 0;
		const struct commitment *commitment = commitment_of(world, "K-2026-0001");
		for (int64_t at = begin; at < end; at += DAY) {
			const struct rate *rate = rate_at(world->state, at);
			int64_t undrawn_g = commitment->undrawn_g, mass_g;
			int64_t may_g = entitled_g(world, "acme"), owed_g = commitment->owed_g;
			wide cents = ((wide)undrawn_g * 36500 + 999) / 1000;
			wide gross_g = ((wide)undrawn_g * 12 + 9) / 10;
			interest += cents * rate->interest_ppm;
			storage += gross_g * rate->storage_micros_per_tonne_day;
			world_pass(world, at + DAY / 2 - world->now);
			if (roll(&seed) % 4 == 0 && may_g > 0) {
				mass_g = 1 + (int64_t)(roll(&seed) % (uint64_t)may_g);
				take(world, "acme", roll(&seed) % 4 == 0 ? MOVEMENT_BOUGHT : MOVEMENT_DRAWN, mass_g);
			} else if (roll(&seed) % 3 == 0 && owed_g > 0) {
				take(world, "acme", MOVEMENT_REPLENISHED, owed_g);
			}
			world_pass(world, at + DAY - world->now);
		}
		wide charged_interest = 0, charged_storage = 0;
		for (int i = 0; i < charges_count; i++) {
			charged_interest += charges[i].interest_cents;
			charged_storage += charges[i].storage_cents;
		}
		CU_ASSERT_EQUAL(charges_count, 4);
		CU_ASSERT(charged_interest * CARRYING_INTEREST_PARTS + commitment->interest_rest == interest);
		CU_ASSERT(charged_storage * CARRYING_STORAGE_PARTS + commitment->storage_rest == storage);
		world_free(world);
	}
}

int main(void)
{
	return run_cases("reserve participants", (CU_TestInfo[]){
		{ "companies and their host members", test_participants },
		{ "rates in order of date, each signed by two", test_rates },
		{ "commitments refused", test_bad_commitments },
		{ "gross mass by the lots at hand", test_gross_of_lots },
		{ "the worked example: draw, replenish, fee, buy-back", test_example },
		{ "a rate that changes within a month, a long stop", test_rate_within_month },
		{ "what is left of a fee", test_fee_left },
		{ "what is owed after the term", test_owed_after_term },
		{ "an end before the term", test_early_end },
		{ "transfers", test_transfers },
		{ "entitlements are conserved", test_conserved },
		{ "charges against a computation day by day", test_charges_again },
		CU_TEST_INFO_NULL,
	});
}
