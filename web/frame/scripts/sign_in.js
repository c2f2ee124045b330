// Sends the passphrase to the server, which sets a cookie that no script can read; the ticket of its answer signs in the
// page that is open. Signing out loads the page again, as the connection still holds the old cookie.
const post = (path, body) => fetch(new URL(path, document.baseURI), {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
})

export default function ({ parentElement, data, setTriggerValue }) {
  const form = parentElement.querySelector("form"), note = parentElement.querySelector("[role=alert]")
  const tell = (text) => { note.textContent = data.texts[text] ?? text }
  if (form) {
    form.onsubmit = async (event) => {
      event.preventDefault()
      const button = form.querySelector("button")
      button.disabled = true
      try {
        const response = await post("presenter/sign-in", { passphrase: form.elements.passphrase.value })
        const answer = await response.json()
        if (response.ok) { form.reset(); tell(""); setTriggerValue("ticket", answer.ticket) }
        else { tell(answer.detail); form.elements.passphrase.select() }
      } catch { tell("unreachable") } finally { button.disabled = false }
    }
  }
  parentElement.querySelectorAll("[data-sign-out]").forEach((button) => {
    button.onclick = async () => {
      try {
        const response = await post(`presenter/sign-out?everywhere=${button.dataset.signOut}`, {})
        if (response.ok) location.reload()
        else tell((await response.json()).detail)
      } catch { tell("unreachable") }
    }
  })
}
