"""Security headers of every response (security 8): nothing from elsewhere, nothing inline, in nobody's frame."""

from flask import Flask, request
from werkzeug.wrappers import Response

STRICT = {
    "default-src": "'self'", "object-src": "'none'", "base-uri": "'none'", "form-action": "'self'", "frame-ancestors": "'none'",
}
SWAGGER = STRICT | {"style-src": "'self' 'unsafe-inline'", "img-src": "'self' data:"}
"""Swagger UI writes style attributes; its scripts stay as strict as all others."""
PDF = {"default-src": "'none'", "object-src": "'self'", "style-src": "'unsafe-inline'", "frame-ancestors": "'none'"}
"""What browsers' built-in viewers need to show a PDF."""


def init_app(app: Flask) -> None:
    """Sets the headers on whatever is answered."""
    app.after_request(protect)


def protect(response: Response) -> Response:
    """The response with its headers; what a view has set already stays."""
    policy = STRICT
    if request.path.startswith("/swagger/"):
        policy = SWAGGER
    elif response.mimetype == "application/pdf":
        policy = PDF
    headers = response.headers
    headers.setdefault("Content-Security-Policy", "; ".join(f"{name} {value}" for name, value in policy.items()))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if response.mimetype == "text/html":
        headers.setdefault("Cache-Control", "private, no-cache")  # no-store would lose typed text on going back
    return response
