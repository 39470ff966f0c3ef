"""The virtual environment that `make` builds: what it may stand on, how it is filled, how it is known to be whole."""
