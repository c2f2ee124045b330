"""Start-up and shutdown of the server."""

import asyncio
import gc
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.concurrency import run_in_threadpool

from irisml.domain.errors import IrisError, VersionNotFoundError
from irisml.domain.settings import OLD_NAMES, settings
from irisml.registry import bundled_registry
from web.data.page_libraries import load_table_libraries
from web.limits import limits, visitors
from web.server.file_descriptors import raise_limit
from web.server.idle_work import IdleWork
from web.server.log_filter import limited_log
from web.server.logs import use_log_format
from web.server.theme_message import remember_theme
from web.state.session import get_service

_log = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[dict[str, Any]]:
    """Open the registry, add the bundled model, train version 1 if there is none; on shutdown cancel the training.

    The first training does not block the start: until it has ended, /healthz returns 503 and the
    page shows its progress.
    """
    began = time.perf_counter()
    raise_limit()
    for name in settings().old_names:
        _log.warning("%s is called %s now: rename the variable", name, OLD_NAMES[name])
    service = get_service()
    try:
        if bundled := bundled_registry():
            await run_in_threadpool(service.adopt_bundled_model, bundled)
    except IrisError as error:
        # A version in the registry can serve without the bundled model; without one, the training below shows why.
        _log.error("the bundled model was not added to the registry: %s", error)
    try:
        champion = await run_in_threadpool(service.serving.current)
        ms = round(1000 * (time.perf_counter() - began))
        said = {"event": "start", "duration_ms": ms}
        _log.info("serving version %s of %s", champion.number, service.location, extra=said)
    except VersionNotFoundError:
        _log.warning("no version in %s yet: training the first one", service.location)
        service.training_slot.ensure_first()
    except IrisError as error:
        _log.error("%s", error)
    service.serving.follow()
    service.watching.follow()
    service.recorder.start()
    use_log_format(settings().logs)
    remember_theme()
    # Objects loaded on start-up are permanent: later collections skip them. To collect first takes a tenth of a second.
    gc.freeze()
    idle_work = asyncio.create_task(IdleWork(visitors, load_table_libraries).run())
    try:
        with limited_log(limits().log_lines_per_minute):
            yield {}
    finally:
        idle_work.cancel()
        await run_in_threadpool(service.recorder.stop)
        if service.training_slot.job is not None:
            await run_in_threadpool(service.training_slot.job.cancel)
