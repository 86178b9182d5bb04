"""A page served on this machine, and somebody who has a keyboard only."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

PHONE = {"width": 390, "height": 844}


@contextmanager
def served(make_app: Callable[[str], Any]) -> Iterator[str]:
    """Serve an application, made for its own address, at a free port; gives the address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(make_app(address), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield address
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def focused(page: Any) -> Any:
    """What has the keyboard; the page's own scripts are off, the test's are not."""
    return page.evaluate("({id: document.activeElement.id, text: document.activeElement.innerText || ''})")


def tab_to(page: Any, text: str) -> None:
    """Press Tab until something with that id or those words has the keyboard; fails when nothing ever has."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if text in (focused(page)["id"], focused(page)["text"].strip()):
            return
    raise AssertionError(f"the keyboard never gets to {text}")


def press(page: Any, text: str) -> None:
    """Go to a button by Tab, press Enter, and wait for the page it leads to."""
    tab_to(page, text)
    with page.expect_navigation():
        page.keyboard.press("Enter")
