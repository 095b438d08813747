# Completion of vaultctl for bash. All knowledge is in vaultctl: nouns, verbs and options come from
# its grammar, ids from the running vaultd. What it does not know falls back to file names.
_vaultctl()
{
	local line
	COMPREPLY=()
	while IFS= read -r line; do
		COMPREPLY+=("$line")
	done < <(vaultctl completion --words "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
	if [[ ${#COMPREPLY[@]} -eq 0 ]]; then
		compopt -o default
	fi
}
complete -F _vaultctl vaultctl
