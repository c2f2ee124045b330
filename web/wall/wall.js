// Asks the server once a second what the wall shows: the phones on the map, or how many have answered. The nodes of the
// page are React's: only their text and style is changed; what this script draws stands in nodes of its own.
const EVERY_MS = 1000, SVG = "http://www.w3.org/2000/svg", WIDTH = 1000, ROWS = 5, ROW_HEIGHT = 22, RESTART_SHOWN_MS = 45000
const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name])
let firstVersion = null                                    // that served when the wall was opened: later ones are news
let saidUntil = 0
let lastTold = null                                        // what was answered, should the server forget it

function write(name, text) {
  const node = document.querySelector(`[data-wall=${name}]`)?.firstChild
  if (node && node.data !== text) node.data = text
}

function node(name, attributes) {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  return made
}

class Wall {
  dots = new Map()                                         // slot -> node; a phone keeps its slot while it is here

  constructor(place, data, send) {
    Object.assign(this, { data, send })
    this.ended = new AbortController()
    this.svg = node("svg", { "aria-hidden": "true", class: `wall-drawing ${data.kind}` })
    if (data.kind === "map") this.svg.setAttribute("viewBox", "0 0 320 192")
    else if (data.kind === "count") this.svg.setAttribute("viewBox", `0 0 ${WIDTH} ${ROWS * ROW_HEIGHT}`)
    place.append(this.svg)
    this.timer = setInterval(() => this.ask(), EVERY_MS)
    this.ask()
  }

  async ask() {
    if (document.hidden || this.asking) return
    this.asking = true
    try {
      const response = await fetch(new URL("api/hall/wall", document.baseURI), { cache: "no-store", signal: this.ended.signal })
      if (response.ok) this.take(await response.json())
      else this.say(this.data.texts[response.status === 403 ? "refused" : "lost"])
    } catch {
      if (!this.ended.signal.aborted) this.say(this.data.texts.lost) // until the next answer
    } finally { this.asking = false }
  }

  take(now) {
    const { data } = this
    // The memory of the server is gone: what this wall had counted is all that is known of it. The page may have been
    // drawn again by the new server before.
    if (lastTold && lastTold.boot !== now.boot) {
      if (lastTold.open) this.say(fill(data.texts.restarted, { n: lastTold.answers }), RESTART_SHOWN_MS)
      lastTold = null
    }
    if (now.boot !== data.boot) {
      if (!this.told) { this.told = true; this.send("stale", Date.now()) }
      return
    }
    if (now.revision !== data.revision && !this.told) { this.told = true; this.send("stale", Date.now()) }
    lastTold = now
    if (data.kind === "map") this.map(now)
    if (data.kind === "count") this.count(now)
    this.say(null)
  }

  map(now) {
    firstVersion ??= now.version
    const k = now.dots.filter((dot) => dot[4] === now.version && !dot[5]).length
    const older = now.here - k
    const name = now.here === 0 ? "nobody" : older ? "turning" : now.version === firstVersion ? now.here === 1 ? "one" : "here" : "turned"
    write("line", fill(this.data.texts[name], { n: now.here, k, version: now.version }))
    write("here", String(now.here))
    write("word", this.data.texts[now.here === 1 ? "word" : "words"])
    document.querySelector("[data-wall-older]")?.toggleAttribute("hidden", !now.versions.some(([version]) => version !== now.version))
    write("newer", `v${now.version}\u00a0${k}`)
    const before = now.versions.find(([version]) => version !== now.version)
    write("older", before ? `v${before[0]}\u00a0${older}` : "\u00a0")
    document.querySelector("[data-wall-share]")?.style.setProperty("width", now.here ? `${(100 * k / now.here).toFixed(1)}%` : "0")
    const gone = new Set(this.dots.keys())
    for (const dot of now.dots) { gone.delete(dot[0]); this.draw(dot, now.version) }
    for (const slot of gone) { this.dots.get(slot).remove(); this.dots.delete(slot) }
  }

  draw([slot, x, y, species, version, away], serving) {
    let dot = this.dots.get(slot)
    if (!dot) {
      dot = node("g", {})
      dot.append(node("circle", { r: 3.3 }), node("path", {}))
      this.dots.set(slot, dot)
      this.svg.append(dot)
    }
    const style = `translate(${x}px,${y}px)`, kind = `phone s${species} ${version === serving ? "newer" : "older"}${away ? " away" : ""}`
    if (dot.style.transform !== style) dot.style.transform = style
    if (dot.getAttribute("class") !== kind) {
      dot.setAttribute("class", kind)
      dot.lastChild.setAttribute("d", this.data.marks[species])
    }
  }

  count(now) {
    write("phones", String(now.phones))
    write("answers", String(now.answers))
    const rows = now.kind === "vote" ? 1 : ROWS
    write("of", fill(this.data.texts.of, { n: now.phones * rows }))
    const width = Math.min(20, WIDTH / Math.max(1, now.phones)), most = [...now.per_phone].reverse()
    const stroke = (column, row) => `M${(column * width + width / 2).toFixed(1)} ${row * ROW_HEIGHT + 2}v${ROW_HEIGHT - 6}`
    const path = { given: "", missing: "" }
    most.forEach((n, column) => {
      for (let row = 0; row < rows; row++) path[rows - row <= n ? "given" : "missing"] += stroke(column, row)
    })
    for (const kind of ["missing", "given"]) {
      const drawn = this.svg.querySelector(`.${kind}`) ?? this.svg.appendChild(node("path", { class: kind }))
      drawn.setAttribute("d", path[kind])
      drawn.style.strokeWidth = String(Math.max(1, width * .62))
    }
  }

  // Outside React's tree, as the news is. What is lost stays for a while, whatever else there is to say.
  say(text, stays = 0) {
    if (!stays && Date.now() < saidUntil) return
    let bar = document.getElementById("irisml-wall")
    if (!text) { bar?.remove(); return }
    if (!bar) {
      bar = document.createElement("p")
      bar.id = "irisml-wall"
      bar.setAttribute("role", "status")
      document.body.append(bar)
    }
    if (stays) saidUntil = Date.now() + stays
    if (bar.textContent !== text) bar.textContent = text
  }

  stop() {
    clearInterval(this.timer)
    this.ended.abort()
    this.svg.remove()
    if (!document.querySelector(".st-key-wall")) document.getElementById("irisml-wall")?.remove()
  }
}

const running = new WeakMap()
export default function ({ parentElement, data, setTriggerValue }) {
  running.get(parentElement)?.stop()                       // called again with what a run of the page has changed
  running.set(parentElement, new Wall(parentElement, data, setTriggerValue))
  return () => { running.get(parentElement)?.stop(); running.delete(parentElement) }
}
