"""Writes the files of a new programme from its blueprint; what a blueprint says nothing of stays the template's."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from plancycle.adapters.programme_files.schema import EVERYBODY
from plancycle.domain.agencies import AgencyKind
from plancycle.domain.blueprints import Blueprint, Body, Work, initials

SAMPLE_REQUEST = "MẪU: nội dung đề nghị phối hợp"
PERIODS = "[plan, q1, q2, q3, annual]"
HEADS = {
    "agencies.yaml": (
        "Các cơ quan. Mã (id) không bao giờ đổi, kể cả khi cơ quan đổi tên hoặc sáp nhập.",
        "outside_source: tên lấy từ đâu; đối chiếu với văn bản của mình rồi sửa.",
    ),
    "assignments.yaml": (
        'Nhiệm vụ được giao ("Tổ chức thực hiện"). Mã nhiệm vụ giữ nguyên cả năm.',
        "line: số dòng trong danh sách đã nhập; [tat-ca] = mọi cơ quan phải báo cáo.",
    ),
    "recipients.yaml": ('"Nơi nhận" của kế hoạch, và nơi nhận báo cáo tổng hợp.',),
    "indicators.yaml": ("Chỉ tiêu, chỉ số kế hoạch nêu tên; thêm từng dòng khi có.",),
    "groups.yaml": ("Nhóm nhiệm vụ, giải pháp của kế hoạch. Nội dung con viết trong items.",),
    "legal.yaml": ("Căn cứ và văn bản được dẫn; thêm từng dòng khi có.",),
    "contacts.yaml": ("Sổ địa chỉ. Đừng đưa tệp này lên kho mã nguồn công khai.",),
    "contacts.example.yaml": (
        "Sổ địa chỉ MẪU. Chép thành contacts.yaml rồi điền địa chỉ thật; tệp mẫu không bao giờ được dùng để gửi.",
    ),
}


def files_of(blueprint: Blueprint) -> dict[str, bytes]:
    """The files a blueprint decides, by name. ``contacts.yaml`` only when the roster had mail addresses."""
    texts = {
        "agencies.yaml": _agencies(blueprint),
        "assignments.yaml": _assignments(blueprint),
        "recipients.yaml": _recipients(blueprint),
        "indicators.yaml": ["indicators: []"],
        "groups.yaml": [
            "groups:",
            "  - {id: G1, line: 1, title: " + _q("MẪU: nhóm nhiệm vụ thứ nhất") + ", items: []}",
        ],
        "legal.yaml": ["legal_refs: []"],
        "contacts.example.yaml": _contacts(blueprint, _invented(blueprint)),
    }
    known = [one for one in blueprint.everybody() if one.contact.get("email")]
    if known:
        texts["contacts.yaml"] = _contacts(blueprint, {one.id: one.contact for one in known}, is_sample=False)
    return {name: _file(name, lines) for name, lines in texts.items()}


def deadline_lines(blueprint: Blueprint) -> str:
    """The deadlines of ``calendar.yaml``: the year's evaluation, then the days the assignment list names."""
    owner = "owner: [tat-ca]"
    yearly = f"kind: yearly, title: {_q('Gửi đánh giá hằng năm')}, text: {_q('trước ngày 10/12')}, before_day: 10/12"
    coordinator = blueprint.consolidator.id
    lines = [f"  - {{id: D1, line: 1, {yearly}, {owner}, to: [{coordinator}]}}"]
    for number, (day, works) in enumerate(_days(blueprint.works).items(), start=2):
        owners = list(dict.fromkeys(agency for work in works for agency in work.agencies))
        whose = owners if all(work.agencies for work in works) else [EVERYBODY]
        said = _q(f"Hoàn thành {len(works)} nhiệm vụ")
        lines.append(
            f"  - {{id: D{number}, line: {works[0].row}, kind: one_off, title: {said}, by_date: {day:%d/%m/%Y}, "
            f"owner: [{', '.join(whose)}], to: [{coordinator}]}}"
        )
    return "\n".join(lines) + "\n"


def values_of(blueprint: Blueprint) -> Mapping[str, str | int]:
    """The fields of ``programme.yaml`` that a blueprint decides."""
    symbol = f"BC-{initials(blueprint.consolidator.name)}"
    return {
        "id": blueprint.id,
        "title": blueprint.title,
        "province": blueprint.seat.removeprefix("tỉnh ").removeprefix("thành phố "),
        "start_year": blueprint.start_year,
        "consolidator": blueprint.consolidator.id,
        "authority": blueprint.authority.id,
        "report.superior_body": blueprint.authority.name.upper(),
        "report.issuing_body": blueprint.consolidator.name.upper(),
        "report.symbol": symbol,
        "report.place": blueprint.place,
    }


def _file(name: str, lines: Iterable[str]) -> bytes:
    schema = name.replace(".example", "").replace(".yaml", ".json")
    head = [f"# yaml-language-server: $schema=../schema/{schema}", *(f"# {line}" for line in HEADS[name])]
    return ("\n".join([*head, *lines]) + "\n").encode()


