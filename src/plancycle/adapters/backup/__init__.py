"""Backups: a snapshot of the ledger, archives that are encrypted with age, and putting both back."""
