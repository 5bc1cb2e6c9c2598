"""Whom one may tell: what is written, and what it stands for."""

import pytest

from ai_prism.webhooks.targets import Targets, WebhookRefused

INSIDE = [
    "http://127.0.0.1/",
    "http://10.1.2.3/",
    "http://192.168.0.1:8080/hook",
    "http://169.254.169.254/latest/meta-data",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://[ff02::1]/",
]


@pytest.mark.parametrize("url", INSIDE)
def test_public_means_no_address_inside(url: str) -> None:
    with pytest.raises(WebhookRefused):
        Targets("public").check(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/",
        "http://localhost./",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://127.1/",
        "http://017700000001/",
    ],
)
def test_a_name_for_an_address_inside_is_refused_when_it_is_looked_up(url: str) -> None:
    targets = Targets("public")
    target = targets.check(url)

    with pytest.raises(WebhookRefused):
        targets.resolve(target)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://93.184.215.14/",
        "file:///etc/passwd",
        "//93.184.215.14/",
        "93.184.215.14",
        "http://",
        "http:///path",
        "http://./",
        "http://a..b/",
        "http://" + "a" * 64 + ".example/",
        "http://" + "a." * 127 + "example/",
        "http://user:word@93.184.215.14/",
        "http://@93.184.215.14/",
        "http://93.184.215.14:99999/",
        "http://[::1/",
        "http://93.184.215.14/a b",
        "http://93.184.215.14/\r\nHost: other",
        "http://93.184.215.14/" + "a" * 2000,
        "http://bücher.example/",
    ],
)
def test_what_is_no_plain_address_is_refused(url: str) -> None:
    with pytest.raises(WebhookRefused):
        Targets("public").check(url)


def test_an_address_is_taken_apart_with_its_query() -> None:
    target = Targets("public").check("https://93.184.215.14/hook?id=1&x=%20")

    assert (target.scheme, target.host, target.port) == ("https", "93.184.215.14", 443)
    assert target.path == "/hook?id=1&x=%20"


def test_nothing_is_allowed_unless_somebody_says_so() -> None:
    assert not Targets(" , ")
    with pytest.raises(WebhookRefused, match="tells no other"):
        Targets("").check("https://93.184.215.14/")


def test_a_network_may_be_allowed_and_only_that() -> None:
    targets = Targets("127.0.0.0/8, fd00::/8")

    assert targets.resolve(targets.check("http://127.0.0.1:80/")) == "127.0.0.1"
    assert targets.resolve(targets.check("http://localhost/")).startswith("127.")
    for url in ("http://10.0.0.1/", "http://93.184.215.14/", "http://[::1]/"):
        with pytest.raises(WebhookRefused):
            targets.check(url)


def test_a_host_that_is_named_may_be_anywhere_and_others_may_not() -> None:
    targets = Targets("LocalHost")

    assert targets.resolve(targets.check("http://localhost/")) in {"127.0.0.1", "::1"}
    with pytest.raises(WebhookRefused, match="not among"):
        targets.check("http://other.example/")
    with pytest.raises(WebhookRefused):
        targets.check("http://127.0.0.1/")
