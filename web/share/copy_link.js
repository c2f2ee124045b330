// Copies the link. The clipboard of the browser needs HTTPS or localhost; in the network of a hall a selection does it.
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
  const button = parentElement.querySelector("button"), words = button.textContent
  button.onclick = async () => {
    const copied = navigator.clipboard ? await navigator.clipboard.writeText(data.link).then(() => true, () => bySelection(data.link)) : bySelection(data.link)
    if (!copied) return
    button.textContent = data.done
    setTimeout(() => { button.textContent = words }, 2000)
    button.focus()
  }
}
