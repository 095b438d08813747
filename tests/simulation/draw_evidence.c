/* The founding, notes and their signatures, persons and keys. */
#include <string.h>

#include "base/text.h"
#include "draw.h"
#include "reserve/document.h"
#include "reserve/person.h"

#define PERSON(code, duties, id) "person " code " " duties " " DRAW_ORIGIN "/" code "+" \
	id "+" id " " code "\n"

const char draw_founding[] = "note=n text='projectvault.org/founding@v1\norigin " DRAW_ORIGIN "\n"
	"log " DRAW_ORIGIN "+11111111+AAAA\norders " DRAW_ORIGIN "/orders+22222222+AAAA\n"
	PERSON("kim", "keeper", "000000a1") PERSON("kurt", "keeper", "000000a2")
	PERSON("asa", "assayer", "000000a3") PERSON("bo", "keeper,assayer", "000000a4")
	PERSON("ola", "officer", "000000a5") PERSON("oma", "officer", "000000a6")
	PERSON("otto", "officer", "000000a7") PERSON("aud", "auditor", "000000a8")
	"witness w0 AUT " DRAW_ORIGIN "/w0+000000a9+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA000000a9 W\n"
	"floor-notice-days 2\norder-lapse-days 3\n' signers=[code=kim; code=kurt; code=asa; code=bo; "
	"code=ola; code=oma; code=otto; code=aud]";

void draw_found(struct draw *draw)
{
	draw->actor = "founders";
	buffer_append_text(&draw->line, draw_founding);
}

/* ---- signing ---- */

static void add_signature(struct draw *draw, const char *person)
{
	const struct person *row = state_find(draw->state, TABLE_PERSON, person);
	char key_id[9] = "deadbeef";
	if (row != NULL)
		memcpy(key_id, strchr(row->verifier_key, '+') + 1, 8);
	buffer_printf(&draw->line, "person=%s key_id=%s signature=AAAA", person, key_id);
}

static bool is_of_kind(const void *row, const void *context)
{
	const struct document *document = row;
	const char *kind = context;
	return text_equal(document->kind, kind);
}

/* Those of awards more often than others. */
static const struct document *open_note(struct draw *draw)
{
	const char *kind = ANY(draw, "plan", "release-order", "");
	const struct document *document = kind[0] != '\0' ?
		draw_row(draw, TABLE_DOCUMENT, is_of_kind, kind) : NULL;
	return document != NULL ? document : draw_row(draw, TABLE_DOCUMENT, NULL, NULL);
}

/* added: behind the note's own text */
static void begin_signing(struct draw *draw, const struct document *document, const char *added)
{
	draw->actor = draw_one_of(draw, draw_people, draw_chance(draw, 90) ? 8 : DRAW_PEOPLE);
	buffer_printf(&draw->line, "document=%s text='%s%s' signatures=[",
		draw_key(document, "N-2024-0001"), document != NULL ? document->text : "", added);
}

void draw_sign(struct draw *draw)
{
	static const char *const officers[] = { "ola", "oma", "otto", "ola", "oma", "otto", "ola",
		"oma", "otto", "ola", "oma", "otto", "p1", "p2", "kim" };
	begin_signing(draw, open_note(draw), draw_chance(draw, 97) ? "" : "x");
	add_signature(draw, ONE_OF(draw, officers));
	if (draw_chance(draw, 40)) {
		buffer_append_text(&draw->line, "; ");
		add_signature(draw, ONE_OF(draw, officers));
	}
	buffer_append_text(&draw->line, "]");
}

static void sign_whole(struct draw *draw, const struct document *document)
{
	/* and a counter, whose own sheet no officer signs */
	static const char *const officers[] = { "ola", "oma", "otto", "p1", "p2", "p3", "kim", "kurt",
		"asa", "bo", "aud" };
	int64_t left = document != NULL ? document->need - (int64_t)document->signatures.count : 1;
	begin_signing(draw, document, "");
	for (size_t i = 0, signers = 0; i < sizeof officers / sizeof *officers; i++) {
		const struct person *person = state_find(draw->state, TABLE_PERSON, officers[i]);
		if (left == 0 || person == NULL || document == NULL ||
		    !document_waits_for(draw->state, document, person))
			continue;
		buffer_append_text(&draw->line, signers++ > 0 ? "; " : "");
		add_signature(draw, officers[i]);
		left--;
	}
	buffer_append_text(&draw->line, "]");
}

void draw_sign_whole(struct draw *draw)
{
	sign_whole(draw, open_note(draw));
}

static bool is_of_count(const void *row, const void *context)
{
	const struct document *document = row;
	(void)context;
	return text_equal(document->kind, "count-sheet") || text_equal(document->kind, "adjustment");
}

void draw_sign_count(struct draw *draw)
{
	sign_whole(draw, draw_row(draw, TABLE_DOCUMENT, is_of_count, NULL));
}

void draw_reject(struct draw *draw)
{
	draw->actor = ANY(draw, "oma", "ola", "kim");
	buffer_printf(&draw->line, "document=%s because=no", draw_key(open_note(draw), "N-2024-0001"));
}

void draw_finding(struct draw *draw)
{
	draw->actor = ONE_OF(draw, draw_people);
	buffer_append_text(&draw->line,
		"check=count severity=warning message='quotes \" and \\ and é'");
}

/* ---- persons ---- */

void draw_enrol(struct draw *draw)
{
	long long person = draw_number(draw, 1, 3), key = draw_number(draw, 0, 0xfffff);
	draw->actor = "ola";
	if (draw_chance(draw, 40))
		buffer_printf(&draw->line, "because=x code=d1 duties=delegate member=ITA name=D "
			"verifier_key=" DRAW_ORIGIN "/d1+%08llx+%08llx", key, key);
	else
		buffer_printf(&draw->line, "because=x code=p%lld duties=officer,keeper name=P "
			"verifier_key=" DRAW_ORIGIN "/p%lld+%08llx+%08llx", person, person, key, key);
}

void draw_revoke(struct draw *draw)
{
	draw->actor = "ola";
	buffer_printf(&draw->line, "because=x code=%s", ANY(draw, "p1", "p2", "p3", "d1"));
}

void draw_replace(struct draw *draw)
{
	const char *person = ONE_OF(draw, draw_people);
	draw->actor = ONE_OF(draw, draw_people);
	long long key = draw_number(draw, 0, 0xfffff);
	buffer_printf(&draw->line, "because=lost code=%s verifier_key=" DRAW_ORIGIN
		"/%s+%08llx+%08llx", person, person, key, key);
}
