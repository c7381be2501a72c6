"""Entries of an archive: which one is the data file, and which names are refused (security 15)."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _

from app.areas.collection.extraction.limits import BadPackage, Limits
from app.engine.text import clean

LONGEST = 200


def plain_name(name: str) -> str:
    """The file's own name, without the folders before it; raises BadPackage for one that leads out of its folder."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in name or "\x00" in name:
        raise BadPackage(_("压缩包内的文件名“%(name)s”指向目录之外，未予解压", name=clean(name)[:LONGEST]))
    own = clean(parts[-1])
    if not own or len(own) > LONGEST:
        raise BadPackage(_("压缩包内的文件名“%(name)s”不能使用", name=own[:60]))
    return own


def only(names: Sequence[str], limits: Limits) -> int:
    """The place of the one file among an archive's entries; folders do not count. Raises BadPackage.

    Every name is looked at, so that an archive with one bad name is refused as a whole.
    """
    if len(names) > limits.entries:
        raise BadPackage(_("压缩包内超过 %(most)s 个文件，未予解压", most=limits.entries))
    files = [at for at, name in enumerate(names) if not name.endswith("/")]
    for at in files:
        plain_name(names[at])
    if len(files) != 1:
        raise BadPackage(_("压缩包内有 %(count)s 个文件，登记的每个文件应只含一个数据文件", count=len(files)))
    return files[0]
