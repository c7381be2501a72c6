"""GPG files: opened by an agreed password, or by the bureau's own key, kept in `DATA_DIR/gnupg`."""

import errno
import os
import shutil
import stat
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import gnupg
from flask_babel import lazy_gettext as _

from app.areas.collection.extraction.limits import BadPackage, Limits, Telling, WrongPassword, too_large, untold

OPTIONS = ["--no-symkey-cache", "--no-auto-key-retrieve", "--disable-dirmngr"]
"""Nothing is remembered, nothing is asked from the network."""
NONE = "-"
"""In place of no password: without one gpg would ask at a terminal. Keys without a password do not look at it."""
KEY_BITS = 3072
LONGEST = 80
"""Bytes of a folder's path with which gpg and its agent still talk: a socket's address has 107 (unix(7))."""
LOOKED_AT = 0.5
"""Seconds between two looks at how far gpg is."""
WRONG = ("Bad session key", "BAD_PASSPHRASE", "ad passphrase", "No passphrase")


def present() -> bool:
    """Whether this machine has the gpg program."""
    return shutil.which("gpg") is not None


def reachable(home: Path) -> Path:
    """gpg's folder; under a short name where its own is too long for its agent's socket, always the same, for the agent stays.

    Raises PermissionError where somebody else holds the short name.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "nt" or len(os.fsencode(home)) <= LONGEST:
        return home
    whole = home.resolve()
    folder = Path("/tmp", f"gpg-{os.getuid()}-{sha256(os.fsencode(whole)).hexdigest()[:16]}")  # TMPDIR may be as long
    folder.mkdir(mode=0o700, exist_ok=True)
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.getuid() or seen.st_mode & 0o077:
        raise PermissionError(errno.EPERM, "not ours alone", str(folder))
    short = folder / "home"
    with suppress(FileExistsError):
        short.symlink_to(whole, target_is_directory=True)
    return short


def decrypt(
    source: Path, folder: Path, password: str | None, home: Path, limits: Limits, told: Telling = untold
) -> Path:
    """The content of a GPG file; raises BadPackage, WrongPassword."""
    try:
        tool = keyring(home, "--max-output", str(limits.bytes))
    except NoGpg:
        raise BadPackage(_("本机没有安装 gpg 程序，不能解密 GPG 文件；请系统管理员安装 GnuPG")) from None
    target = folder / "gpg"
    whole = max(source.stat().st_size, 1)
    done = watched(
        lambda: tool.decrypt_file(str(source), passphrase=password or NONE, output=str(target), always_trust=True),
        lambda: told(min(target.stat().st_size / whole, 1.0) if target.exists() else 0.0),
    )
    if (target.exists() and target.stat().st_size > limits.bytes) or "exceeded --max-output" in done.stderr:
        raise too_large(limits.bytes)
    if done.ok and target.exists():
        return target
    if any(sign in done.stderr for sign in WRONG):
        raise WrongPassword(_("口令不正确，或文件在传输中损坏") if password else _("文件已加密，须输入约定口令"))
    if "NO_SECKEY" in done.stderr or "No secret key" in done.stderr:
        raise WrongPassword(_("本机没有解密此文件的 GPG 私钥；请核对提供单位所用的公钥"))
    raise BadPackage(_("GPG 文件已损坏，或不是 GPG 加密文件"))


def watched(work: Callable[[], Any], look: Callable[[], None]) -> Any:
    """What the work comes to, in a thread of its own; `look` is called meanwhile, and what it raises comes after gpg's end."""
    with ThreadPoolExecutor(1) as pool:
        running: Future[Any] = pool.submit(work)
        while wait([running], LOOKED_AT).not_done:
            look()
        return running.result()


@dataclass(frozen=True)
class OwnKey:
    """A key pair of the bureau: what providers encrypt to, its private half in the home."""

    fingerprint: str
    names: tuple[str, ...]
    public: str
    """The public key, armoured: what is given to providers."""


def keyring(home: Path, *options: str) -> gnupg.GPG:
    """gpg with the bureau's keys; raises NoGpg."""
    if not present():
        raise NoGpg
    tool = gnupg.GPG(gnupghome=str(reachable(home)), options=[*OPTIONS, *options])
    tool.encoding = "utf-8"
    return tool


class NoGpg(Exception):
    """The machine has no gpg program."""


class NoKey(Exception):
    """gpg did not make or take a key; says why in its own words."""


def own_keys(home: Path) -> list[OwnKey]:
    """The key pairs in the home; raises NoGpg."""
    tool = keyring(home)
    return [OwnKey(one["fingerprint"], tuple(one["uids"]), tool.export_keys(one["fingerprint"])) for one in tool.list_keys(secret=True)]


def make_key(home: Path, name: str, email: str) -> str:
    """A new key pair without a password, for nobody is there to type one; returns its fingerprint. Raises NoGpg, NoKey."""
    tool = keyring(home)
    made = tool.gen_key(tool.gen_key_input(
        key_type="RSA", key_length=KEY_BITS, subkey_type="RSA", subkey_length=KEY_BITS, name_real=name, name_email=email,
        expire_date="0", no_protection=True,
    ))
    if not made.fingerprint:
        raise NoKey(made.stderr)
    return str(made.fingerprint)


def import_key(home: Path, content: str) -> list[str]:
    """Takes a key pair made elsewhere; returns the fingerprints of its private keys. Raises NoGpg, NoKey."""
    tool = keyring(home)
    taken = tool.import_keys(content)
    private = {one["fingerprint"] for one in tool.list_keys(secret=True)}
    found = sorted(private & set(taken.fingerprints))
    if not found:
        raise NoKey(taken.stderr)
    return found
