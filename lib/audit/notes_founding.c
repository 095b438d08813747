/* Entry 0 says nothing but its note, which everyone it names has signed; its witnesses follow at once. */
#include "audit/notes_private.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "ledger/note.h"
#include "reserve/person.h"

static bool same_founder(const struct founding_person *a, const struct founding_person *b)
{
	return text_equal(a->code, b->code) && text_equal(a->verifier_key, b->verifier_key)
		&& text_equal(a->name, b->name) && a->duties == b->duties;
}

/* The body says nothing but what the note says, which is what persons signed. */
static bool same_founding(const struct founding *founding, const struct parsed_entry *entry)
{
	const struct field *field = descriptor_field(entry->body_descriptor, "persons");
	assert(field != NULL);
	const struct list *persons =
		(const struct list *)(const void *)((const char *)entry->body + field->offset);
	const struct founding_person *said = founding->persons.items, *kept = persons->items;
	bool same = persons->count == founding->persons.count
		&& text_equal(check_text(entry, "origin"), founding->origin)
		&& text_equal(check_text(entry, "log_key"), founding->log_key)
		&& text_equal(check_text(entry, "order_key"), founding->order_key)
		&& (check_number(entry, "demonstration") == 1) == founding->demonstration
		&& check_number(entry, "floor_notice_days") == founding->floor_notice_days
		&& check_number(entry, "order_lapse_days") == founding->order_lapse_days;
	for (uint32_t i = 0; same && i < persons->count; i++)
		same = same_founder(&said[i], &kept[i]);
	return same;
}

static void check_founders(struct notes *notes, const struct founding *founding,
	const struct note *note)
{
	const struct founding_person *persons = founding->persons.items;
	for (uint32_t i = 0; i < founding->persons.count; i++) {
		struct verifier_key key;
		struct error error = { 0 };
		if (!notes_enrol(notes, persons[i].code, persons[i].duties, "", persons[i].verifier_key) ||
		    !verifier_key_parse(persons[i].verifier_key, &key, &error))
			continue;
		if (note_verify(note, &key))
			notes->signatures++;
		else
			notes_wrong(notes, &check_founding, persons[i].code,
				"the founding note bears no good signature of %s", persons[i].code);
	}
}

bool notes_take_founding(struct notes *notes, const struct parsed_entry *entry)
{
	struct note note;
	struct founding founding;
	struct error error = { 0 };
	const char *bytes = check_text(entry, "note");
	if (entry->sequence != 0)
		return notes_wrong(notes, &check_founding, "founding", "a reserve is founded by entry 0 alone");
	if (!note_parse(bytes, strlen(bytes), &note, &error))
		return notes_wrong(notes, &check_founding, "founding", "%s", error.message);
	struct arena *arena = arena_new(0);
	bool good = founding_read(arena_text(arena, note.text, note.text_length), arena, &founding,
		&error) || notes_wrong(notes, &check_founding, "founding", "%s", error.message);
	if (good) {
		if (!same_founding(&founding, entry))
			notes_wrong(notes, &check_founding, "founding",
				"the entry says other things than the note that founded the reserve");
		text_copy(notes->origin, sizeof notes->origin, founding.origin);
		struct note_item *item = items_take(&notes->documents, founding.origin, sizeof *item);
		item->need = founding.persons.count;
		check_founders(notes, &founding, &note);
		notes->witness_count = founding.witnesses.count;
		if (notes->witness_count > 0)
			memcpy(notes->witnesses, founding.witnesses.items,
				founding.witnesses.count * sizeof *notes->witnesses);
	}
	arena_free(arena);
	return good;
}

bool notes_take_witness(struct notes *notes, const struct parsed_entry *entry)
{
	const char *code = check_text(entry, "code");
	bool placed = entry->sequence >= 1 && entry->sequence <= notes->witness_count;
	const struct founding_witness *named = !placed ? NULL :
		&notes->witnesses[entry->sequence - 1];
	if (named == NULL || !text_equal(named->code, code) ||
	    !text_equal(named->verifier_key, check_text(entry, "verifier_key")) ||
	    !text_equal(named->member, check_text(entry, "member")) ||
	    !text_equal(named->name, check_text(entry, "name")))
		return notes_wrong(notes, &check_founding, code,
			"the founding note does not name the witness %s so, in this place", code);
	return notes_enrol(notes, code, DUTY_WITNESS, named->member, named->verifier_key);
}

void notes_check_after_founding(struct notes *notes, const struct parsed_entry *entry)
{
	if (entry->sequence > 0 && entry->sequence <= notes->witness_count &&
	    !text_equal(entry->kind, "witness.named"))
		notes_wrong(notes, &check_founding, "founding", "the founding note names a witness whose entry is "
			"not in its place");
}
