"""Lines of the log: one JSON object each in a container, readable text in a terminal."""

import logging

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from irisml.domain.errors import IrisError
from irisml.domain.settings import settings
from web.state.session import get_service

JSON = "json"
_OURS = ("irisml", "web")
_WITH_ADDRESSES = ("uvicorn.access", "uvicorn.error")
"""Their lines have the addresses of visitors: of requests, and of websockets."""


class _Facts(logging.Filter):
    """Adds what every line says: which version serves, which build runs, and what happened."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.version = _serving_number()
        record.build = settings().build
        record.event = getattr(record, "event", record.name)
        return True


def use_log_format(form: str) -> None:
    """Write log lines as *form* says: with `JSON` one object a line, for every logger that exists; else as they are.

    A line has time, level, event, message, version and build; where something took its time, duration_ms; where
    something failed, the traceback. Call it before the first line, and again when more loggers were made.
    """
    if form != JSON:
        return
    formatter = JsonFormatter(
        ["levelname", "event", "message", "version", "build"],
        rename_fields={"levelname": "level"},
        timestamp="time",
        json_ensure_ascii=False,
        reserved_attrs=[*RESERVED_ATTRS, "color_message"],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    handler.addFilter(_Facts())
    logging.captureWarnings(True)
    for name in (None, *list(logging.root.manager.loggerDict)):
        logger = logging.getLogger(name)
        for own in list(logger.handlers):
            logger.removeHandler(own)
        # Streamlit's loggers do not pass their lines on to the root.
        if name is None or not logger.propagate:
            logger.addHandler(handler)
    for name in _WITH_ADDRESSES:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO)


def _serving_number() -> int | None:
    try:
        return get_service().serving.in_memory()
    except IrisError:
        return None  # an invalid setting, which the start reports
