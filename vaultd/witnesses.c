/* Few checkpoints with few cosignatures each: walks of arrays, no index. */
#include "vaultd/witnesses.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "reserve/founding.h"
#include "reserve/person.h"

/* When a witness was last heard of, also where that checkpoint has made room for newer ones. */
struct heard {
	char witness[CODE_MAX];
	int64_t at, size;
};

struct witnesses {
	struct cosigned kept[COSIGNED_KEPT];
	size_t count;
	struct heard heard[WITNESSES_MAX * 4]; /* revoked ones too */
	size_t heard_count;
	struct kept_checkpoint round;          /* put to witnesses; size 0: none */
};

struct witnesses *witnesses_new(void)
{
	struct witnesses *witnesses = calloc(1, sizeof *witnesses);
	if (witnesses == NULL)
		abort();
	return witnesses;
}

void witnesses_free(struct witnesses *witnesses)
{
	free(witnesses);
}

/* ---- keeping ---- */

static void hear(struct witnesses *witnesses, const struct cosignature *cosignature, int64_t size)
{
	struct heard *heard = witnesses->heard, *end = heard + witnesses->heard_count;
	while (heard < end && !text_equal(heard->witness, cosignature->witness))
		heard++;
	if (heard == end) {
		if (witnesses->heard_count == sizeof witnesses->heard / sizeof *witnesses->heard)
			return;
		witnesses->heard_count++;
		text_copy(heard->witness, sizeof heard->witness, cosignature->witness);
	} else if (heard->at > cosignature->at) {
		return;
	}
	heard->at = cosignature->at;
	heard->size = size;
}

/* The place of that size: one that is kept, a free one, or the smallest's, where it is larger. */
static struct cosigned *place_of(struct witnesses *witnesses, const struct kept_checkpoint *checkpoint)
{
	struct cosigned *smallest = NULL;
	for (size_t i = 0; i < witnesses->count; i++) {
		struct cosigned *kept = &witnesses->kept[i];
		if (kept->checkpoint.size == checkpoint->size)
			return kept;
		if (smallest == NULL || kept->checkpoint.size < smallest->checkpoint.size)
			smallest = kept;
	}
	if (witnesses->count < COSIGNED_KEPT)
		smallest = &witnesses->kept[witnesses->count++];
	else if (smallest->checkpoint.size > checkpoint->size)
		return NULL;
	smallest->checkpoint = *checkpoint;
	smallest->count = 0;
	return smallest;
}

void witnesses_add(struct witnesses *witnesses, const struct kept_checkpoint *checkpoint,
	const struct cosignature *cosignature)
{
	struct cosigned *cosigned = place_of(witnesses, checkpoint);
	hear(witnesses, cosignature, checkpoint->size);
	if (cosigned == NULL)
		return;
	struct cosignature *at = cosigned->cosignatures, *end = at + cosigned->count;
	while (at < end && !(text_equal(at->witness, cosignature->witness) &&
	    text_equal(at->key_id, cosignature->key_id)))
		at++;
	if (at == end && cosigned->count == WITNESSES_MAX)
		return;
	if (at == end)
		cosigned->count++;
	else if (at->at > cosignature->at)
		return;
	*at = *cosignature;
}

/* ---- asking ---- */

static bool enrolled(const struct state *state, const struct cosignature *cosignature)
{
	const struct person *person = person_find(state, cosignature->witness);
	return person != NULL && (person->duties & DUTY_WITNESS) != 0 &&
		person_key(state, cosignature->witness, cosignature->key_id) != NULL;
}

const struct cosigned *witnesses_newest(const struct witnesses *witnesses,
	const struct state *state, int64_t quorum)
{
	const struct cosigned *newest = NULL;
	for (size_t i = 0; i < witnesses->count; i++) {
		const struct cosigned *kept = &witnesses->kept[i];
		int64_t count = 0;
		for (size_t j = 0; j < kept->count; j++)
			count += enrolled(state, &kept->cosignatures[j]) ? 1 : 0;
		if (count >= quorum &&
		    (newest == NULL || kept->checkpoint.size > newest->checkpoint.size))
			newest = kept;
	}
	return newest;
}

const struct cosigned *witnesses_of_size(const struct witnesses *witnesses, int64_t size)
{
	for (size_t i = 0; i < witnesses->count; i++) {
		if (witnesses->kept[i].checkpoint.size == size)
			return &witnesses->kept[i];
	}
	return NULL;
}

