// Finds faults of layout by geometry. Returns one line per fault: texts that overlap, text that is cut or leaves its
// frame, words broken over two lines, and sideways scrolling.
() => {
  const faults = new Set(), main = document.querySelector("[data-testid=stMain]")
  const MAY_BREAK = "code, pre, dl.lineage dd, p.address, [data-testid=stFileUploaderDropzone], .kept-name"
  const SHAVE = .22                                        // line boxes are higher than their letters
  const name = (text) => text.data.trim().slice(0, 40)

  const styles = new Map(), visible = new Map()
  const styleOf = (e) => styles.get(e) ?? styles.set(e, getComputedStyle(e)).get(e)
  const shown = (e) => visible.get(e) ?? visible.set(e, isShown(e)).get(e)

  function isShown(element) {
    const sidebar = element.closest("[data-testid=stSidebar]")
    if (!element.checkVisibility() || sidebar?.getBoundingClientRect().right <= 0) return false
    for (let e = element; e; e = e.parentElement) {
      const style = styleOf(e)
      if (style.display === "none" || style.visibility !== "visible" || style.opacity === "0") return false
      if ((style.clipPath !== "none" || style.clip !== "auto") && e.offsetWidth <= 2) return false
    }
    return true
  }
  const floats = (element) => {
    for (let e = element; e && e !== main; e = e.parentElement) {
      if (["fixed", "sticky"].includes(styleOf(e).position)) return e
    }
    return null
  }

  const texts = []
  const walker = document.createTreeWalker(document.querySelector(".stApp"), NodeFilter.SHOW_TEXT)
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const element = text.parentElement
    if (!text.data.trim() || element.closest("style, script, [data-testid=stDataFrame], .js-plotly-plot, [data-testid=stTopNavSection]") || !shown(element)) continue
    const range = document.createRange()
    range.selectNodeContents(text)
    const rects = [...range.getClientRects()].filter((r) => r.width > 1 && r.height > 1)
    const top = Math.min(...rects.map((r) => r.top)), bottom = Math.max(...rects.map((r) => r.bottom))
    if (rects.length) texts.push({ text, element, rects, top, bottom, float: floats(element) })
    if (!element.closest(MAY_BREAK)) {
      for (const word of text.data.matchAll(/[\p{L}\p{N}.,%]+/gu)) {
        range.setStart(text, word.index)
        range.setEnd(text, word.index + word[0].length)
        const tops = new Set([...range.getClientRects()].filter((r) => r.width > 1).map((r) => Math.round(r.top)))
        if (tops.size > 1) faults.add(`broken word: ${word[0]}`)
      }
    }
  }

  for (const { text, element, rects } of texts) {
    for (const rect of rects) {
      if (rect.right > innerWidth + 1 || rect.left < -1) faults.add(`outside the window: ${name(text)}`)
      for (let e = element; e && e !== main; e = e.parentElement) {
        const style = styleOf(e), box = e.getBoundingClientRect()
        const clips = style.overflowX !== "visible" && !["inline", "contents"].includes(style.display)
        const frame = style.borderRightWidth !== "0px" && style.borderLeftWidth !== "0px"
        if ((clips || frame) && box.width > 2 && (rect.right > box.right + 1.5 || rect.left < box.left - 1.5)) faults.add(`cut: ${name(text)}`)
        if (clips && style.overflowY === "hidden" && box.height > 2 && rect.bottom - SHAVE * rect.height > box.bottom + 1) faults.add(`cut below: ${name(text)}`)
      }
    }
  }

  texts.sort((a, b) => a.top - b.top)
  for (let i = 0; i < texts.length; i++) {
    for (let j = i + 1; j < texts.length && texts[j].top < texts[i].bottom; j++) {
      const a = texts[i], b = texts[j]
      if (a.float !== b.float) continue
      for (const r of a.rects) {
        for (const q of b.rects) {
          const wide = Math.min(r.right, q.right) - Math.max(r.left, q.left)
          const top = Math.max(r.top + SHAVE * r.height, q.top + SHAVE * q.height)
          const high = Math.min(r.bottom - SHAVE * r.height, q.bottom - SHAVE * q.height) - top
          if (wide > 1.5 && high > 1.5) faults.add(`overlap: ${name(a.text)} | ${name(b.text)}`)
        }
      }
    }
  }

  for (const scroller of [document.documentElement, main]) {
    if (scroller.scrollWidth > scroller.clientWidth) faults.add("sideways scrolling")
  }
  return [...faults]
}
