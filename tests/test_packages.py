"""Packages of deliveries: taken off layer by layer, and refused where they would cost too much or lead elsewhere."""

import errno
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.areas.collection.extraction import gnupg, limits
from app.areas.collection.extraction.limits import BadPackage, Limits, WrongPassword
from app.areas.collection.extraction.packages import Opened, Opener
from app.audit.models import AuditAction, AuditEntry
from app.database import db
from tests.packages import PASSWORD, ROWS, gbk_named, gpg, gpg_to, gzipped, lying, stop_agent, tarred, zipped

needs_gpg = pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg: no such program")
SMALL = Limits(bytes=100_000, entries=20, layers=3)


def named(one: object) -> str | None:
    """What a case is called by: not by its bytes, which hold the moment at which they were packed."""
    return "file" if isinstance(one, bytes) else None


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    found = tmp_path / "gnupg"
    yield found
    if found.exists():
        stop_agent(found)


@pytest.fixture
def opened(tmp_path: Path, home: Path) -> Callable[..., Opened]:
    """Opens bytes as a delivered file of a name."""
    (tmp_path / "out").mkdir()

    def run(content: bytes, name: str, password: str | None = None, limits: Limits = SMALL) -> Opened:
        source = tmp_path / "delivered"
        source.write_bytes(content)
        folder = tmp_path / "out" / str(len(list((tmp_path / "out").iterdir())))
        folder.mkdir()
        return Opener(folder, home, password, limits).open(source, name)

    return run


@pytest.mark.article("16.1.1")
@pytest.mark.parametrize(("content", "name", "found", "layers"), [
    (ROWS, "a.csv", "a.csv", ()),
    (zipped({"数据/企业.csv": ROWS}), "a.zip", "企业.csv", ("zip",)),
    (gbk_named("企业.csv", ROWS), "a.zip", "企业.csv", ("zip",)),
    (gzipped(ROWS), "a.csv.gz", "a.csv", ("gzip",)),
    (tarred(), "a.tar.gz", "a.csv", ("gzip", "tar")),
    (tarred(), "a.tgz", "a.csv", ("gzip", "tar")),
    (gzipped(zipped({"a.csv": ROWS})), "a.zip.gz", "a.csv", ("gzip", "zip")),
], ids=named)
def test_plain_packages(opened: Callable[..., Opened], content: bytes, name: str, found: str, layers: tuple[str, ...]) -> None:
    one = opened(content, name)
    assert (one.name, one.layers, one.encrypted, one.path.read_bytes()) == (found, layers, False, ROWS)


@pytest.mark.article("16.1.1")
def test_a_password_opens_a_zip(opened: Callable[..., Opened]) -> None:
    locked = zipped({"a.csv": ROWS}, PASSWORD)
    one = opened(locked, "a.csv.zip", PASSWORD)
    assert (one.encrypted, one.layers, one.path.read_bytes()) == (True, ("zip",), ROWS)
    for wrong in (None, "", "another"):
        with pytest.raises(WrongPassword):
            opened(locked, "a.csv.zip", wrong)


@needs_gpg
@pytest.mark.article("16.1.1")
def test_gpg_by_a_password(opened: Callable[..., Opened], tmp_path: Path, home: Path) -> None:
    """The home keeps no password: another try needs it again."""
    content = gpg(zipped({"a.csv": ROWS}), PASSWORD, home)
    one = opened(content, "a.zip.gpg", PASSWORD)
    assert (one.encrypted, one.layers, one.path.read_bytes()) == (True, ("gpg", "zip"), ROWS)
    for wrong in (None, "another"):
        with pytest.raises(WrongPassword):
            opened(content, "a.zip.gpg", wrong)
    with pytest.raises(BadPackage, match="GPG 文件已损坏"):
        opened(ROWS, "a.csv.gpg", PASSWORD)


