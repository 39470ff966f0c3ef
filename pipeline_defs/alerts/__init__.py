"""Alerts as Dagster's own sensors: what its event log says becomes messages, each failure once, each recovery once."""
