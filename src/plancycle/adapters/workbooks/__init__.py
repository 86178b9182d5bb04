"""Spreadsheet files: written, read in a limited child process, marked where they are wrong."""
