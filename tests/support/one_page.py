"""A PDF of one page that somebody can sign: position, room, name, as the reports have it."""

from functools import cache

import typst

PAGE = """#set document(title: {title})
#set page(width: 210mm, height: 297mm, margin: 20mm)
{words}
#v(60mm)
#align(right, block[#align(center)[PHÓ GIÁM ĐỐC #v(25mm) Trần Văn Mẫu]])
"""


@cache
def one_page(words: str = "Báo cáo") -> bytes:
    """One page with those words; the same words give the same bytes."""
    source = PAGE.format(title='"tài liệu"', words=words)
    return bytes(typst.compile(source.encode(), timestamp=1_700_000_000))
