"""How each way to pay is set up: a file for each provider with its settings and how it is put together."""
