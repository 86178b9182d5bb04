"""Every form of the desk after a mistake, and every page's weight and language, over HTTP without JavaScript."""

import gzip
import html
import re
from itertools import product

import pytest
from clerk_world import ClerkBrowser
from desk_world import FORMS, NOW, PLACES, Form, a_busy_desk

from plancycle.portal.app import STATIC

FIRST_LOAD = 40 * 1024
"""Bytes, compressed: a page with everything it brings."""
ELSEWHERE = re.compile(r'(?:src|href|action|srcset|data|poster)="(?:[a-z]+:)?//|url\(|@import|<script|<iframe| style=')
"""What would fetch from another place, or run."""
VIETNAMESE_ONLY = ("Bàn điều phối", "Nhật ký", "Cách ly", "Hạn cuối", "Lượt chạy", "Gửi lúc", "Chưa có", "Quay lại")


@pytest.fixture
def desk(build):
    """A browser on the server itself, before a desk with something on every page."""
    return ClerkBrowser(a_busy_desk(build(now=NOW)).world.browser)


def shown_after(desk: ClerkBrowser, form: Form):
    """What a wrong form comes back with: status, title, summary (id and words), ids of the page and their words."""
    desk.open(form.page)
    kept = {"csrf": re.search(r'name="csrf" value="([^"]+)"', desk.page)[1], "act": form.act}
    answer = desk.send("POST", form.action, data=kept | form.sent)
    page = answer.text
    summary = re.search(r'role="alert".*?</div>', page, re.DOTALL)
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary[0]) if summary else []
    return answer.status_code, page, {html.unescape(target): html.unescape(text) for target, text in links}


def is_in_a_field(page: str, text: str) -> bool:
    """Whether exactly one field of the page holds a text."""
    typed = html.escape(text)
    return page.count(f'value="{typed}"') + page.count(f">{typed}</textarea>") == 1


def words_at(page: str, target: str) -> str:
    """What is said at a field: the element that its ``-loi`` names."""
    found = re.search(rf'id="{re.escape(target)}-loi">(.*?)</span>', html.unescape(page), re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def test_every_refused_form_says_why_above_and_at_the_field_in_the_same_words_and_keeps_what_was_typed(desk):
    wrong = {}
    for form in FORMS:
        status, page, said = shown_after(desk, form)
        ids = re.findall(r' id="([^"]+)"', html.unescape(page))
        at_fields = {target: words_at(page, target) for target in said}
        kept = [text for name, text in form.sent.items() if name in ("reason", "last_day") and text]
        checks = {
            "status": 400 <= status < 500,
            "title": "<title>Lỗi: " in page,
            "summary": "Có 1 chỗ cần sửa" in page or len(said) > 1,
            "fields": tuple(said) == form.wrong,
            "ids": [ids.count(target) for target in said] == [1] * len(said),
            "words": at_fields == {target: f"Lỗi: {text}" for target, text in said.items()},
            "kept": [text for text in kept if not is_in_a_field(page, text)] == [],
        }
        if form.act == "withdraw":
            texts = dict(re.findall(r'<textarea id="([^"]+)"[^>]*>([^<]*)</textarea>', page))
            checks["other forms"] = [name for name, text in texts.items() if text] == ["reason-withdraw"]
        wrong |= {str(form): (name, said, at_fields) for name, is_right in checks.items() if not is_right}

    assert wrong == {}, "\n".join(f"{form}: {why}" for form, why in wrong.items())


def test_every_page_is_light_brings_nothing_from_elsewhere_and_speaks_the_language_asked_for(desk):
    styles = sum(len(gzip.compress(one.read_bytes(), 6)) for one in STATIC.glob("*"))
    wrong = []
    for place, language in product(PLACES, ("vi", "en")):
        page = desk.send("GET", f"{place}{'&' if '?' in place else '?'}ngon-ngu={language}").text
        size = len(gzip.compress(page.encode(), 6)) + styles
        if size > FIRST_LOAD:
            wrong.append((place, size))
        wrong += [(place, found) for found in ELSEWHERE.findall(page)]
        if f'<html lang="{language}">' not in page or place in ("/suc-khoe", "/khong-co"):
            continue
        wrong += [(place, words) for words in VIETNAMESE_ONLY if language == "en" and words in page]

    assert wrong == [], wrong
