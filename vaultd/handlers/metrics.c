/* Prometheus' text exposition format 0.0.4, of the reserve and of this daemon. */
#include <stdio.h>
#include <string.h>

#include "reserve/finding.h"
#include "reserve/founding.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/material.h"
#include "vaultd/handlers/handler.h"
#include "vaultd/witnesses.h"
#include "wire/message.h"

bool evidence_metrics(struct asked *asked, struct buffer *out, struct error *error)
{
	struct buffer text = { 0 };
	struct json json;
	(void)asked;
	(void)error;
	reply_begin(&json, out);
	json_key(&json, "text");
	json_text(&json, buffer_text(&text));
	reply_end(&json, false);
	buffer_free(&text);
	return true;
}
