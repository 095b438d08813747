/* Witnesses: their enrolment with a key of the right kind or not, and checkpoints that one disputes. */
#include "draw.h"

/* Thirty-four characters of a key's base64 behind its type: with eight digits, 33 bytes. */
#define KEY_REST "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

void draw_enrol_witness(struct draw *draw)
{
	long long witness = draw_number(draw, 1, 2), key = draw_number(draw, 0, 0xfffff);
	draw->actor = "ola";
	buffer_printf(&draw->line, "because=x code=w%lld duties=%s member=%s name=W verifier_key="
		DRAW_ORIGIN "/w%lld+%08llx+%s" KEY_REST "%08llx", witness,
		draw_chance(draw, 90) ? "witness" : "witness,officer",
		draw_chance(draw, 90) ? "ITA" : "XXX", witness, key,
		draw_chance(draw, 90) ? "BA" : "AQ", key);
}

void draw_revoke_witness(struct draw *draw)
{
	draw->actor = "ola";
	buffer_printf(&draw->line, "because=x code=%s", ANY(draw, "w1", "w2"));
}

void draw_dispute(struct draw *draw)
{
	draw->actor = "founders"; /* vaultd itself */
	buffer_printf(&draw->line, "note='a checkpoint' root=%064llx size=%lld witness=w1",
		(unsigned long long)draw_number(draw, 1, 3), (long long)draw_number(draw, 1, 3));
}
