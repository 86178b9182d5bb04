"""What a new programme is made of: a seat (a province or a ministry), its bodies, who coordinates, the assigned work.

Only bodies that are known are named; which sectors a new programme has, an official's own lists say.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from plancycle.domain.agencies import AgencyKind
from plancycle.domain.errors import DataProblem, Place
from plancycle.domain.official_lists import Line, OfficialList, near, problem
from plancycle.domain.searching import folded

EVERYBODY = (
    "tat ca",
    "cac co quan don vi",
    "cac so nganh dia phuong",
    "cac so nganh",
    "toan bo",
    "tat ca cac co quan don vi",
)
"""How lists say that work is everybody's; compared without marks and punctuation."""

DEPARTMENTS = (
    *("Sở Nội vụ", "Sở Tư pháp", "Sở Tài chính", "Sở Công Thương", "Sở Nông nghiệp và Môi trường", "Sở Xây dựng"),
    *("Sở Văn hóa, Thể thao và Du lịch", "Sở Khoa học và Công nghệ", "Sở Giáo dục và Đào tạo", "Sở Y tế"),
    *("Thanh tra {seat}", "Văn phòng UBND {seat}"),
)
"""The twelve departments every province has (Decree 150/2025/NĐ-CP); others the province's list has."""

_KINDS: tuple[tuple[AgencyKind, str], ...] = (
    (
        AgencyKind.INVITED,
        r"(uy ban )?(mat tran|mttq)|uy ban mttq|tinh uy|thanh uy|dang uy|hdnd|doan dai bieu|toa an|vien kiem sat",
    ),
    (AgencyKind.INVITED, r"lien doan|hoi (nong dan|lien hiep|cuu)|tinh doan|thanh doan|ban .*(tinh uy|thanh uy)"),
    (AgencyKind.VERTICAL, r"bo chi huy|bo tu lenh|cong an (tinh|thanh pho)"),
    (AgencyKind.MINISTRY, r"bo [a-z]|ngan hang nha nuoc|van phong chinh phu|thanh tra chinh phu"),
    (AgencyKind.LOCAL, r"(ubnd |uy ban nhan dan )?(xa|phuong|dac khu|tinh|thanh pho|huyen|quan|thi xa) "),
    (AgencyKind.MEDIA, r"bao |dai (phat thanh|truyen hinh)|trung tam (thong tin|truyen thong)"),
    (AgencyKind.COUNCIL, r"hoi dong "),
)
"""What a body is, by how its name begins; anything else is a department."""

_KIND_WORDS = {
    "so": AgencyKind.DEPARTMENT,
    "so ban nganh": AgencyKind.DEPARTMENT,
    "co quan chuyen mon": AgencyKind.DEPARTMENT,
    "luc luong vu trang": AgencyKind.VERTICAL,
    "bao chi": AgencyKind.MEDIA,
    "dia phuong": AgencyKind.LOCAL,
    "cap xa": AgencyKind.LOCAL,
    "duoc moi": AgencyKind.INVITED,
    "moi": AgencyKind.INVITED,
    **{str(kind): kind for kind in AgencyKind},
}


@dataclass(frozen=True, slots=True)
class Body:
    """A body of the new programme; ``contact`` holds what the roster says of how it is reached."""

    id: str
    name: str
    kind: AgencyKind
    source: str
    contact: Mapping[str, str] = field(default_factory=dict)
    row: int = 1


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of assigned work; ``agencies`` empty: everybody's. ``due_text`` is what the list says, where no day."""

    title: str
    agencies: tuple[str, ...]
    row: int
    coordinates_with: tuple[str, ...] = ()
    output: str = ""
    due: date | None = None
    due_text: str = ""


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A whole new programme. ``seat`` is whose it is: ``tỉnh Cao Bằng``, ``Bộ Y tế``."""

    id: str
    title: str
    place: str
    seat: str
    start_year: int
    authority: Body
    consolidator: Body
    bodies: tuple[Body, ...]
    works: tuple[Work, ...] = ()

    def everybody(self) -> tuple[Body, ...]:
        """Every body once, those above the reporting ones first."""
        return tuple({one.id: one for one in (self.authority, self.consolidator, *self.bodies)}.values())

    def reporters(self) -> tuple[Body, ...]:
        """Who owes reports: every body of the list that may owe any."""
        never = {AgencyKind.INVITED, AgencyKind.MINISTRY, AgencyKind.AUTHORITY, AgencyKind.COUNCIL}
        return tuple(one for one in self.bodies if one.kind not in never and one.id != self.authority.id)

    def invited(self) -> tuple[Body, ...]:
        """Bodies that are asked politely and owe nothing."""
        return tuple(one for one in self.bodies if one.kind is AgencyKind.INVITED)


def slug(name: str) -> str:
    """An id made of a name: ``so-y-te``."""
    return "-".join(re.findall(r"[a-z0-9]+", folded(name)))[:60].strip("-") or "co-quan"


def initials(name: str) -> str:
    """The first letters of a name's words, as document symbols are often made: ``Sở Nội vụ`` is ``SNV``."""
    words = [word for word in re.findall(r"[^\W\d_]+", name) if folded(word) not in ("va", "cua")]
    return "".join(folded(word)[0] for word in words).upper() or "CQ"


