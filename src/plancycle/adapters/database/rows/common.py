"""What every table shares: times in UTC as ISO text, so that they sort and read alike on every database."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Dialect, MetaData, String, TypeDecorator

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


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
        return None if value is None else datetime.fromisoformat(value).astimezone(ZONE)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)
