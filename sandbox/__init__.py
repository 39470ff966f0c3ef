"""A local server of the providers' wire formats: it answers by rules and is no language model."""
