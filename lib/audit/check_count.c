/*
 * Stocktakes and samples: counted in time and by two who may; nothing came or went while a site was
 * counted; what differed was explained and the books followed by what two others signed. Samples: drawn
 * from the root that the announcement fixed, worked out again here, and assayed in time by another
 * laboratory.
 */
#include "audit/check_world.h"

#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "audit/column.h"
#include "audit/said.h"
#include "base/buffer.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "ledger/hash.h"
#include "reserve/stock/count.h"
#include "reserve/stock/loadout.h"
#include "reserve/stock/lot_names.h"
#include "reserve/stock/material.h"
#include "reserve/stock/sample.h"
#include "reserve/words.h"

static const struct count *count_said(const struct check_run *run, const struct parsed_entry *entry)
{
	return state_find(run->state, TABLE_STOCKTAKE, check_text(entry, "count"));
}

/* ---- count-overdue ---- */

/* The lots of a class at a site that nobody has counted, nor weighed in, for longer than its policy lets. */
struct overdue {
	int64_t lots, overdue, first_at;
	const struct lot *first;
};

static struct column counted_at(const struct check_run *run)
{
	struct column counted = COLUMN_OF(int64_t);
	const struct count_line *line = NULL;
	while ((line = state_next(run->state, TABLE_STOCKTAKE_LINE, line)) != NULL) {
		const struct lot *lot = state_find(run->state, TABLE_LOT, line->lot);
		if (line->unexpected || line->count->state != COUNT_ENDED || lot == NULL ||
		    lot->created_index != line->lot_index)
			continue;
		int64_t *at = column_at(&counted, lot);
		*at = line->count->ended_at > *at ? line->count->ended_at : *at;
	}
	return counted;
}

static void add_overdue(const struct check_run *run, struct overdue *overdue, const struct lot *lot,
	int64_t counted_at_ms)
{
	int64_t days = count_terms(run->state, (enum lot_class)lot->class).age_days;
	int64_t from = counted_at_ms > lot->weighed_at ? counted_at_ms : lot->weighed_at;
	overdue->lots++;
	if (from + days * TIME_DAY_MS > run->now)
		return;
	overdue->overdue++;
	if (overdue->first == NULL || from < overdue->first_at) {
		overdue->first = lot;
		overdue->first_at = from;
	}
}

static void report_overdue(const struct check_run *run, const struct site *site, enum lot_class class,
	const struct overdue *overdue)
{
	int64_t age_days = count_terms(run->state, class).age_days;
	int64_t days = (run->now - overdue->first_at) / TIME_DAY_MS;
	char since[TIME_TEXT_SIZE];
	time_format(overdue->first_at, since);
	const struct check_finding finding = { .index = ABSENT,
		.subject = arena_printf(run->arena, "site %s %s", site->code, lot_class_names[class]),
		.severity = days >= 2 * age_days ? SEVERITY_CRITICAL : SEVERITY_WARNING,
		.message = arena_printf(run->arena, "%lld of %lld %s lots at %s were last counted or weighed in "
			"over %lld days ago, lot %s on %.10s", (long long)overdue->overdue,
			(long long)overdue->lots, lot_class_names[class], site->code, (long long)age_days,
			overdue->first->code, since) };
	check_report(run, &finding);
}

static void end_overdue(const struct check_run *run)
{
	struct column counted = counted_at(run);
	struct column sites[2] = { COLUMN_OF(struct overdue), COLUMN_OF(struct overdue) };
	const struct lot *lot = NULL;
	const struct site *site = NULL;
	while ((lot = state_next(run->state, TABLE_LOT, lot)) != NULL) {
		if (!lot->row.closed && lot->destination == NULL && lot->on_hand_g > 0)
			add_overdue(run, column_at(&sites[lot->class == LOT_SEALED], lot->site), lot,
				*(int64_t *)column_at(&counted, lot));
	}
	while ((site = state_next(run->state, TABLE_SITE, site)) != NULL) {
		for (int i = 0; i < 2; i++) {
			const struct overdue *overdue = column_at(&sites[i], site);
			if (overdue->overdue > 0)
				report_overdue(run, site, i == 1 ? LOT_SEALED : LOT_BULK, overdue);
		}
	}
	column_free(&counted);
	column_free(&sites[0]);
	column_free(&sites[1]);
}

