"""The outside: one file a thing. Each keeps a promise of :mod:`plancycle.services.ports`."""
