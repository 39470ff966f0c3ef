"""What is made, one asset a file."""

import warnings

import dagster as dg

# Partitioned checks and backfill policies are previews in this release: our decision, not the user's problem.
warnings.filterwarnings("ignore", category=dg.PreviewWarning)
warnings.filterwarnings("ignore", category=dg.BetaWarning)
