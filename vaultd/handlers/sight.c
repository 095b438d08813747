/* A person counts as outside whose duties are those of a delegate or a witness alone. */
#include "vaultd/handlers/sight.h"

#include <string.h>

#include "base/text.h"
#include "reserve/emergency/request.h"
#include "reserve/emergency/request_note.h"
#include "reserve/person.h"
#include "reserve/zone/member.h"
#include "vaultd/peers.h"
#include "wire/message.h"
#include "wire/value.h"

enum { OUTSIDE = DUTY_DELEGATE | DUTY_WITNESS };

static bool is_outside(const struct person *person)
{
	return (person->duties & ~(uint32_t)OUTSIDE) == 0;
}

/* Whether the connection may act for delegates and witnesses alone; before the founding nobody is one. */
static bool peer_is_outside(struct vaultd *vaultd, struct session *session)
{
	const struct state *state = sequencer_state(vaultd->sequencer);
	const struct config_user *user = peer_user(vaultd, session);
	bool any = false;
	if (user == NULL || user->any_person)
		return false;
	for (size_t i = 0; i < user->person_count; i++) {
		const struct person *person = person_find(state, user->persons[i]);
		if (person != NULL && !is_outside(person))
			return false;
		any = any || person != NULL;
	}
	return any;
}

enum view_sight sight_of(struct vaultd *vaultd, struct session *session, const struct person *actor)
{
	bool outside = peer_is_outside(vaultd, session) || (actor != NULL && is_outside(actor));
	return outside ? vaultd->config->delegates_see : VIEW_SIGHT_ALL;
}

/* Reads that tell nothing of how much there is, without the interface's common prefix. */
static const char *const told[] = {
	"Evidence.WhoAmI", "Evidence.Report", "Evidence.Keys", "Evidence.GetCheckpoint",
	"Evidence.Prove", "Evidence.ProveConsistency", "Evidence.Cosign", "Evidence.CheckSetup",
	"Stock.ListMinerals",
	"Zone.ListMembers", "Zone.ListMemberSteps", "Zone.GetMember",
	"Zone.ListPrices", "Zone.GetPrice", "Zone.RecomputePrice",
	"Zone.ListObservations", "Zone.GetObservation", "Zone.ListHsCodes", "Zone.ListTariffs",
	"Zone.Assess", "Zone.AssessList", "Zone.CheckSale", "Zone.Backtest", "Zone.ListProduction",
};

static bool is_told(const char *room, const char *method)
{
	size_t length = strlen(room);
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		if (strncmp(told[i], room, length) == 0 && told[i][length] == '.' &&
		    text_equal(told[i] + length + 1, method))
			return true;
	}
	return false;
}

/* Requests of the member for whom the only person of the connection speaks, while they live. */
static bool is_own(struct asked *asked, const char *method)
{
	const struct state *state = sequencer_state(asked->vaultd->sequencer);
	const struct person *actor = NULL;
	struct error nobody = { 0 };
	if (!peer_actor(asked->vaultd, asked->session, value_get_text(asked->parameters, "as", ""),
	    &actor, &nobody) || actor == NULL || actor->member[0] == '\0')
		return false;
	if (text_equal(method, "ListRequests"))
		return text_equal(value_get_text(asked->parameters, "member", ""), actor->member);
	bool by_id = text_equal(method, "GetRequest"), why = text_equal(method, "Why");
	const struct request *request = by_id || why ? state_find(state, TABLE_REQUEST,
		value_get_text(asked->parameters, by_id ? "id" : "request", "")) : NULL;
	return request != NULL && text_equal(request->member->code, actor->member);
}

bool sight_allows(struct asked *asked, const struct method *method, struct error *error)
{
	if (asked->vaultd->config->delegates_see == VIEW_SIGHT_ALL ||
	    !peer_is_outside(asked->vaultd, asked->session) ||
	    !text_starts(method->interface, VAULT_ERROR_PREFIX))
		return true;
	const char *room = method->interface + strlen(VAULT_ERROR_PREFIX);
	const char *name = method->name;
	if (text_equal(name, "AsOf")) {
		const char *inner = value_get_text(asked->parameters, "method", "");
		inner = text_starts(inner, VAULT_ERROR_PREFIX) ? inner + strlen(VAULT_ERROR_PREFIX) : inner;
		if (text_equal(inner, "Evidence.Report"))
			return true;
	} else if (is_told(room, name) || (text_equal(room, "Emergency") && is_own(asked, name))) {
		return true;
	}
	error_set(error, ERROR_DENIED, "", "%s tells how much there is, and that is for the reserve's own "
		"people", name);
	return error_remedy(error, "vaultctl report position; vaultctl request --member YOURS");
}

bool sight_allows_trial(struct asked *asked, const struct command_type *command, struct error *error)
{
	if ((command != &command_request_submit && command != &command_request_bring) ||
	    sight_of(asked->vaultd, asked->session, asked->actor) == VIEW_SIGHT_ALL)
		return true;
	error_set(error, ERROR_DENIED, "dry_run", "a request that is only tried tells how much there is, and "
		"that is for the reserve's own people");
	return error_remedy(error, "ask without it; what is asked is recorded, and --partial takes what there is");
}
