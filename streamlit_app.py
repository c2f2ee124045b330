"""What ``streamlit run`` starts. Imported by the server, it defines the app; run as a script, it draws a page."""

import streamlit as st
from starlette.middleware import Middleware

from web import page
from web.server import health, lazy_api, live_files
from web.server.compression import CompressedStatic
from web.server.headers import SecurityHeaders
from web.server.lifespan import lifespan

if __name__ == "streamlit_app":
    app = st.App(
        __file__,
        lifespan=lifespan,
        routes=[health.route, *live_files.routes, *lazy_api.routes],
        middleware=[Middleware(SecurityHeaders), Middleware(CompressedStatic)],
    )
elif __name__ == "__main__":
    page.draw()