@needs_gpg
@pytest.mark.article("16.1.1")
def test_gpg_by_the_bureaus_own_key(
    opened: Callable[..., Opened], tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a password; who has not the private key is told so."""
    monkeypatch.setattr(gnupg, "KEY_BITS", 1024)  # soon made
    fingerprint = gnupg.make_key(home, "云州征信", "data@example.com")
    content = gpg_to(zipped({"a.csv": ROWS}), fingerprint, home)
    one = opened(content, "a.zip.gpg")
    assert (one.encrypted, one.layers, one.path.read_bytes()) == (True, ("gpg", "zip"), ROWS)
    assert opened(content, "a.zip.gpg", "a password that is not needed").path.read_bytes() == ROWS
    [own] = gnupg.own_keys(home)
    assert own.fingerprint == fingerprint
    assert own.names == ("云州征信 <data@example.com>",)
    other = tmp_path / "other"
    try:
        foreign = gpg_to(ROWS, gnupg.make_key(other, "某局", "other@example.com"), other)
    finally:
        stop_agent(other)
    with pytest.raises(WrongPassword, match="没有解密此文件的 GPG 私钥"):
        opened(foreign, "a.csv.gpg")


@needs_gpg
def test_the_command_makes_takes_and_prints_keys(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The public half only; on record."""
    run = app.test_cli_runner().invoke
    monkeypatch.setattr(gnupg, "KEY_BITS", 1024)
    monkeypatch.setitem(app.config, "DATA_DIR", tmp_path / "first")
    try:
        nothing = run(args=["collection", "gpg-key"])
        assert nothing.exit_code == 1
        assert "no key yet" in nothing.output
        made = run(args=["collection", "gpg-key", "--make", "云州征信", "data@example.com"])
        assert made.exit_code == 0, made.output
        assert made.output.count("BEGIN PGP PUBLIC KEY BLOCK") == 1
        assert "PRIVATE" not in made.output
        [own] = gnupg.own_keys(tmp_path / "first" / "gnupg")
        assert own.fingerprint in made.output
        tool = gnupg.keyring(tmp_path / "first" / "gnupg")
        (tmp_path / "pair.asc").write_text(tool.export_keys(own.fingerprint, secret=True, expect_passphrase=False))
        (tmp_path / "public.asc").write_text(own.public)
    finally:
        stop_agent(tmp_path / "first" / "gnupg")
    monkeypatch.setitem(app.config, "DATA_DIR", tmp_path / "second")
    try:
        refused = run(args=["collection", "gpg-key", "--import", str(tmp_path / "public.asc")])
        assert refused.exit_code == 1
        assert "no private key" in refused.output
        taken = run(args=["collection", "gpg-key", "--import", str(tmp_path / "pair.asc")])
        assert taken.exit_code == 0, taken.output
        assert own.fingerprint in taken.output
    finally:
        stop_agent(tmp_path / "second" / "gnupg")
    with app.app_context():
        noted = db.session().scalars(select(AuditEntry).where(AuditEntry.record == own.fingerprint)).all()
        assert [one.action for one in noted] == [AuditAction.SYSTEM] * 2
        db.session.remove()


def test_the_command_needs_gpg(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gnupg, "present", lambda: False)
    answer = app.test_cli_runner().invoke(args=["collection", "gpg-key"])
    assert answer.exit_code == 1
    assert "install GnuPG" in answer.output


@needs_gpg
def test_gpg_that_unfolds_without_end(opened: Callable[..., Opened], home: Path) -> None:
    """security 12"""
    with pytest.raises(BadPackage, match="超过"):
        opened(gpg(b"0" * 5_000_000, PASSWORD, home), "a.csv.gpg", PASSWORD)


def test_a_machine_without_gpg_says_so(opened: Callable[..., Opened], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gnupg, "present", lambda: False)
    with pytest.raises(BadPackage, match="没有安装 gpg"):
        opened(b"\x8c\x0d", "a.csv.gpg", PASSWORD)


@pytest.mark.parametrize(("content", "name", "said"), [
    (zipped({"a.csv": b"0" * 200_000}), "a.zip", "超过"),
    (lying(100, 200_000), "a.zip", "超过|已损坏"),
    (gzipped(b"0" * 200_000), "a.csv.gz", "超过"),
    (tarred(content=b"0" * 200_000), "a.tar.gz", "超过"),
    (gzipped(gzipped(gzipped(gzipped(ROWS)))), "a.gz.gz.gz.gz", "层"),
    (zipped({f"{at}.csv": b"1" for at in range(30)}), "a.zip", "超过 20 个文件"),
    (zipped({"a.csv": ROWS, "b.csv": ROWS}), "a.zip", "有 2 个文件"),
    (zipped({}), "a.zip", "已损坏|有 0 个文件"),
    (zipped({"../../a.csv": ROWS}), "a.zip", "目录之外"),
    (zipped({"a.csv": ROWS, "../b.csv": ROWS}), "a.zip", "目录之外"),
    (zipped({"/etc/a.csv": ROWS}), "a.zip", "目录之外"),
    (zipped({"C:\\a.csv": ROWS}), "a.zip", "目录之外"),
    (tarred("../a.csv"), "a.tar.gz", "目录之外"),
    (tarred("/a.csv"), "a.tar.gz", "目录之外"),
    (tarred("a.csv", link="/etc/passwd"), "a.tar.gz", "链接"),
    (zipped({"a.csv": ROWS})[:60], "a.zip", "已损坏"),
    (gzipped(ROWS)[:-10], "a.csv.gz", "已损坏"),
    (zipped({"a.csv": b""}), "a.zip", "空"),
    (b"", "a.csv", "空"),
], ids=named)
def test_hostile_packages(opened: Callable[..., Opened], tmp_path: Path, content: bytes, name: str, said: str) -> None:
    """security 12, 15: a reason in words, and nothing outside the folder."""
    with pytest.raises(BadPackage, match=said):
        opened(content, name)
    assert {path.name for path in tmp_path.iterdir()} <= {"out", "delivered", "gnupg"}


def test_a_workbook_is_a_delivery_not_a_package(opened: Callable[..., Opened]) -> None:
    book = zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})
    assert opened(book, "a.xlsx").layers == ()
    assert opened(zipped({"a.xlsx": book}), "a.zip").name == "a.xlsx"


def test_our_own_full_disk_is_not_the_providers_fault(opened: Callable[..., Opened], monkeypatch: pytest.MonkeyPatch) -> None:
    """security 21"""

    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("app.areas.collection.extraction.zipped.pour", full)
    with pytest.raises(OSError, match="No space left") as caught:
        opened(zipped({"a.csv": ROWS}), "a.zip")
    assert not isinstance(caught.value, limits.BadPackage)