def _q(text: str) -> str:
    """A text as YAML takes it, whatever is in it."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _agencies(blueprint: Blueprint) -> list[str]:
    invited = {one.id for one in blueprint.invited()}
    kept = [one for one in blueprint.everybody() if one.id not in invited]
    reporting = blueprint.reporters()
    named = [one.id for one in reporting if one.kind is not AgencyKind.LOCAL]
    local = [one.id for one in reporting if one.kind is AgencyKind.LOCAL]
    if not named:
        named, local = local, []
    lines = ["agencies:", *(f"  - {_body(one)}" for one in kept), "", "reporters:", f"  named: [{', '.join(named)}]"]
    lines.append(f"  local: [{', '.join(local)}]")
    lines += ["", "# Được mời phối hợp: không có hạn, không đôn đốc, không tính chậm.", "invitations:"]
    lines += ["  entry: 99", "  line: 1"]
    bodies = [f"    - {_body(one)}" for one in blueprint.invited()]
    lines += ["  bodies:", *bodies] if bodies else ["  bodies: []"]
    request = f"    - {{id: E99.1, line: 1, title: {_q(SAMPLE_REQUEST)}}}"
    return [*lines, *(["  requests:", request] if bodies else ["  requests: []"])]


def _body(one: Body) -> str:
    return f"{{id: {one.id}, name: {_q(one.name)}, kind: {one.kind}, outside_source: {_q(one.source)}}}"


def _assignments(blueprint: Blueprint) -> list[str]:
    """Entry 1 is everybody's work; every further combination of bodies is an entry of its own."""
    days = {day: f"D{number}" for number, day in enumerate(_days(blueprint.works), start=2)}
    evaluation = Work("Đánh giá kết quả thực hiện hằng năm, gửi cơ quan tổng hợp", (), 1)
    entries: dict[tuple[str, ...], list[Work]] = {(): [evaluation]}
    for work in blueprint.works:
        entries.setdefault(work.agencies, []).append(work)
    short = {name: f"ph-{number}" for number, name in enumerate(_helpers(blueprint.works), start=1)}
    lines = (
        ["coordination:", *(f"  {code}: {_q(name)}" for name, code in short.items())] if short else ["coordination: {}"]
    )
    lines += ["", "entries:"]
    for number, (agencies, works) in enumerate(entries.items(), start=1):
        lines += [
            f"  - entry: {number}",
            f"    line: {works[0].row}",
            f"    agencies: [{', '.join(agencies) or EVERYBODY}]",
        ]
        lines.append("    works:")
        for place, work in enumerate(works, start=1):
            deadline = "D1" if work is evaluation else days.get(work.due) if work.due else None
            lines += _work(f"E{number:02d}.{place}", work, deadline, short)
    return lines


def _work(code: str, work: Work, deadline: str | None, short: Mapping[str, str]) -> list[str]:
    role = "chu_tri" if work.agencies else "thuc_hien"
    parts = [f"id: {code}", f"line: {work.row}", f"role: {role}", f"title: {_q(work.title)}"]
    if work.coordinates_with:
        parts.append(f"coordinates_with: [{', '.join(short[name] for name in work.coordinates_with)}]")
    if deadline:
        parts.append(f"deadline: {deadline}")
    if work.output:
        parts.append(f"output: {_q(work.output)}")
    said = f"      # Thời hạn ghi trong danh sách: {' '.join(work.due_text.split())}"
    return [*([said] if work.due_text else []), f"      - {{{', '.join(parts)}}}"]


def _helpers(works: Sequence[Work]) -> list[str]:
    return list(dict.fromkeys(name for work in works for name in work.coordinates_with))


def _days(works: Sequence[Work]) -> dict[date, list[Work]]:
    """The days that work is due, in order, each with its work."""
    found: dict[date, list[Work]] = {}
    for work in works:
        if work.due:
            found.setdefault(work.due, []).append(work)
    return dict(sorted(found.items()))


def _recipients(blueprint: Blueprint) -> list[str]:
    authority = blueprint.authority
    return [
        "recipients:",
        f"  - {{order: 1, name: {_q(authority.name)}, kind: authority, ref: {authority.id}}}",
        '  - {order: 2, name: "Lưu: VT", kind: archive, copies_to: [VT]}',
        "",
        "# channel: folder (đặt vào thư mục), http hoặc edxml (trục văn bản), mail.",
        "addressees:",
        f"  - {{agency: {authority.id}, channel: folder, periods: {PERIODS}}}",
    ]


def _invented(blueprint: Blueprint) -> dict[str, dict[str, str]]:
    first = blueprint.reporters()[:2]
    return {one.id: {"person": "Phạm Văn Mẫu", "email": f"bao-cao@{one.id}.example"} for one in first}


def _contacts(blueprint: Blueprint, known: Mapping[str, Mapping[str, str]], is_sample: bool = True) -> list[str]:
    """Addresses; the officials are made up in the sample, and left to fill in where addresses are somebody's own."""
    desk, seat = blueprint.consolidator.id, blueprint.authority.id
    officials = [
        f"operator_email: van-hanh@{desk}.example",
        "# Người lập báo cáo và người phê duyệt PHẢI là hai người khác nhau.",
        'preparer: {id: nguoi-lap, name: "Nguyễn Thị Mẫu", position: "Chuyên viên", email: tong-hop@'
        + f"{desk}.example}}",
        'signatory: {id: thu-truong, name: "Trần Văn Mẫu", position: "THỦ TRƯỞNG", email: thu-truong@'
        + f"{desk}.example}}",
        'approver: {id: lanh-dao, name: "Lê Thị Mẫu", position: "Lãnh đạo", email: phe-duyet@' + f"{seat}.example}}",
    ]
    lines = officials if is_sample else ["# Điền thêm trước khi dùng thật:", *(f"# {one}" for one in officials)]
    for agency, contact in known.items():
        facts = {"person": "Đầu mối báo cáo", **contact}
        named = ", ".join(f"{key}: {_q(text)}" for key, text in facts.items())
        lines = [*lines, *([] if "contacts:" in lines else ["contacts:"]), f"  - {{agency: {agency}, {named}}}"]
    return lines