def kind_of(name: str, said: str = "") -> AgencyKind:
    """What a body is: as the list says, else by how its name begins."""
    word = " ".join(re.findall(r"[a-z0-9]+", folded(said)))
    if word in _KIND_WORDS:
        return _KIND_WORDS[word]
    plain = folded(name)
    return next((kind for kind, start in _KINDS if re.match(start, plain)), AgencyKind.DEPARTMENT)


def bodies_of(file: str, found: OfficialList, source: str, is_email: re.Pattern[str]) -> tuple[list[Body], list[Place]]:
    """The bodies of a roster, in its order; a name that stands twice and a mail address that is none are problems."""
    bodies: list[Body] = []
    places: list[Place] = []
    seen: dict[str, Line] = {}
    for line in found.lines:
        name = line.get("name")
        if not name:
            continue
        first = seen.setdefault(folded(name), line)
        if first is not line:
            facts: dict[str, Any] = {"name": name, "first": first.cells["name"]}
            places.append(problem(file, "list.twice", found.sheet, line.cells["name"], line.row, **facts))
            continue
        contact = {key: line.get(key) for key in ("person", "email", "alternate_email", "leader_email", "phone")}
        for key, text in contact.items():
            if key.endswith("email") and text and not is_email.fullmatch(text):
                places.append(problem(file, "list.bad_email", found.sheet, line.cells[key], line.row, value=text))
        kept = {key: text for key, text in contact.items() if text}
        bodies.append(Body(_own_id(line, bodies), name, kind_of(name, line.get("kind")), source, kept, line.row))
    return bodies, places


def _own_id(line: Line, others: Sequence[Body]) -> str:
    wanted = slug(line.get("id") or line.get("name"))
    taken = {one.id for one in others}
    return next(one for one in (wanted, *(f"{wanted}-{n}" for n in range(2, 10_000))) if one not in taken)


def works_of(
    file: str, found: OfficialList, known: Sequence[Body], days: Mapping[str, date]
) -> tuple[list[Work], list[Place]]:
    """The work of an assignment list; ``days`` are the due texts that are days. Unknown bodies are problems."""
    works: list[Work] = []
    places: list[Place] = []
    for line in found.lines:
        if not line.get("title") or not line.get("agencies"):
            continue
        named, unknown = names_in(line.get("agencies"), known)
        for text in unknown:
            near_ones = near(text, [one.name for one in known])
            facts: dict[str, Any] = {"name": text, "near": near_ones or ("–",)}
            places.append(problem(file, "list.unknown_body", found.sheet, line.cells["agencies"], line.row, **facts))
        due = days.get(line.get("due"))
        together, others = names_in(line.get("with"), known)
        others += [part.strip() for part in re.split(r"[;\n]", line.get("with")) if _means_everybody(part)]
        works.append(
            Work(
                title=line.get("title"),
                agencies=tuple(one.id for one in named),
                row=line.row,
                coordinates_with=tuple(one.name for one in together) + tuple(others),
                output=line.get("output"),
                due=due,
                due_text="" if due else line.get("due"),
            )
        )
    return works, places


def names_in(text: str, known: Sequence[Body]) -> tuple[list[Body], list[str]]:
    """The bodies a cell names, and the texts that name none. Everybody's work names nobody (both are empty).

    Names stand apart by semicolons, lines or commas; a comma may also belong to a name.
    """
    by_name = {folded(one.name): one for one in known} | {one.id: one for one in known}
    found: list[Body] = []
    unknown: list[str] = []
    for part in re.split(r"[;\n]", text):
        if not part.strip() or _means_everybody(part):
            continue
        for name in _joined(part.split(","), by_name):
            body = by_name.get(folded(name))
            if body is None:
                unknown.append(name.strip())
            elif body not in found:
                found.append(body)
    return found, unknown


def _means_everybody(text: str) -> bool:
    return " ".join(re.findall(r"[a-z0-9]+", folded(text))) in EVERYBODY


def _joined(parts: Sequence[str], known: Mapping[str, Body]) -> Iterator[str]:
    """Pieces between commas, put together again where only together they are a name; the longest name wins."""
    place = 0
    while place < len(parts):
        for end in range(len(parts), place, -1):
            name = ",".join(parts[place:end]).strip()
            if folded(name) in known or end == place + 1:
                break
        if name:
            yield name
        place = end


def departments(seat: str, source: str) -> tuple[Body, ...]:
    """The departments every province has."""
    names = [name.format(seat=seat) for name in DEPARTMENTS]
    plain = [slug(name.format(seat="").strip() or name) for name in DEPARTMENTS]
    return tuple(Body(one, name, AgencyKind.DEPARTMENT, source) for one, name in zip(plain, names, strict=True))


def check_id(text: str) -> str:
    """A programme's id: small letters, digits and dashes. Raises DataProblem."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise DataProblem("programme_new.bad_id", value=text)
    return text
