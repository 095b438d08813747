/* What persons signed, as checks of an audit: one pass of notes.h looks for the faults of all four. */
#include <stdlib.h>

#include "audit/notes.h"

struct notes_check {
	struct notes *notes;
	const struct check_run *run;
	int64_t index;
};

static void tell(void *context, const struct check *check, const char *subject, const char *message)
{
	struct notes_check *own = context;
	check_report_as(own->run, check, &(struct check_finding){ .subject = subject,
		.index = own->index, .message = message });
}

static void *begin(const struct check_run *run)
{
	struct notes_check *own = calloc(1, sizeof *own);
	if (own == NULL)
		abort();
	own->notes = notes_new(tell, own);
	own->run = run;
	return own;
}

static void before(const struct check_run *run, const struct parsed_entry *entry)
{
	struct notes_check *own = run->own;
	own->run = run;
	own->index = entry->sequence;
	notes_entry(own->notes, entry);
}

static void end_of(void *data)
{
	struct notes_check *own = data;
	notes_free(own->notes);
	free(own);
}

const struct check check_signatures = {
	.id = "signatures",
	.title = "signatures that do not hold, or by who might not sign",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "each signature in the ledger against the text that was prepared, the key enrolled for "
		"its person at that index, and that person's duties; requests against their delegates' notes",
	.remedy = "treat the note as unsigned: stop what it let go, and have two officers look at the key "
		"named (person revoke)",
	.before = before, .begin = begin, .free = end_of, .entries_only = true,
};

const struct check check_founding = {
	.id = "founding",
	.title = "a founding that not every person named has signed",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "entry 0 against its note and each founder's signature",
	.remedy = "this is not the reserve that was founded, or not by them: compare the hash of entry 0 with "
		"the one that auditors pinned",
	.via = &check_signatures, .entries_only = true,
};

const struct check check_two_signatures = {
	.id = "two-signatures",
	.title = "took effect without its two signatures",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "each release, plan, price, rule, person and other effect of a note against the signatures "
		"that the note had at that index",
	.source = "GAO-05-729T and GAO-06-981T: released because controls broke at each step",
	.remedy = "stop what took effect, by a hold or a rejection, and find out who wrote the entry",
	.via = &check_signatures, .entries_only = true,
};

const struct check check_signer_asked = {
	.id = "signer-asked",
	.title = "signed by who asked for it",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "the signers of each note against who asked for what it lets go, plans and orders included",
	.source = "GAO-05-729T: signer and requester were one",
	.remedy = "have another officer look at the release and sign it anew, or cancel it",
	.via = &check_signatures, .entries_only = true,
};
