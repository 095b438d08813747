/* The Unix user is looked up once a session; its line again after a reload. */
#include "vaultd/peers.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

enum { GROUPS_MAX = 256 };

struct peer_data {
	unsigned generation; /* of the configuration that user belongs to; 0: not looked up */
	const struct config_user *user;
	char name[NAME_MAX_BYTES];
};

static struct peer_data *data_of(struct session *session)
{
	struct peer_data *data = session_data(session);
	if (data != NULL)
		return data;
	data = calloc(1, sizeof *data);
	if (data == NULL)
		abort();
	const struct peer *peer = session_peer(session);
	const struct passwd *entry = getpwuid(peer->uid);
	if (entry == NULL || !text_copy(data->name, sizeof data->name, entry->pw_name))
		snprintf(data->name, sizeof data->name, "%u", (unsigned)peer->uid);
	session_set_data(session, data);
	return data;
}

const char *peer_name(struct session *session)
{
	return data_of(session)->name;
}

const struct config_user *peer_user(struct vaultd *vaultd, struct session *session)
{
	struct peer_data *data = data_of(session);
	if (data->generation == vaultd->config_generation)
		return data->user;
	gid_t groups[GROUPS_MAX];
	int count = GROUPS_MAX;
	const struct peer *peer = session_peer(session);
	if (getgrouplist(data->name, peer->gid, groups, &count) < 0) {
		groups[0] = peer->gid;
		count = 1;
	}
	data->user = config_user_for(vaultd->config, peer->uid, groups, (size_t)count);
	data->generation = vaultd->config_generation;
	return data->user;
}

void peer_closed(void *context, struct session *session)
{
	(void)context;
	free(session_data(session));
	session_set_data(session, NULL);
}

/* The only enrolled person that a line allows, where there is just one. */
static const struct person *only_person(const struct state *state, const struct config_user *user)
{
	const struct person *only = NULL, *person = NULL;
	while ((person = state_next(state, TABLE_PERSON, person)) != NULL) {
		if (person->state != PERSON_ENROLLED || !config_user_acts_for(user, person->code))
			continue;
		if (only != NULL)
			return NULL;
		only = person;
	}
	return only;
}

bool peer_actor(struct vaultd *vaultd, struct session *session, const char *as,
	const struct person **ret_actor, struct error *error)
{
	const struct state *state = sequencer_state(vaultd->sequencer);
	const struct config_user *user = peer_user(vaultd, session);
	*ret_actor = NULL;
	if (user == NULL)
		return error_set(error, ERROR_DENIED, "", "Unix user %s has no line in vaultd.conf",
			peer_name(session));
	if (state_reserve(state) == NULL)
		return true;
	if (as[0] != '\0') {
		const struct person *person = person_find(state, as);
		if (!config_user_acts_for(user, as))
			return error_set(error, ERROR_DENIED, "as", "Unix user %s may not act for %s",
				peer_name(session), as);
		if (person == NULL)
			return error_set(error, ERROR_DENIED, "as", "%s is not an enrolled person", as);
		*ret_actor = person;
		return true;
	}
	*ret_actor = only_person(state, user);
	if (*ret_actor != NULL)
		return true;
	error_set(error, ERROR_DENIED, "as", "Unix user %s acts for %s", peer_name(session),
		user->any_person || user->person_count > 1 ? "several persons" : "nobody who is enrolled");
	return error_remedy(error, "say which one with --as CODE");
}
