/* Persons as they are named at the moment of the report, revoked ones too. */
#include "view/report_signed.h"

#include "reserve/document.h"
#include "reserve/person.h"

const char *report_signers(const struct report *report, const char *note)
{
	const struct document *document = report_row_of(report, TABLE_DOCUMENT, note);
	const struct document_signature *signatures = document != NULL ? document->signatures.items : NULL;
	const char *words = "";
	for (uint32_t i = 0; document != NULL && i < document->signatures.count; i++) {
		const struct person *person = report_row_of(report, TABLE_PERSON, signatures[i].person);
		words = arena_printf(report->view->arena, "%s%s%s%s%s%s", words, i > 0 ? ", " : "",
			person != NULL ? person->name : "", person != NULL ? " (" : "", signatures[i].person,
			person != NULL ? ")" : "");
	}
	return words;
}