const struct check check_count_overdue = {
	.id = "count-overdue",
	.title = "lots that nobody has counted for long",
	.severity = SEVERITY_WARNING,
	.looks_at = "when each lot was last counted or weighed in, against the age that the policy of its class "
		"sets; critical at twice that",
	.remedy = "Count the site: vaultctl count due, vaultctl count new SITE --blind --counters A,B.",
	.source = "GAO-02-447G on counts; a count age limit per class",
	.end = end_overdue,
};

/* ---- count-variance ---- */

/* A later count of the place that went to its end leaves nothing open of an earlier one. */
static bool counted_since(const struct check_run *run, const struct count *before)
{
	const struct count *count = NULL;
	while ((count = state_next(run->state, TABLE_STOCKTAKE, count)) != NULL) {
		if (count->state == COUNT_ENDED && count->site == before->site &&
		    count->opened_index > before->opened_index &&
		    (count->commodity == NULL || count->commodity == before->commodity))
			return true;
	}
	return false;
}

static void check_short(const struct check_run *run, const struct count_line *line)
{
	char mass[WORD_MASS];
	if (line->row.closed || line->state != LINE_SHORT)
		return;
	word_mass(mass, line->short_g);
	check_found(run, line->lot, line->row.last_index, "stocktake %s found %s less of lot %s than "
		"awards hold of it, and that is still on the books", line->count->id, mass, line->lot);
}

static void end_variance(const struct check_run *run)
{
	const struct count *count = NULL;
	const struct count_line *line = NULL;
	while ((count = state_next(run->state, TABLE_STOCKTAKE, count)) != NULL) {
		bool open = count->state != COUNT_ENDED && count->state != COUNT_ABANDONED;
		if (count->varying == 0 || count->state == COUNT_ENDED)
			continue;
		if (open)
			check_found(run, count->id, count->row.last_index, "%lld lots at %s are off the books by "
				"stocktake %s, and nothing is settled", (long long)count->varying, count->site->code,
				count->id);
		else if (!counted_since(run, count))
			check_found(run, count->id, count->row.last_index, "%lld lots at %s were off the books when "
				"stocktake %s was abandoned, and nobody has counted since", (long long)count->varying,
				count->site->code, count->id);
	}
	while ((line = state_next(run->state, TABLE_STOCKTAKE_LINE, line)) != NULL)
		check_short(run, line);
}

const struct check check_count_variance = {
	.id = "count-variance",
	.title = "variances that nobody has settled",
	.severity = SEVERITY_WARNING,
	.looks_at = "stocktakes with lots off the books that are not adjusted, that were abandoned, or whose lots "
		"have less than awards hold",
	.remedy = "Give causes and adjust: vaultctl count U-..., vaultctl count cause, vaultctl count adjust.",
	.source = "GAO-02-447G: good counts need researched variances",
	.end = end_variance,
};

/* ---- count-hands ---- */

static void check_opened(const struct check_run *run, const struct parsed_entry *entry)
{
	const char *id = check_text(entry, "count");
	const char *first = check_text(entry, "first"), *second = check_text(entry, "second");
	const struct person *a = person_find(run->state, first), *b = person_find(run->state, second);
	if (text_equal(first, second))
		check_found(run, id, entry->sequence, "%s has one counter, %s", id, first);
	else if (a == NULL || b == NULL || (a->duties & COUNT_DUTIES) == 0 ||
	    (b->duties & COUNT_DUTIES) == 0)
		check_found(run, id, entry->sequence, "%s is counted by %s and %s, of whom one may not", id,
			first, second);
}

