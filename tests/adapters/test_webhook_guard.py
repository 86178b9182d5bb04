"""Which addresses a webhook may reach."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plancycle.adapters.webhooks.guard import Guard, is_public
from plancycle.domain.errors import ActionNeeded, DataProblem, OutsideFailure

PUBLIC = "93.184.215.14"


def resolver(**names):
    """A DNS of some names, spelt with underscores for dots."""
    zone = {name.replace("_", "."): answers for name, answers in names.items()}
    return lambda host, port: zone.get(host, [PUBLIC])


def reason(url, allow="", resolve=None):
    """Why a URL is refused; the address it leads to when it is not."""
    guard = Guard(allow, resolve or resolver(localtest_me=["127.0.0.1"]))
    try:
        return guard.address(guard.target(url))
    except ActionNeeded as refusal:
        return refusal.params["reason"]


REFUSED = [
    ("http://so-y-te.example/w", "not_https"),
    ("ftp://so-y-te.example/w", "spelling"),
    ("file:///etc/passwd", "spelling"),
    ("gopher://so-y-te.example/", "spelling"),
    ("//so-y-te.example/w", "spelling"),
    ("https:so-y-te.example", "spelling"),
    ("https:/so-y-te.example", "spelling"),
    ("https:///w", "spelling"),
    ("https://", "spelling"),
    ("", "spelling"),
    ("HTTPS://so-y-te.example/w", "spelling"),
    (" https://so-y-te.example/w", "spelling"),
    ("https://so-y-te.example/w\n", "spelling"),
    ("https://so-y-te.example/w\r\nX-Evil: 1", "spelling"),
    ("https://so-y-te.example/a b", "spelling"),
    ("https://so-y-te.example/w#part", "spelling"),
    ("https://so-y-te.example\\@127.0.0.1/", "spelling"),
    ("https://so-y-te.example/" + "w" * 250, "spelling"),
    ("https://user:password@so-y-te.example/", "spelling"),
    ("https://user@so-y-te.example/", "spelling"),
    ("https://so-y-te.example@127.0.0.1/", "spelling"),
    ("https://so-y-te.example:8443/", "port"),
    ("https://so-y-te.example:22/", "port"),
    ("https://so-y-te.example:80/", "port"),
    ("https://so-y-te.example:0/", "port"),
    ("https://so-y-te.example:99999/", "port"),
    ("https://localhost/", "host"),
    ("https://localhost./", "host"),
    ("https://so-y-te.example./", "host"),
    ("https://intranet/", "host"),
    ("https://.so-y-te.example/", "host"),
    ("https://so-y-te..example/", "host"),
    ("https://-so-y-te.example/", "host"),
    ("https://2130706433/", "host"),
    ("https://0x7f000001/", "host"),
    ("https://0x7f.1/", "host"),
    ("https://0x7f.0.0.1/", "host"),
    ("https://127.1/", "host"),
    ("https://127.0.1/", "host"),
    ("https://0177.0.0.1/", "host"),
    ("https://017700000001/", "host"),
    ("https://127.0.0.1.0/", "host"),
    ("https://256.256.256.256/", "host"),
    ("https://a.0x7f/", "host"),
    ("https://１２７.0.0.1/", "spelling"),
    ("https://ⓛocalhost/", "spelling"),
    ("https://sởytế.example/", "spelling"),
    ("https://%6cocalhost/", "spelling"),
    ("https://127.0.0.1/", "address"),
    ("https://127.255.255.254/", "address"),
    ("https://0.0.0.0/", "address"),
    ("https://10.0.0.1/", "address"),
    ("https://172.16.0.1/", "address"),
    ("https://172.31.255.255/", "address"),
    ("https://192.168.1.1/", "address"),
    ("https://100.64.0.1/", "address"),
    ("https://100.127.255.255/", "address"),
    ("https://169.254.169.254/latest/meta-data/", "address"),
    ("https://192.0.0.8/", "address"),
    ("https://192.0.2.1/", "address"),
    ("https://192.88.99.1/", "address"),
    ("https://198.18.0.1/", "address"),
    ("https://198.51.100.1/", "address"),
    ("https://203.0.113.1/", "address"),
    ("https://224.0.0.1/", "address"),
    ("https://239.255.255.255/", "address"),
    ("https://240.0.0.1/", "address"),
    ("https://255.255.255.255/", "address"),
    ("https://[::]/", "address"),
    ("https://[::1]/", "address"),
    ("https://[0:0:0:0:0:0:0:1]/", "address"),
    ("https://[::ffff:127.0.0.1]/", "address"),
    ("https://[::ffff:7f00:1]/", "address"),
    ("https://[::ffff:93.184.215.14]/", "address"),
    ("https://[::127.0.0.1]/", "address"),
    ("https://[64:ff9b::7f00:1]/", "address"),
    ("https://[64:ff9b::a9fe:a9fe]/", "address"),
    ("https://[64:ff9b:1::a00:1]/", "address"),
    ("https://[2002:7f00:1::]/", "address"),
    ("https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/", "address"),
    ("https://[2001:db8::1]/", "address"),
    ("https://[3fff::1]/", "address"),
    ("https://[100::1]/", "address"),
    ("https://[fc00::1]/", "address"),
    ("https://[fd12:3456::1]/", "address"),
    ("https://[fe80::1]/", "address"),
    ("https://[fec0::1]/", "address"),
    ("https://[ff02::1]/", "address"),
    ("https://[fe80::1%25eth0]/", "spelling"),
    ("https://[::1/", "spelling"),
    ("https://[127.0.0.1]/", "host"),
    ("https://localtest.me/", "address"),
]


@pytest.mark.parametrize(("url", "why"), REFUSED, ids=[url[:60] or "empty" for url, _ in REFUSED])
def test_an_address_that_leads_inside_or_is_spelt_oddly_is_refused(url, why):
    assert reason(url) == why


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://so-y-te.example", PUBLIC),
        ("https://phan-mem.so-y-te.gov.vn:443/w?key=a-1_b~c", PUBLIC),
        ("https://xn--s-0sa.example/%C4%91", PUBLIC),
        ("https://113.160.1.2/w", "113.160.1.2"),
        ("https://[2405:4800::1]/w", "2405:4800::1"),
        ("https://172.32.0.1/", "172.32.0.1"),
        ("https://100.128.0.1/", "100.128.0.1"),
    ],
)
def test_a_public_address_by_https_passes(url, address):
    assert reason(url) == address


@pytest.mark.parametrize(
    ("url", "allow", "outcome"),
    [
        ("https://10.20.1.5/", "10.20.0.0/16", "10.20.1.5"),
        ("https://10.21.1.5/", "10.20.0.0/16", "address"),
        ("http://10.20.1.5/", "10.20.0.0/16", "not_https"),
        ("http://10.20.1.5/", "http://10.20.0.0/16", "10.20.1.5"),
        ("http://127.0.0.1:8099/", "http://127.0.0.1:8099", "127.0.0.1"),
        ("http://127.0.0.1:8098/", "http://127.0.0.1:8099", "port"),
        ("https://[fd00::5]/", "fd00::/8", "fd00::5"),
        ("https://[::1]:8443/", "[::1]:8443", "::1"),
        ("https://intranet/", "intranet", "10.1.1.1"),
        ("https://phan-mem.lan:8443/", "so-khac.lan, phan-mem.lan:8443", "10.1.1.2"),
        ("https://phan-mem.lan:8444/", "phan-mem.lan:8443", "port"),
        ("https://metadata.lan/", "metadata.lan", "address"),
        ("https://metadata.lan/", "metadata.lan 169.254.0.0/16", "169.254.169.254"),
        ("https://mapped.lan/", "mapped.lan", "address"),
        ("https://nat64.lan/", "nat64.lan", "address"),
        ("https://loop6.lan/", "loop6.lan", "::1"),
        ("https://2130706433/", "127.0.0.0/8", "host"),
        ("https://[::ffff:10.20.1.5]/", "10.20.0.0/16", "address"),
    ],
)
def test_what_the_operator_lists_is_reached_and_nothing_beside_it(url, allow, outcome):
    dns = resolver(
        intranet=["10.1.1.1"],
        phan_mem_lan=["10.1.1.2"],
        metadata_lan=["169.254.169.254"],
        mapped_lan=["::ffff:10.1.1.1"],
        nat64_lan=["64:ff9b::a9fe:a9fe"],
        loop6_lan=["::1"],
    )
    names = {"phan-mem.lan": ["10.1.1.2"]}

    assert reason(url, allow, lambda host, port: names.get(host) or dns(host, port)) == outcome


@pytest.mark.parametrize("answers", [[PUBLIC, "127.0.0.1"], ["10.0.0.1", PUBLIC], ["fe80::1%2"], ["nonsense"]])
def test_one_forbidden_answer_of_a_name_spoils_all(answers):
    assert reason("https://so-y-te.example/", resolve=lambda host, port: answers) == "address"


def test_a_name_without_an_address_is_tried_again_later():
    guard = Guard(resolve=lambda host, port: [])
    with pytest.raises(OutsideFailure) as failure:
        guard.address(guard.target("https://so-y-te.example/"))
    assert failure.value.key == "webhook.no_address"


@pytest.mark.parametrize(
    "entry", ["https://", "10.0.0.0/99", "a b/c", "so y te", "host:0", "host:99999", "ftp://host", "-x"]
)
def test_a_setting_that_names_nothing_is_refused(entry):
    with pytest.raises(DataProblem):
        Guard(entry.replace(" ", "_"))


V4 = st.integers(0, 2**32 - 1).map(ipaddress.IPv4Address)


@given(V4)
def test_no_private_address_hides_in_a_form_of_ipv6(inner):
    number = int(inner)
    forms = [
        ipaddress.IPv6Address(number),
        ipaddress.IPv6Address(0xFFFF << 32 | number),
        ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) | number),
        ipaddress.IPv6Address(0x2002 << 112 | number << 80),
    ]

    assert [str(form) for form in forms if is_public(form)] == []


@given(st.one_of(V4, st.integers(0, 2**128 - 1).map(ipaddress.IPv6Address)))
def test_what_the_standard_library_calls_not_global_is_never_public(address):
    assert address.is_global or not is_public(address)


@given(st.text(max_size=60))
def test_no_text_makes_the_guard_fail_otherwise_than_by_refusing(text):
    assert isinstance(reason(f"https://{text}"), str)
