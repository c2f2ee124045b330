// A finger that lands on the track of a slider may want to scroll. Streamlit's slider moves its thumb at once; here the
// touch is kept back until it moves sideways or is lifted without moving. Thumbs are not affected.
const SIDEWAYS_PX = 6
let kept = null

const track = (target) => {
  const slider = target.closest?.("[data-testid=stSlider] [role=group]")
  return slider && !target.closest("[data-testid=stSliderThumbValue], [style*='translate']") ? slider : null
}

function again(type, event) {
  const copy = new PointerEvent(type, {
    bubbles: true, cancelable: true, pointerId: event.pointerId, pointerType: "touch", isPrimary: true, button: 0,
    buttons: 1, clientX: event.clientX, clientY: kept.clientY,
  })
  kept.target.dispatchEvent(copy)
}

function down(event) {
  if (event.pointerType !== "touch" || !event.isTrusted || !track(event.target)) return
  kept = event
  event.stopImmediatePropagation()
}

function move(event) {
  if (kept?.pointerId !== event.pointerId || Math.abs(event.clientX - kept.clientX) < SIDEWAYS_PX) return
  again("pointerdown", event)
  kept = null                                              // from here on the slider follows the finger
}

function up(event) {
  if (kept?.pointerId !== event.pointerId) return
  again("pointerdown", event)                              // a tap: the slider takes the pointerup that follows
  kept = null
}

// The slider listens to touches as well as to pointers.
const hold = (event) => { if (event.isTrusted && track(event.target)) event.stopImmediatePropagation() }

export default function () {
  if (window.irismlTouch) return
  window.irismlTouch = true
  for (const [type, act] of Object.entries({ pointerdown: down, pointermove: move, pointerup: up })) {
    window.addEventListener(type, act, { capture: true })
  }
  window.addEventListener("touchstart", hold, { capture: true, passive: true })
  window.addEventListener("pointercancel", () => { kept = null }, { capture: true })
}
