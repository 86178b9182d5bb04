"""The only reader of the environment: every setting is ``PLANCYCLE_<NAME>``, described here and nowhere else."""

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from plancycle.domain.errors import DataProblem

CHECKOUT = Path(__file__).parents[2]


class Settings(BaseSettings):
    """How this installation is set up."""

    model_config = SettingsConfigDict(env_prefix="PLANCYCLE_", extra="ignore", frozen=True)

    data: Path = Field(
        default=Path("plancycle-data"), description="Folder for everything that is kept: ledger, files, mail."
    )
    database_url: str = Field(default="", description="SQLAlchemy URL of the ledger; empty: SQLite in the data folder.")
    programmes: Path | None = Field(
        default=None,
        description="Folder of programme folders; default: `programmes` in the data folder, else the shipped one.",
    )
    programme: str = Field(default="tn-nq94", description="Id of the programme this installation runs.")
    base_url: str = Field(
        default="http://127.0.0.1:8600", description="Address of the portal, as mailed links spell it."
    )
    mail_url: str = Field(
        default="folder:", description="`folder:` (the mail folder of the data folder) or `smtp://host:port`."
    )
    mail_from: str = Field(default="bao-cao@plancycle.invalid", description="Sender address of every letter.")
    gateway_url: str = Field(default="", description="Address of the HTTP gateway for addressees with channel `http`.")
    prefect_api_url: str = Field(
        default="",
        description="Prefect API (`http://…/api`) that the portal tells of approvals; empty: the sweep sends them.",
    )
    secret_key: str = Field(
        default="", description="Key of seals and mailed links; empty: made once, kept in the data folder."
    )

    @property
    def ledger_url(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{(self.data / 'plancycle.db').resolve()}"

    @property
    def programmes_dir(self) -> Path:
        """The programmes folder in force."""
        if self.programmes is not None:
            return self.programmes
        own = self.data / "programmes"
        return own if own.is_dir() else CHECKOUT / "programmes"


def load_settings() -> Settings:
    """Read the environment. Raises DataProblem naming every wrong variable and how to mend it."""
    try:
        return Settings()
    except ValidationError as broken:
        wrong = "; ".join(f"PLANCYCLE_{str(e['loc'][0]).upper()}: {e['msg']}" for e in broken.errors())
        raise DataProblem("settings.wrong", wrong=wrong) from broken