static void check_sheet(const struct check_run *run, const struct parsed_entry *entry)
{
	const char *id = check_text(entry, "count"), *counter = check_text(entry, "counter");
	const struct document *note = state_find(run->state, TABLE_DOCUMENT,
		check_text(entry, "document"));
	const struct document *next = NULL;
	while (note == NULL && (next = state_next(run->state, TABLE_DOCUMENT, next)) != NULL)
		note = text_equal(next->id, check_text(entry, "document")) ? next : NULL;
	const struct document_signature *signatures = note != NULL ? note->signatures.items : NULL;
	if (note == NULL || note->signatures.count != 1 || !text_equal(signatures[0].person, counter))
		check_found(run, id, entry->sequence, "the sheet of %s in %s does not bear that counter's own "
			"signature alone", counter, id);
}

static void check_apart(const struct check_run *run, const struct parsed_entry *entry,
	const char *person, const char *did)
{
	const struct count *count = count_said(run, entry);
	if (count != NULL && count_counter(count, person) >= 0)
		check_found(run, count->id, entry->sequence, "%s counted %s and %s", person, count->id, did);
}

static void check_signers(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct document *note = NULL;
	while ((note = state_next(run->state, TABLE_DOCUMENT, note)) != NULL) {
		if (!text_equal(note->id, check_text(entry, "document")))
			continue;
		const struct document_signature *signatures = note->signatures.items;
		for (uint32_t i = 0; i < note->signatures.count; i++)
			check_apart(run, entry, signatures[i].person, "signed its adjustment");
	}
}

/* The books followed what was found, or went down to what is promised. */
static void check_line(const struct check_run *run, const struct parsed_entry *entry,
	const struct count *count, const char *lot, int64_t adjusted_g)
{
	const struct count_line *line = count_line_of(run->state, count, lot);
	if (line == NULL || adjusted_g == ABSENT || adjusted_g == line->variance_g)
		return;
	if (line->state == LINE_SHORT || (line->variance_g < 0 && adjusted_g > line->variance_g &&
	    adjusted_g <= 0)) /* as much as awards leave */
		return;
	check_found(run, count->id, entry->sequence, "%s adjusted lot %s by %lld g, and %lld g were found to "
		"differ", count->id, lot, (long long)adjusted_g, (long long)line->variance_g);
}

static void check_adjusted(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct count *count = count_said(run, entry);
	const struct list *lines = said_list(entry, "lines");
	const struct descriptor *items = descriptor_field(entry->body_descriptor, "lines")->items;
	check_signers(run, entry);
	for (uint32_t i = 0; count != NULL && i < lines->count; i++) {
		const char *line = (const char *)lines->items + i * items->size;
		check_line(run, entry, count, field_text(descriptor_field(items, "lot"), line),
			field_number(descriptor_field(items, "adjusted_g"), line));
	}
}

static void before_hands(const struct check_run *run, const struct parsed_entry *entry)
{
	if (said_kind(entry, &event_count_opened))
		check_opened(run, entry);
	else if (said_kind(entry, &event_count_sheet_signed))
		check_sheet(run, entry);
	else if (said_kind(entry, &event_count_explained))
		check_apart(run, entry, entry->actor, "said why it differs");
	else if (said_kind(entry, &event_count_adjusted))
		check_adjusted(run, entry);
}

static const struct event_type *const hands_kinds[] = { &event_count_opened, &event_count_sheet_signed,
	&event_count_explained, &event_count_adjusted, NULL };

const struct check check_count_hands = {
	.id = "count-hands",
	.title = "not counted by two and settled by others",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "each stocktake has two counters who may count, each signed their own sheet, neither gave a "
		"cause or signed the adjustment, and the books changed by what was found",
	.remedy = "Count the site again with other counters: vaultctl count new SITE --blind --counters A,B.",
	.source = "GAO-02-447G: segregation of duties in counts",
	.kinds = hands_kinds, .before = before_hands,
};

