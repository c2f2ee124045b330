"""Security headers on every response.

The content security policy restricts the page to its own host. Streamlit needs inline styles,
fonts as data, pictures as blobs, its one inline script (allowed by its hash), and components
from blobs.
"""

import base64
import re
from functools import cache
from hashlib import sha256
from pathlib import Path

import streamlit
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@cache
def security_headers() -> list[tuple[bytes, bytes]]:
    """Return the headers; the script hash is computed from the index page of the installed Streamlit."""
    index = (Path(streamlit.__file__).parent / "static/index.html").read_text(encoding="utf-8")
    inline = re.findall(r"<script>(.*?)</script>", index, re.DOTALL)
    hashes = " ".join(f"'sha256-{base64.b64encode(sha256(code.encode()).digest()).decode()}'" for code in inline)
    policy = (
        f"default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'self'; form-action 'none'; "
        f"script-src 'self' blob: {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        f"font-src 'self' data:; connect-src 'self'; manifest-src 'self'"
    )
    return [
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    ]


_ONLY_HTTPS = [(b"strict-transport-security", b"max-age=31536000")]


class SecurityHeaders:
    """ASGI middleware that adds `security_headers` to every HTTP response; WebSockets are passed through unchanged."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        # Azure terminates TLS and sets X-Forwarded-Proto.
        is_https = "https" in (scope["scheme"], Headers(scope=scope).get("x-forwarded-proto"))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message["headers"], *security_headers(), *(_ONLY_HTTPS if is_https else [])]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, send_with_headers)
