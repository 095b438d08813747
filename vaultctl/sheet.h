/* Sheets of the tariff room as people read them: an import assessed, a sale checked. */
#ifndef VAULTCTL_SHEET_H
#define VAULTCTL_SHEET_H

#include "base/buffer.h"
#include "wire/value.h"

/* An Assessed or a SaleSheet; appended, or printed. */
void sheet_append(const struct value *sheet, struct buffer *to);
void sheet_print(const struct value *sheet);

#endif
