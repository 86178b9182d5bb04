"""An approver with an authenticator app in front of the real portal."""

import re
from datetime import timedelta
from typing import Any

import pyotp

from plancycle.services import staff_accounts

APPROVER, OFFICE = "pho-chu-tich", "https://dang-nhap.tinh.gov.vn"


def approver(world: Any, roles: tuple[str, ...] = ("approver",), name: str = APPROVER) -> pyotp.TOTP:
    """Make the account of the person the world's request was sent to, with an app; returns the app."""
    secret = pyotp.random_base32()
    app = pyotp.TOTP(secret)
    with world.house() as house:
        now = house.clock.now()
        staff_accounts.add(house, name, "Lê Thị Mẫu", list(roles), "", "quan-tri", f"{OFFICE}|{name}")
    with world.house(now - timedelta(hours=1)) as house:
        staff_accounts.enrol(house, name, secret, app.at(now - timedelta(hours=1)))
    return app


def code_of(world: Any, app: pyotp.TOTP) -> str:
    """What the app shows at the world's hour."""
    with world.house() as house:
        return str(app.at(house.clock.now()))


def form_of(world: Any) -> dict[str, str]:
    """The hidden fields of the approver's page."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', world.browser.get(world.page).text))
