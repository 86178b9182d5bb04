"""``signing.yaml``: which signatures this installation's reports carry, and where the keys are.

Passwords and PINs never stand in it: it names the variable of the environment, or the file, that holds them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from plancycle.adapters.signing.keys import KeyFile, Token
from plancycle.domain.errors import DataProblem
from plancycle.domain.signatures import SignerRole

SEAL_MM = 36.0
"""Usual diameter of a state body's seal, in millimetres, where none is given."""


class SignerEntry(BaseModel):
    """One signature: a key file (``file``), a token (``library``, ``token``, ``certificate``), or made elsewhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: SignerRole
    signer: str = ""
    """Name on the certificate, or its SHA-256, where that is not the name in the document."""
    elsewhere: bool = False
    file: Path | None = None
    library: Path | None = None
    token: str = ""
    certificate: str = ""
    secret_env: str = Field(default="", pattern=r"^([A-Z][A-Z0-9_]*)?$")
    secret_file: Path | None = None
    image: Path | None = None
    diameter: float = SEAL_MM

    @model_validator(mode="after")
    def _one_place(self) -> "SignerEntry":
        places = [self.elsewhere, self.file is not None, self.library is not None]
        if sum(places) != 1:
            raise ValueError("elsewhere | file | library")
        return self


class SigningFile(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    signers: tuple[SignerEntry, ...] = ()
    trusted: tuple[Path, ...] = ()
    timestamp: str = Field(default="", pattern=r"^(https?://.+)?$")


def read_setup(path: Path) -> SigningFile:
    """The file's content; nothing at all when there is no such file. Raises DataProblem naming the place."""
    if not path.exists():
        return SigningFile()
    try:
        data: Any = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return SigningFile.model_validate(data)
    except yaml.YAMLError as broken:
        raise DataProblem("signature.settings_wrong", file=path.name, place="–", problem=str(broken)) from broken
    except ValidationError as broken:
        first = broken.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "–"
        raise DataProblem("signature.settings_wrong", file=path.name, place=place, problem=first["msg"]) from broken


def key_of(entry: SignerEntry, folder: Path, secret_named: Callable[[str], str]) -> KeyFile | Token:
    """Where the key of an entry is; paths are relative to the file's folder."""
    secret = secret_named(entry.secret_env) if entry.secret_env else ""
    if entry.secret_file is not None:
        secret = (folder / entry.secret_file).read_text(encoding="utf-8").strip()
    if entry.file is not None:
        return KeyFile(folder / entry.file, secret)
    return Token(folder / (entry.library or ""), entry.token, entry.certificate, secret)