/* ---- count-frozen ---- */

static void before_frozen(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct lot *lot = state_find(run->state, TABLE_LOT, check_text(entry, "lot"));
	bool arrives = said_kind(entry, &event_lot_arrived);
	if (lot == NULL || (arrives && lot->destination == NULL))
		return;
	if (lot->on_hand_g == 0 && !arrives && !said_kind(entry, &event_lot_weighed))
		return;
	const struct site *site = arrives ? lot->destination : lot->site;
	const struct count *count = count_freezing_at(site, lot->commodity);
	if (count != NULL)
		check_found(run, count->id, entry->sequence, "%s of lot %s while %s was being counted (%s)",
			entry->kind, lot->code, site->code, count->id);
}

static const struct event_type *const frozen_kinds[] = { &event_lot_weighed, &event_lot_sampled,
	&event_lot_accepted, &event_lot_rejected, &event_lot_lost, &event_lot_moved, &event_lot_arrived,
	&event_lot_corrected, &event_order_loaded, NULL };

const struct check check_count_frozen = {
	.id = "count-frozen",
	.title = "metal that came or went while its site was counted",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "weighings, samples, moves, corrections, losses and loads at a site between the opening of a "
		"stocktake and its end",
	.remedy = "What was counted is worth nothing: abandon that stocktake and count again.",
	.source = "GAO-02-447G: cut-off during a count",
	.kinds = frozen_kinds, .before = before_frozen,
};

/* ---- sample-seed ---- */

struct ticket {
	struct hash digest;
	const struct lot *lot;
};

static int ticket_order(const void *a, const void *b)
{
	const struct ticket *left = a, *right = b;
	return memcmp(left->digest.bytes, right->digest.bytes, HASH_SIZE);
}

/* Every lot of the scope with its digest, smallest first. The caller's to free. */
static struct ticket *draw_again(const struct check_run *run, const struct sample *sample,
	const struct hash *seed, size_t *ret_count)
{
	struct hasher *hasher = hasher_new();
	struct buffer text = { 0 };
	struct ticket *tickets = calloc(state_count(run->state, TABLE_LOT) + 1, sizeof *tickets);
	const struct lot *lot = NULL;
	size_t count = 0;
	if (tickets == NULL)
		abort();
	while ((lot = state_next(run->state, TABLE_LOT, lot)) != NULL) {
		struct sample_draw draw = { 0 };
		if (!sample_covers(sample, lot))
			continue;
		body_text(draw.lot, lot->code);
		memcpy(draw.seed, seed->bytes, sizeof draw.seed);
		buffer_clear(&text);
		json_canonical_record(&text, &sample_draw_descriptor, &draw);
		hasher_sha256(hasher, text.bytes, text.length, &tickets[count].digest);
		tickets[count++].lot = lot;
	}
	qsort(tickets, count, sizeof *tickets, ticket_order);
	buffer_free(&text);
	hasher_free(hasher);
	*ret_count = count;
	return tickets;
}

static void check_draw(const struct check_run *run, const struct parsed_entry *entry,
	const struct sample *sample, const struct hash *root)
{
	const struct list *lots = said_list(entry, "lots");
	const struct descriptor *items = descriptor_field(entry->body_descriptor, "lots")->items;
	size_t count;
	struct ticket *tickets = draw_again(run, sample, root, &count);
	if (check_number(entry, "population") != (int64_t)count || lots->count >
	    count || (int64_t)lots->count != (sample->lots < (int64_t)count ? sample->lots : (int64_t)count))
		check_found(run, sample->id, entry->sequence, "%s drew %u lots of %lld, and %lld of %zu were "
			"announced", sample->id, lots->count, (long long)check_number(entry, "population"),
			(long long)sample->lots, count);
	for (uint32_t i = 0; i < lots->count && i < count; i++) {
		const char *lot = field_text(descriptor_field(items, "lot"),
			(const char *)lots->items + i * items->size);
		if (text_equal(lot, tickets[i].lot->code))
			continue;
		check_found(run, sample->id, entry->sequence, "lot %s is in %s in the place of %s, which its seed "
			"draws", lot, sample->id, tickets[i].lot->code);
		break;
	}
	free(tickets);
}

