"""What every table shares: times in UTC as ISO text, so that they sort and read alike on every database."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import Dialect, MetaData, String, TypeDecorator

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@lru_cache(4096)
def _read(text: str) -> datetime:
    """What is written in one go has the same moment a thousand times."""
    return datetime.fromisoformat(text).astimezone(ZONE)


class Instant(TypeDecorator[datetime]):
    """An aware datetime; written in UTC, read in Vietnam time. Refuses naive ones."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """To UTC text."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Back to Vietnam time."""
        return None if value is None else _read(value)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)
