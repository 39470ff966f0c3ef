"""The sixteen faults of a provider, and what is right to do about each, as the provider and the caller see it."""