static void before_drawn(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct sample *sample = state_find(run->state, TABLE_SAMPLE, check_text(entry, "sample"));
	const struct field *seed = descriptor_field(entry->body_descriptor, "seed");
	struct hash root;
	if (sample == NULL)
		return;
	audit_root(run->audit, &root);
	if (entry->sequence != sample->announced_index + 1 ||
	    check_number(entry, "size") != entry->sequence)
		check_found(run, sample->id, entry->sequence, "%s was announced at index %lld and drawn at "
			"%lld: other entries in between could choose its seed", sample->id,
			(long long)sample->announced_index, (long long)entry->sequence);
	else if (memcmp((const char *)entry->body + seed->offset, root.bytes, HASH_SIZE) != 0)
		check_found(run, sample->id, entry->sequence, "the seed of %s is not the root of the ledger up to "
			"and with its announcement", sample->id);
	else
		check_draw(run, entry, sample, &root);
}

static const struct event_type *const drawn_kinds[] = { &event_sample_drawn, NULL };

const struct check check_sample_seed = {
	.id = "sample-seed",
	.title = "samples not drawn by the ledger's seed",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "the seed of each sample against the root over all entries up to its announcement, and its "
		"lots against the smallest digests of seed and lot",
	.remedy = "Draw another sample, announced by an auditor: vaultctl sample draw N --site SITE.",
	.source = "Trafigura 2023: accepted on documents alone; a sample that nobody can choose",
	.kinds = drawn_kinds, .before = before_drawn,
};

/* ---- sample-overdue ---- */

/* By lot the laboratory of the assay in force, as a hash: what is compared is whether two are one. */
static void *begin_laboratories(const struct check_run *run)
{
	(void)run;
	return column_new(sizeof(uint64_t));
}

static void before_result(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct lot *lot = state_find(run->state, TABLE_LOT, check_text(entry, "lot"));
	const char *laboratory = check_text(entry, "laboratory");
	if (lot == NULL)
		return;
	uint64_t *known = column_at(run->own, lot), own = text_hash(laboratory);
	if (said_kind(entry, &event_lot_assayed))
		*known = own;
	else if (*known == own)
		check_found(run, arena_printf(run->arena, "%s/%s", check_text(entry, "sample"), lot->code),
			entry->sequence, "%s of lot %s was assayed by %s, who made the assay that it was to prove",
			check_text(entry, "sample"), lot->code, laboratory);
}

static void end_samples(const struct check_run *run)
{
	const struct sample *sample = NULL;
	while ((sample = state_next(run->state, TABLE_SAMPLE, sample)) != NULL) {
		char due[TIME_TEXT_SIZE];
		if (sample->waiting == 0 || sample->due_at > run->now)
			continue;
		time_format(sample->due_at, due);
		check_found(run, sample->id, sample->announced_index, "%lld of the %lld lots of %s were to be "
			"assayed again by %.10s and are not", (long long)sample->waiting, (long long)sample->lots,
			sample->id, due);
	}
}

static const struct event_type *const result_kinds[] = { &event_lot_assayed, &event_sample_result,
	NULL };

const struct check check_sample_overdue = {
	.id = "sample-overdue",
	.title = "sampled lots not assayed again in time by another laboratory",
	.severity = SEVERITY_WARNING,
	.looks_at = "samples whose date has passed with lots without a result; results of the laboratory that "
		"made the assay in force",
	.remedy = "Have them assayed by another laboratory: vaultctl sample M-..., vaultctl sample result.",
	.source = "LME 2023: bags of stones under good papers; a random re-assay finds them",
	.kinds = result_kinds, .begin = begin_laboratories, .before = before_result, .end = end_samples,
	.free = column_drop,
};
