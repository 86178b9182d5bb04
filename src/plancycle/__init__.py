"""plancycle: recurring government reporting cycles, run as Prefect flows."""

__version__ = "0.1.0"
