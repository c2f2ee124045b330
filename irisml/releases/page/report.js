// The prediction of the report's page, without a server. The same rule as Forest.predict_proba, to the last bit.
const read = (id) => JSON.parse(document.getElementById(id).textContent)
const forest = read("forest"), { features, species, start } = read("names")

function path(root, x) {
  const { feature, index, right, thresholds } = forest, passed = [root]
  for (let i = root; feature[i] >= 0; passed.push(i)) i += Math.fround(x[feature[i]]) <= thresholds[index[i]] ? 1 : right[i]
  return passed
}

function predict(x) {
  const sums = [0, 0, 0]
  for (const root of forest.roots) forest.leaves[forest.index[path(root, x).at(-1)]].forEach((v, k) => { sums[k] += v })
  return sums.map((v) => v / forest.roots.length)
}

// Mean of the training flowers at each node: children come after their parent.
const means = []
for (let i = forest.feature.length - 1; i >= 0; i--) {
  const left = i + 1, right = i + forest.right[i], n = forest.n_node_samples
  means[i] = forest.feature[i] < 0 ? forest.leaves[forest.index[i]]
    : means[left].map((v, k) => (n[left] * v + n[right] * means[right][k]) / (n[left] + n[right]))
}

// What each feature adds to the probability of one species: the changes of the mean along the paths.
function contributions(x, k) {
  const added = features.map(() => 0)
  for (const root of forest.roots) {
    const nodes = path(root, x)
    nodes.slice(1).forEach((child, i) => { added[forest.feature[nodes[i]]] += (means[child][k] - means[nodes[i]][k]) / forest.roots.length })
  }
  return added
}

// Whole percentages that sum to 100, by the largest remainder.
function percents(p) {
  const whole = p.map((v) => Math.floor(100 * v))
  const order = p.map((_, i) => i).sort((a, b) => (whole[a] - 100 * p[a]) - (whole[b] - 100 * p[b]))
  order.slice(0, 100 - whole.reduce((a, b) => a + b)).forEach((i) => { whole[i] += 1 })
  return whole
}

const $ = (selector) => document.querySelector(selector)
const inputs = [...document.querySelectorAll("input[type=range]")]

function show() {
  const x = inputs.map((input) => input.valueAsNumber), p = predict(x), whole = percents(p), top = p.indexOf(Math.max(...p))
  inputs.forEach((input, i) => { input.nextElementSibling.textContent = x[i].toFixed(1) })
  document.body.className = `s${top}`
  $(".name").textContent = `Iris ${species[top]}`
  const outside = forest.training_range.some(([low, high], i) => !(low <= x[i] && x[i] <= high))
  $(".outside").textContent = outside ? "Outside the training range: unreliable." : ""
  p.forEach((v, k) => {
    const row = $(`[data-p="${k}"]`)
    row.querySelector("span").style.setProperty("--p", v)
    row.querySelector("b").textContent = `${whole[k]}\u00a0%`
  })
  const added = contributions(x, top)
  $("#base").textContent = (100 * forest.roots.reduce((sum, root) => sum + means[root][top] / forest.roots.length, 0)).toFixed(1)
  document.querySelectorAll("[data-why]").forEach((cell, i) => { cell.textContent = `${added[i] < 0 ? "−" : "+"}${Math.abs(100 * added[i]).toFixed(1)}` })
  $("#why").textContent = `How the probability of ${species[top]} comes about: its share among all training flowers, and what each length adds, in percentage points`
  for (const [shape, length, width] of [["fall", 0, 1], ["standard", 2, 3]]) {
    document.querySelectorAll(`.${shape}`).forEach((one) => { one.setAttribute("transform", `rotate(${one.dataset.turn}) scale(${10 * x[length]} ${10 * x[width]})`) })
  }
}

inputs.forEach((input, i) => { input.value = start[i]; input.addEventListener("input", show) })
show()
globalThis.irisml = { predict, contributions }
