"""Telling agencies' own systems: which addresses may be reached, how bytes get there, how they are signed."""
