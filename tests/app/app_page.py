"""Open the app without a browser, and read the texts of a page."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

APP = Path(__file__).parents[2] / "streamlit_app.py"
LIMIT_S = 60


def open_page(name: str = "predict", **query: str) -> AppTest:
    """Open a page by its name, with query parameters."""
    app = AppTest.from_file(str(APP), default_timeout=LIMIT_S)
    if name != "predict":
        app.switch_page(f"web/{name}/{name}.py")
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def go_to(app: AppTest, name: str) -> AppTest:
    """Go to another page, as the navigation does."""
    return app.switch_page(f"web/{name}/{name}.py").run()


def answer(app: AppTest) -> str:
    """Return the prediction as HTML."""
    return next(element.value for element in app.markdown if "data-answer" in element.value)


def markdown_with(app: AppTest, words: str) -> str:
    """Return the first Markdown element that contains these words."""
    return next(element.value for element in app.markdown if words in element.value)


def texts(app: AppTest) -> str:
    """Return all texts of the page."""
    elements = [*app.markdown, *app.success, *app.info, *app.warning, *app.error, *app.title, *app.header]
    return "\n".join(element.value for element in elements)


def button_keys(app: AppTest) -> list[str]:
    """Return the keys of the buttons, except the presets."""
    return [button.key for button in app.button if not button.key.startswith("preset-")]
