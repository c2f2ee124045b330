"""Entry point of ``streamlit run``. Imported by the server, it defines the app; run as a script, it draws a page."""

import streamlit as st
from starlette.middleware import Middleware

from irisml.domain.settings import settings
from web.frame.app import draw
from web.server.front_end import FrontEnd
from web.server.headers import SecurityHeaders
from web.server.lifespan import lifespan
from web.server.logs import use_log_format
from web.server.routes import routes
from web.server.visitor_limits import VisitorLimits

if __name__ == "streamlit_app":
    use_log_format(settings().logs)
    app = st.App(
        __file__,
        lifespan=lifespan,
        routes=routes(),
        middleware=[Middleware(SecurityHeaders), Middleware(VisitorLimits), Middleware(FrontEnd)],
    )
elif __name__ == "__main__":
    draw()
