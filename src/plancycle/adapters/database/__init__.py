"""The ledger: tables, the only queries, transactions and migrations."""
