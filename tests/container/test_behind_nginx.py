"""The container behind a reverse proxy with another host name, as on App Service."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect, sync_playwright

from tools.served_app import ARGUMENTS, CHROMIUM, SETTLED

pytestmark = pytest.mark.container

NAME = "irisml.azurewebsites.net"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

CONFIGURATION = """
daemon off; pid {folder}/pid; error_log stderr; worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  map $http_upgrade $wanted {{ default upgrade; "" close; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {behind};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $wanted;
      proxy_set_header X-Forwarded-For $remote_addr;
      {host}
    }}
  }}
}}
"""
KEEPS_HOST = "proxy_set_header Host $http_host;"


@contextmanager
def front(folder, behind: str, host: str) -> Iterator[int]:
    """Run nginx in front of the container; yield its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    written = folder / "nginx.conf"
    written.write_text(CONFIGURATION.format(folder=folder, port=port, behind=behind, host=host))
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(written)])
    try:
        while True:
            assert process.poll() is None, "nginx has exited"
            try:
                socket.create_connection(("127.0.0.1", port)).close()
            except ConnectionRefusedError:
                time.sleep(0.02)
            else:
                break
        yield port
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def visitor() -> Iterator:
    """A browser that resolves the name of the site to this machine."""
    if NGINX is None and not os.environ.get("CI"):
        pytest.skip("no nginx found")
    with sync_playwright() as playwright:
        rule = f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, rule])
        yield browser
        browser.close()


def test_page_and_slider_work_behind_a_reverse_proxy(start, visitor, tmp_path):
    """The websocket passes; prediction and URL follow the slider."""
    container = start()
    container.wait_for("/healthz")
    with front(tmp_path, container.address, KEEPS_HOST) as port:
        page = visitor.new_page()
        page.goto(f"http://{NAME}:{port}/?petal_length=1.4&petal_width=0.2")
        page.wait_for_function(SETTLED)
        expect(page.locator("[data-answer] .name")).to_have_text("Iris setosa")
        slider = page.locator(".st-key-petal_length input")
        slider.focus()
        page.keyboard.press("End")
        expect(page.locator("[data-answer] .name")).not_to_have_text("Iris setosa")
        expect(page).to_have_url(re.compile("petal_length=[67]"))
        page.close()


def test_a_proxy_that_drops_the_host_header_is_refused(start, visitor, tmp_path):
    """Control: without the visitor's Host the websocket counts as cross-origin, and no page loads."""
    container = start()
    container.wait_for("/healthz")
    with front(tmp_path, container.address, "") as port:
        page = visitor.new_page()
        with page.expect_event("console", lambda message: "403" in message.text):
            page.goto(f"http://{NAME}:{port}/")
        expect(page.locator("[data-answer]")).to_have_count(0)
        page.close()
