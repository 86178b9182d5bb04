"""All of the desk's pages as one router."""

from fastapi import APIRouter

from plancycle.portal.routes import (
    desk_dossier,
    desk_duties,
    desk_editions,
    desk_foresight,
    desk_lists,
    desk_narrative,
    desk_review,
    desk_upward,
    desk_watch,
)

router = APIRouter()
parts = (
    desk_dossier,
    desk_review,
    desk_editions,
    desk_upward,
    desk_narrative,
    desk_lists,
    desk_duties,
    desk_foresight,
    desk_watch,
)
for part in parts:
    router.include_router(part.router)
