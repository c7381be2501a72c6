"""Settings, from environment variables. Profiles: embedded (SQLite, nothing to install), server (PostgreSQL, Redis)."""

import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

LOOPBACK = ("127.0.0.1", "localhost", "::1")
KEYS = ("SECRET_KEY", "AUDIT_KEY", "SECRETS_KEY")
LEAST_KEY, LEAST_DIFFERENT = 32, 10
"""Characters of a secret key, and how many of them at least are different ones."""
ROOT = Path(__file__).resolve().parent


def settings(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The Flask configuration that the environment asks for; makes the data folder and, once, secret keys in it."""
    env = dict(os.environ) if environ is None else environ
    data = Path(env.get("DATA_DIR", ROOT / "data")).resolve()
    for folder in (data, data / "attachments", data / "uploads"):
        folder.mkdir(parents=True, exist_ok=True)
    return {
        "DATA_DIR": data,
        "SECRET_KEY": env.get("SECRET_KEY") or kept_secret(data / "secret_key"),
        "AUDIT_KEY": env.get("AUDIT_KEY") or kept_secret(data / "audit_key"),
        "DROP_DIR": Path(env.get("DROP_DIR", data / "drop")).resolve(),
        "SECRETS_KEY": env.get("SECRETS_KEY") or kept_secret(data / "secrets_key"),
        "SQLALCHEMY_DATABASE_URI": database_url(env.get("DATABASE_URL", ""), data),
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": True},
        "REDIS_URL": env.get("REDIS_URL", ""),
        "HOST": env.get("HOST", "127.0.0.1"),
        "PORT": int(env.get("PORT", "8080")),
        "TRUSTED_PROXY": env.get("TRUSTED_PROXY", ""),
        "DEMO": (data / "demo").exists(),
        "DEMO_DATA": on(env, "DEMO_DATA", not served(env)),
        "DEMO_DOCUMENTS": on(env, "DEMO_DOCUMENTS", True),
        "FORM_PACKAGES": tuple(filter(None, env.get("FORM_PACKAGES", "app.areas").split(","))),
        "TRUSTED_HOSTS": hosts(env),
        "MAX_CONTENT_LENGTH": int(env.get("MAX_UPLOAD_MB", "50")) * 1024 * 1024,
        "MAX_DELIVERY_LENGTH": int(env.get("MAX_DELIVERY_MB", "1000")) * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 8 * 1024 * 1024,
        "MAX_FORM_PARTS": 20_000,
        **APPBUILDER,
        **SECURITY,
        **limits(env.get("REDIS_URL", "")),
        **cookies(on(env, "HTTPS", served(env))),
    }


def served(env: Mapping[str, str]) -> bool:
    """Whether this is the server profile."""
    return bool(env.get("DATABASE_URL"))


def on(env: Mapping[str, str], name: str, default: bool) -> bool:
    """A setting that is on or off."""
    given = env.get(name, "")
    return given.lower() not in ("0", "no", "off", "false", "否") if given else default


def cookies(https: bool) -> dict[str, Any]:
    """The session's cookie: browsers send it over HTTPS alone and take it from this very host, where people come by HTTPS."""
    return {"SESSION_COOKIE_SECURE": https, "SESSION_COOKIE_NAME": "__Host-session" if https else "session"}


def limits(redis: str) -> dict[str, Any]:
    """Where attempts are counted: several web processes count together in Redis, and each by itself while it is away."""
    return {"RATELIMIT_STORAGE_URI": redis or "memory://", "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": bool(redis)}


def hosts(env: Mapping[str, str]) -> list[str] | None:
    """Names that requests may be sent to: TRUSTED_HOSTS, else this machine's own where only it listens, else any."""
    if named := env.get("TRUSTED_HOSTS"):
        return named.split(",")
    return ["127.0.0.1", "localhost", "[::1]"] if env.get("HOST", "127.0.0.1") in LOOPBACK else None


def database_url(url: str, data: Path) -> str:
    """DATABASE_URL with the driver this project installs; without one, SQLite in the data folder."""
    if not url:
        return f"sqlite:///{data / 'app.db'}"
    return url.replace("postgres://", "postgresql://", 1).replace("postgresql://", "postgresql+psycopg://", 1)


def kept_secret(path: Path) -> str:
    """A key of this installation, made at the first start and readable by its owner alone."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


def unsafe(env: Mapping[str, str]) -> list[str]:
    """What the server profile must be given and is not (security 8, 9), in words; every process asks at its start."""
    if not served(env):
        return []
    found = [
        f"{name}: a random text of {LEAST_KEY} characters or more" for name in KEYS
        if len(env.get(name, "")) < LEAST_KEY or len(set(env[name])) < LEAST_DIFFERENT
    ]
    if not found:
        found += [f"{name}: another one than {before}" for before, name in combinations(KEYS, 2) if env[name] == env[before]]
    if hosts(env) is None:
        found.append("TRUSTED_HOSTS: the names that people reach this server by, separated by commas")
    return found


APPBUILDER: dict[str, Any] = {
    "APP_NAME": "企业征信业务管理系统",
    "FAB_BASE_TEMPLATE": "frame.html",
    "FAB_INDEX_VIEW": "app.screens.workbench.Workbench",
    "FAB_SECURITY_MANAGER_CLASS": "app.security.manager.SecurityManager",
    "FAB_CREATE_DB": False,
    "FAB_UPDATE_PERMS": False,
    "FAB_ADD_SECURITY_API": False,
    "FAB_API_KEY_ENABLED": False,
    "FAB_ADD_OPENAPI_VIEWS": True,
    "FAB_API_SWAGGER_UI": True,
    "FAB_OPENAPI_SERVERS": [{"url": "/"}],
    "FAB_API_MAX_PAGE_SIZE": 200,
    "AUTH_TYPE": 1,
    "AUTH_USER_REGISTRATION": False,
    "AUTH_ROLE_ADMIN": "安全初始化",
    "AUTH_ROLE_PUBLIC": "公众",
    "BABEL_DEFAULT_LOCALE": "zh",
    "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
    "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "babel"),
    "LANGUAGES": {"zh": {"flag": "cn", "name": "中文"}, "en": {"flag": "gb", "name": "English"}},
}

SECURITY: dict[str, Any] = {
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
    "WTF_CSRF_TIME_LIMIT": 12 * 3600,
    "RATELIMIT_ENABLED": True,
    "AUTH_RATE_LIMITED": True,
    "AUTH_RATE_LIMIT": "30 per minute",
    "FAB_SAFE_REDIRECT_HOSTS": [],
    "JWT_ACCESS_TOKEN_EXPIRES": timedelta(minutes=30),
    "JWT_REFRESH_TOKEN_EXPIRES": timedelta(hours=12),
}
