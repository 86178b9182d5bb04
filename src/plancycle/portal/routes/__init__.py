"""Routes, one file a subject; each only reads the request, calls one service and renders one page."""
