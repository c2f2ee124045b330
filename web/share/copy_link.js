// Copies the link. The clipboard of the browser needs HTTPS or localhost; in the network of a hall a selection does it.
const SHOWN_MS = 2000

function bySelection(text) {
  const field = document.createElement("textarea")
  field.value = text
  document.body.append(field)
  field.select()
  const copied = document.execCommand("copy")
  field.remove()
  return copied
}

export default function ({ parentElement, data }) {
  let button = parentElement.querySelector("button"), showing = null
  if (!button) {
    button = document.createElement("button")
    button.type = "button"
    button.className = "quiet-button"
    button.setAttribute("aria-live", "polite")
    parentElement.append(button)
  }
  button.textContent = data.texts.copy
  button.onclick = async () => {
    const way = navigator.clipboard?.writeText(data.link).then(() => true, () => bySelection(data.link))
    const copied = await (way ?? bySelection(data.link))
    button.textContent = copied ? data.texts.done : data.texts.failed
    button.focus()
    clearTimeout(showing)
    showing = setTimeout(() => { button.textContent = data.texts.copy }, SHOWN_MS)
  }
  return () => clearTimeout(showing)
}
