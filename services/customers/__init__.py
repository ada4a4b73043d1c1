"""People: who they are, their language, consent, addresses and where their chat stands."""
