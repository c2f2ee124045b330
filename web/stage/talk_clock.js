// Lets the clock of the talk run: minute, bar, and the lines to say now and next. Nodes are React's: only changed in place.
const setText = (element, text) => { if (element?.firstChild && element.firstChild.data !== text) element.firstChild.data = text }
const setAttribute = (element, name, value) => { if (element.getAttribute(name) !== value) element.setAttribute(name, value) }
let ticking = null, ahead = 0                              // of the server, in seconds: it noted the beginning

function tick() {
  const talk = document.querySelector(".talk")
  if (!talk) return
  const now = new Date(), two = (n) => String(n).padStart(2, "0")
  setText(talk.querySelector("[data-clock]"), `${two(now.getHours())}:${two(now.getMinutes())}`)
  if (!talk.dataset.started) return
  const minute = Math.max(0, Math.floor((now / 1000 - ahead - Number(talk.dataset.started)) / 60))
  setText(talk.querySelector("[data-now]"), String(minute))
  const width = `${(100 * Math.min(1, minute / Number(talk.dataset.minutes))).toFixed(1)}%`, ran = talk.querySelector(".ran span")
  if (ran.style.width !== width) ran.style.width = width
  const lines = [...talk.querySelectorAll("li")], at = Math.max(0, lines.findLastIndex((line) => Number(line.dataset.minute) <= minute))
  lines.forEach((line, i) => setAttribute(line, "data-place", i === at ? "now" : i < at ? "past" : i <= at + 2 ? "next" : "later"))
}

export default function ({ data }) {
  ahead = Date.now() / 1000 - data.now
  clearInterval(ticking)
  ticking = setInterval(tick, 1000)
  tick()
  return () => clearInterval(ticking)
}
