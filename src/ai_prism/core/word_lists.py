"""Closed lists of words, written so that a person can read and mend them."""

from typing import Final


def words(*lines: str) -> frozenset[str]:
    """Return the words that stand in *lines*, separated by blanks."""
    return frozenset(ordered(*lines))


def ordered(*lines: str) -> tuple[str, ...]:
    """Return the words that stand in *lines*, in their order."""
    return tuple(word for line in lines for word in line.split())


#: What anybody who reads office documents knows, or finds in any dictionary; Roman numerals too.
KNOWN_ACRONYMS: Final = words(
    "AD AES AG AI AKA ALT AM API APIS APR ASAP ASCII ATM AUD AWS BBC BC BCC BIC BSD BST BTW CA",
    "CAD CC CD CDT CEO CEST CET CFO CFR CHF CI CIO CISO COO CORS CPU CRM CSS CST CSV CTO CTRL CV",
    "CVE DB DC DD DEL DELETE DIN DIY DNA DNS DOB DOI DR DVD EC ECB EDT EEA EEC EG EM EN EOD ESC",
    "EST ETA ETC EU EUR FAQ FAQS FAX FBI FIXME FTP FYI GB GBP GCP GDP GDPR GET GIT GMBH GMT GNU",
    "GPL GPS GPU GUI HDMI HEAD HH HIPAA HQ HR HTML HTTP HTTPS IBAN IBM ID IDE IDS IE IEC IEEE",
    "IETF II III INC IO IOS IP IQ IRS ISBN ISO ISP IT ITU IV IX JPEG JPG JPY JSON JWT KB KG KM",
    "KPI KPIS LAN LCD LDAP LED LGPL LLC LLP LLVM LTD MAC MAY MB MBA MD MDT MIT MM MP MPL MS MST",
    "MUST NA NATO NB NDA NHS NIST NO NOT NTP NYC OAUTH OECD OK OOM OS PA PATCH PC PCI PCS PDF PDT",
    "PHD PII PIN PLC PM PNG PO POC POST PR PRS PS PST PTO PUT PWD QA QR QTY RAM REST RFC RFCS RGB",
    "ROI ROM RSVP SA SDK SHA SHALL SHOULD SIM SLA SLAS SMS SOS SQL SS SSD SSH SSL SSO SUV SVG TB",
    "TBA TBC TBD TCP TL TLS TODO TTL TV TVS UDP UI UK UN UNESCO UPS URI URIS URL URLS US USA USB",
    "USD UTC UTF UUID UX VAT VI VII VIII VIP VM VMS VPN VS WAN WHO WIFI WLAN WWW XI XII XIII XIV",
    "XML XV XX XXX YAML YYYY ZIP",
)
