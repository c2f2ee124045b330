"""Tests: unit (mirrors irisml and web), app (AppTest), browser (Chromium), delivery (Azure), container."""
