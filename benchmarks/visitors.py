"""Simulated visitors, by Streamlit's websocket protocol: they join, move a slider, change the page, and leave."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider

SLIDER = "Petal length (cm)"
FINISHED = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}
LIMIT_S = 60
# Petal lengths that the page shows for no other feature, so that a stale answer is recognised.
_VALUES = [value / 10 for value in range(10, 69) if value not in (16, 28, 48, 59)]
AT_ONCE = 20  # an audience scans one code over several seconds


@dataclass
class Figures:
    """Measurements of the visitors; times in seconds."""

    joined_s: float = 0.0
    n_lost: int = 0
    pages_s: list[float] = field(default_factory=list)
    moves_s: list[float] = field(default_factory=list)
    bytes_a_move: float = 0.0

    def move_ms(self, share: float) -> float:
        """Return a quantile of the times of the moves, in ms."""
        return 1000 * quantile(self.moves_s, share)


def quantile(values: Sequence[float], share: float) -> float:
    """Return a quantile.

    Examples
    --------
    >>> quantile([3.0, 1.0, 2.0], 0.5)
    2.0
    """
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


class Visitor:
    """One open page."""

    def __init__(self, address: str) -> None:
        self.address = address.replace("http", "ws", 1) + "/_stcore/stream"
        self.sliders: dict[str, tuple[Slider, str]] = {}
        self.values: dict[str, float] = {}
        self.buttons: dict[str, tuple[str, str]] = {}
        self.shown = ""
        self.page = ""
        self.pages: dict[str, str] = {}
        self.n_stale = 0
        self.received = 0

    async def open(self) -> None:
        """Load the page."""
        self.socket = await websockets.connect(
            self.address, subprotocols=["streamlit"], max_size=None, compression=None, open_timeout=LIMIT_S
        )
        await self._rerun("")

    async def move(self, value: float) -> None:
        """Move the slider to *value*, and wait for the response; a response that does not show it is stale."""
        slider, fragment = self.sliders[SLIDER]
        self.values[slider.id], self.shown = value, ""
        await self._rerun(fragment)
        self.n_stale += f"{value:.1f}" not in self.shown

    async def set_flower(self, x: Sequence[float]) -> None:
        """Move all four sliders at once, in the order of the page, and wait for the response."""
        _, fragment = self.sliders[SLIDER]
        for (slider, _), value in zip(self.sliders.values(), x, strict=True):
            self.values[slider.id] = value
        await self._rerun(fragment)

    async def press(self, words: str) -> None:
        """Press the button with these words in its label, and wait for the response."""
        button, fragment = next(found for label, found in self.buttons.items() if words in label)
        self.buttons.clear()
        await self._rerun(fragment, button)

    async def go(self, name: str) -> None:
        """Go to another page of the navigation, and wait until it is drawn."""
        self.page, self.values = self.pages[name], {}
        self.buttons.clear()
        await self._rerun("")

    async def _rerun(self, fragment: str, pressed: str = "") -> None:
        message = BackMsg()
        asked = message.rerun_script
        asked.page_script_hash, asked.fragment_id = self.page, fragment
        asked.context_info.locale = "en-US"
        for widget, value in self.values.items():
            state = asked.widget_states.widgets.add()
            state.id = widget
            state.double_array_value.data.append(value)
        if pressed:
            state = asked.widget_states.widgets.add()
            state.id, state.trigger_value = pressed, True
        await self.socket.send(message.SerializeToString())
        async with asyncio.timeout(LIMIT_S):
            while True:
                content = await self.socket.recv()
                self.received += len(content)
                answer = ForwardMsg.FromString(content)
                kind = answer.WhichOneof("type")
                if kind == "new_session":
                    self.page = answer.new_session.page_script_hash
                elif kind == "navigation":
                    self.pages = {
                        "" if page.is_default else page.url_pathname: page.page_script_hash
                        for page in answer.navigation.app_pages
                    }
                elif kind == "delta":
                    self._draw(answer)
                elif kind == "script_finished" and answer.script_finished in FINISHED:
                    return

    def _draw(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        if element.WhichOneof("type") == "slider":
            self.sliders[element.slider.label] = (element.slider, message.delta.fragment_id)
            self.values.setdefault(element.slider.id, element.slider.default[0])
        elif element.WhichOneof("type") == "button":
            self.buttons[element.button.label] = (element.button.id, message.delta.fragment_id)
        elif element.WhichOneof("type") == "markdown":
            self.shown += element.markdown.body
        assert element.WhichOneof("type") != "exception", element.exception.message


class Crowd:
    """Visitors of one server, who join together and stay."""

    def __init__(self, address: str, n_visitors: int) -> None:
        self.figures = Figures()
        self.visitors = [Visitor(address) for _ in range(n_visitors)]
        self.n_moves = 0

    async def join(self, before: Callable[[], Awaitable[None]] | None = None) -> None:
        """Open the page for all; each first does what *before* does."""
        door = asyncio.Semaphore(AT_ONCE)

        async def enter(visitor: Visitor) -> None:
            async with door:
                if before:
                    await before()
                await visitor.open()

        start = time.perf_counter()
        await asyncio.gather(*map(enter, self.visitors))
        self.figures.joined_s = time.perf_counter() - start

    async def play(self, n_moves: int, moves_per_s: float | None) -> None:
        """Move the slider of each visitor, at that rate or as fast as the server responds."""
        before = sum(visitor.received for visitor in self.visitors)
        await asyncio.gather(*(self._play(visitor, n_moves, moves_per_s) for visitor in self.visitors))
        received = sum(visitor.received for visitor in self.visitors) - before
        self.figures.bytes_a_move = received / (len(self.visitors) * n_moves)

    async def _play(self, visitor: Visitor, n_moves: int, moves_per_s: float | None) -> None:
        pause = 1 / moves_per_s if moves_per_s else 0.0
        due = time.perf_counter() + random.random() * pause
        for _ in range(n_moves):
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            start = time.perf_counter()
            self.n_moves += 1
            try:
                await visitor.move(_VALUES[7 * self.n_moves % len(_VALUES)])
            except TimeoutError:
                self.figures.n_lost += 1
            self.figures.moves_s.append(time.perf_counter() - start)
            due += pause

    async def turn_pages(self, names: Sequence[str]) -> None:
        """Let each visitor walk through pages, one after the other."""

        async def walk(visitor: Visitor) -> None:
            for name in names:
                start = time.perf_counter()
                await visitor.go(name)
                self.figures.pages_s.append(time.perf_counter() - start)

        await asyncio.gather(*map(walk, self.visitors))

    async def leave(self) -> None:
        """Close every page."""
        await asyncio.gather(*(visitor.socket.close() for visitor in self.visitors))


async def visit(address: str, n_visitors: int, n_moves: int, moves_per_s: float | None) -> Figures:
    """Run visitors who join together, move a slider and leave."""
    crowd = Crowd(address, n_visitors)
    await crowd.join()
    await crowd.play(n_moves, moves_per_s)
    await crowd.leave()
    return crowd.figures


async def visit_in_turn(
    addresses: list[str], n_visitors: int, n_moves: int, moves_per_s: float, rounds: int
) -> list[Crowd]:
    """Keep a crowd at each address, and run them alternately in a shuffled order.

    A machine that is slow for some seconds then affects all of them.
    """
    crowds = [Crowd(address, n_visitors) for address in addresses]
    for crowd in crowds:
        await crowd.join()
    for _ in range(rounds):
        for crowd in random.sample(crowds, len(crowds)):
            await crowd.play(n_moves, moves_per_s)
    for crowd in crowds:
        await crowd.leave()
    return crowds
