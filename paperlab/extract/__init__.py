"""An e-print in, everything that can be read out of it out: offline, deterministic, never failing."""
