// The form of the presenter, or the buttons to sign out. The server sets a cookie that no script can read; the ticket of
// its answer signs in the page that is open. Signing out loads the page again, as its connection has the old cookie.
const post = (path, body) => fetch(new URL(path, document.baseURI), {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
})

function element(name, attributes, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

function form({ texts }, tell, send) {
  const field = element("input", { type: "password", autocomplete: "current-password", required: "" })
  const button = element("button", { type: "submit" }, texts.submit)
  const made = element("form", { class: "sign-in" }, element("label", {}, texts.passphrase, field), button)
  made.onsubmit = async (event) => {
    event.preventDefault()
    button.disabled = true
    try {
      const response = await post("presenter/sign-in", { passphrase: field.value }), answer = await response.json()
      if (response.ok) { made.reset(); tell(""); send("ticket", answer.ticket) }
      else { tell(answer.detail); field.select() }
    } catch { tell("unreachable") } finally { button.disabled = false }
  }
  return made
}

function signOut(everywhere, words, tell) {
  const button = element("button", { type: "button" }, words)
  button.onclick = async () => {
    try {
      const response = await post(`presenter/sign-out?everywhere=${everywhere}`, {})
      if (response.ok) location.reload()
      else tell((await response.json()).detail)
    } catch { tell("unreachable") }
  }
  return button
}

export default function ({ parentElement, data, setTriggerValue }) {
  const note = element("p", { class: "sign-in-note", role: "alert" })
  const tell = (text) => { note.textContent = data.texts[text] ?? text }
  const content = data.presenter
    ? element("p", { class: "sign-in" }, signOut(0, data.texts.here, tell), " ", signOut(1, data.texts.everywhere, tell))
    : form(data, tell, setTriggerValue)
  const typed = parentElement.querySelector("input")?.value // a rerun, such as for news, must not empty the field
  parentElement.querySelectorAll(".sign-in, .sign-in-note").forEach((old) => old.remove())
  parentElement.append(content, note)
  const field = parentElement.querySelector("input")
  if (field && typed) field.value = typed
}
