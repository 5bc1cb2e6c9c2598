"""Certificates of the tests' own making, for what is spoken to over TLS."""

import subprocess
from pathlib import Path


def make_authority(folder: Path, name: str) -> None:
    """Make NAME.crt and NAME.key, which sign the certificates of others."""
    files = ["-keyout", f"{name}.key", "-out", f"{name}.crt"]
    kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}"]
    _openssl(folder, "req", *kind, *files)


def certify(folder: Path, name: str, authority: str) -> None:
    """Make NAME.crt and NAME.key for this machine, signed by *authority*."""
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    request = ["-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr"]
    _openssl(folder, "req", *request, "-subj", f"/CN={name}")
    signing = ["-CA", f"{authority}.crt", "-CAkey", f"{authority}.key", "-CAcreateserial"]
    files = ["-in", f"{name}.csr", "-out", f"{name}.crt", "-extfile", "names", "-days", "2"]
    _openssl(folder, "x509", "-req", *files, *signing)


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
