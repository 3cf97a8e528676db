{{ current_of('party_version') }}