bool witnesses_has(const struct cosigned *cosigned, const char *witness, int64_t since)
{
	for (size_t i = 0; cosigned != NULL && i < cosigned->count; i++) {
		if (text_equal(cosigned->cosignatures[i].witness, witness) &&
		    cosigned->cosignatures[i].at >= since)
			return true;
	}
	return false;
}

static bool is_witness(const struct person *person)
{
	return person->state == PERSON_ENROLLED && (person->duties & DUTY_WITNESS) != 0;
}

static bool all_have(const struct witnesses *witnesses, const struct state *state, int64_t size)
{
	const struct cosigned *cosigned = witnesses_of_size(witnesses, size);
	const struct person *person = NULL;
	while ((person = state_next(state, TABLE_PERSON, person)) != NULL) {
		if (is_witness(person) && !witnesses_has(cosigned, person->code, INT64_MIN))
			return false;
	}
	return true;
}

/* Whether the round is over; after a start it is the newest that anybody cosigned. */
static bool round_over(struct witnesses *witnesses, const struct state *state, int64_t now)
{
	const struct cosigned *begun = witnesses_newest(witnesses, state, 1);
	if (witnesses->round.size == 0 && begun != NULL)
		witnesses->round = begun->checkpoint;
	return witnesses->round.size == 0 || now - witnesses->round.at > COSIGN_ROUND_MS ||
		all_have(witnesses, state, witnesses->round.size);
}

const struct kept_checkpoint *witnesses_ask(struct witnesses *witnesses, const struct state *state,
	const struct kept_checkpoint *newest, const char *witness, int64_t passed_size, int64_t now)
{
	if (round_over(witnesses, state, now))
		witnesses->round = *newest;
	const struct kept_checkpoint *round = &witnesses->round;
	bool has = witnesses_has(witnesses_of_size(witnesses, round->size), witness, INT64_MIN);
	return has || round->size < passed_size ? newest : round;
}

void witnesses_stand(const struct witnesses *witnesses, const struct state *state, int64_t now,
	struct witnesses_standing *ret_standing)
{
	struct witnesses_standing standing = { .at = 0 };
	for (size_t i = 0; i < witnesses->heard_count; i++) {
		const struct heard *heard = &witnesses->heard[i];
		const struct person *person = person_find(state, heard->witness);
		if (person == NULL || !is_witness(person))
			continue;
		standing.lately += now - heard->at <= WITNESS_LATELY_MS ? 1 : 0;
		if (heard->at > standing.at) {
			standing.at = heard->at;
			standing.size = heard->size;
		}
	}
	standing.enrolled = person_count(state, DUTY_WITNESS);
	*ret_standing = standing;
}

static void append_line(struct buffer *out, const struct cosignature *cosignature,
	const char *origin)
{
	const char *const parts[] = { origin, "/", cosignature->witness };
	char name[KEY_NAME_MAX];
	uint8_t id[4];
	if (text_join(name, sizeof name, parts, 3) && text_to_hex(cosignature->key_id, id, 4) &&
	    verifier_key_name_fits(name))
		note_signature_append(out, name, (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 |
			(uint32_t)id[2] << 8 | id[3], cosignature->bytes, sizeof cosignature->bytes);
}

void cosignature_compose(struct buffer *out, const char *note, const struct cosignature *cosignature,
	const char *origin)
{
	buffer_append_text(out, note);
	append_line(out, cosignature, origin);
}

void witnesses_compose(struct buffer *out, const struct kept_checkpoint *checkpoint,
	const struct cosigned *cosigned, const char *origin)
{
	buffer_append_text(out, checkpoint->note);
	for (size_t i = 0; cosigned != NULL && i < cosigned->count; i++)
		append_line(out, &cosigned->cosignatures[i], origin);
}

bool witnesses_verify(const struct state *state, const struct kept_checkpoint *checkpoint,
	const struct cosignature *cosignature)
{
	const char *const parts[] = { cosignature->witness, ".", cosignature->key_id };
	char id[CODE_MAX + 16];
	struct verifier_key verifier;
	struct note note;
	struct buffer bytes = { 0 };
	struct error error = { 0 };
	const struct key *key = text_join(id, sizeof id, parts, 3) ? state_find(state, TABLE_KEY, id) : NULL;
	cosignature_compose(&bytes, checkpoint->note, cosignature, state_reserve(state)->origin);
	bool good = key != NULL && verifier_key_parse(key->verifier_key, &verifier, &error) &&
		verifier.type == KEY_COSIGNATURE && note_parse(bytes.bytes, bytes.length, &note, &error) &&
		note_verify(&note, &verifier);
	buffer_free(&bytes);
	return good;
}
