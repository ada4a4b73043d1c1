"""Money that comes and goes: attempts, events, the ledger, refunds, and the providers behind one port."""
