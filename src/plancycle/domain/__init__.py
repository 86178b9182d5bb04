"""The rules of the field: frozen values, tables and pure functions. Time is always an argument."""
