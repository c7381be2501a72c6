"""Delivered files for tests: packed as providers pack them, and as attackers would."""

import gzip
import io
import struct
import subprocess
import tarfile
import zipfile
from pathlib import Path
from shutil import rmtree

import pyzipper

from app.areas.collection.extraction.gnupg import reachable

PASSWORD = "约定-Secret-1"
ROWS = "tyshxydm,nsrmc\n91420102MA4K0000XX,云州晨光\n91420102MA4K0001XX,云州远航\n".encode()


def zipped(files: dict[str, bytes], password: str | None = None) -> bytes:
    """A ZIP; with AES where there is a password."""
    target = io.BytesIO()
    kind = {"encryption": pyzipper.WZ_AES} if password else {}
    with pyzipper.AESZipFile(target, "w", compression=pyzipper.ZIP_DEFLATED, **kind) as archive:
        if password:
            archive.setpassword(password.encode())
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def gbk_named(name: str, content: bytes) -> bytes:
    """A ZIP as Chinese programs write it: the name in GBK, without the mark for UTF-8."""
    ascii_name = "x" * len(name.encode("gbk"))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(ascii_name, content)
    return target.getvalue().replace(ascii_name.encode(), name.encode("gbk"))


def lying(claimed: int, actual: int) -> bytes:
    """A ZIP whose directory says fewer bytes than unfold."""
    whole = zipped({"a.csv": b"0" * actual})
    return whole.replace(struct.pack("<L", actual), struct.pack("<L", claimed))


def tarred(name: str = "a.csv", content: bytes = ROWS, link: str | None = None) -> bytes:
    """A tar.gz with one member, or a link."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        if link:
            member.type, member.linkname = tarfile.SYMTYPE, link
        member.size = 0 if link else len(content)
        archive.addfile(member, io.BytesIO(content))
    return target.getvalue()


def gpg(content: bytes, password: str, home: Path) -> bytes:
    """Encrypted with a password."""
    found = reachable(home)
    source, target = found / "plain", found / "secret.gpg"
    source.write_bytes(content)
    target.unlink(missing_ok=True)
    command = ["gpg", "--homedir", str(found), "--batch", "--pinentry-mode", "loopback", "--passphrase", password,
               "--no-symkey-cache", "-o", str(target), "-c", str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return target.read_bytes()


def gpg_to(content: bytes, recipient: str, home: Path) -> bytes:
    """Encrypted to a public key of the home, as a provider that was given it does."""
    command = ["gpg", "--homedir", str(reachable(home)), "--batch", "--trust-model", "always", "--encrypt", "-r", recipient]
    return subprocess.run(command, input=content, check=True, capture_output=True).stdout


def stop_agent(home: Path) -> None:
    """Ends the helper that gpg may have started in a home."""
    found = reachable(home)
    subprocess.run(["gpgconf", "--homedir", str(found), "--kill", "gpg-agent"], check=False, capture_output=True)
    if found != home:
        rmtree(found.parent)


def gzipped(content: bytes) -> bytes:
    return gzip.compress(content)
