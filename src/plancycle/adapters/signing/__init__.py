"""Electronic signatures on PDF files (PAdES): made here with a key, or made elsewhere and verified."""
