"""Use cases: one file each, one transaction each, through the ports they need."""
