"""Tests: unit (mirrors irisml and web), app (AppTest), browser (real Chromium), delivery (what ships it), container."""
