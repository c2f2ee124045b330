// Keeps the random number of this phone over a reload, so that it answers once. It belongs to one start of the server:
// after another start it means nothing, and what was answered before is lost.
const KEY = "irisml-phone"

function kept() {
  try { return JSON.parse(localStorage.getItem(KEY)) } catch { return null }
}

function keep(value) {
  try { localStorage.setItem(KEY, JSON.stringify(value)) } catch { /* private windows keep nothing: a reload is a new phone */ }
}

export default function ({ data, setTriggerValue }) {
  const before = kept()
  if (before?.boot === data.boot && before.phone !== data.phone) setTriggerValue("phone", before.phone)
  else {
    if (before && before.boot !== data.boot && before.given) setTriggerValue("lost", Date.now())
    keep({ boot: data.boot, phone: data.phone, given: data.given })
  }
}
