// Random programs with a known cost: a layered call graph, written as a few Python modules. The same seed makes the same
// program everywhere.
import { randomFrom } from '../random.mjs'

const LAYERS = [1, 3, 6, 8, 6]
/** Loop steps of a function in a call with size 1. */
const WEIGHTS = [3, 5, 8, 12, 18, 25, 40, 60]
/** Chance in percent that a call skips a layer. */
const SKIPS = 15
/** Functions that share their name with one in another file. */
const TWINS = 2
/** What one run should cost under the profiler, by the model below. */
const RUN_NS = 20_000_000
export const FOLDER = '/srv/app/'

// A rough model of CPython 3.11 under cProfile, only to know beforehand how much an edit changes.
const STEP_NS = 25
const CALL_NS = 300

const VERBS = ['load', 'parse', 'check', 'merge', 'render', 'find', 'build', 'apply', 'sort', 'send', 'read', 'count']
const NOUNS = ['order', 'row', 'price', 'item', 'user', 'cart', 'page', 'token', 'rule', 'batch', 'label', 'date']
const FILES = [
  'orders',
  'pricing',
  'catalog',
  'accounts',
  'reports',
  'storage',
  'layout',
  'search',
  'mailing',
  'backup',
]

/** A chooser over {@link randomFrom}. */
export function chooser(seed) {
  const below = randomFrom(seed)
  return {
    below,
    pick: (list) => list[below(list.length)],
    /** `count` different ones of a list, in random order; fewer when it is short. */
    sample(list, count) {
      const rest = [...list]
      return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(below(rest.length), 1)[0])
    },
  }
}

/**
 * A program: `{ repeats, files, functions }`. A function is `{ id, layer, name, file, weight, calls, gap }`; a call is
 * `{ to, times, size, every }`: `to` is an id, `every` above 1 stands for a cache that answers all but each n-th call,
 * `gap` is how many lines of comment stand above the function. Function 0 is `main` and does `repeats` rounds.
 */
export function makeProgram(seed) {
  const { below, pick, sample } = chooser(seed * 7919 + 1)
  const files = sample(FILES, 4)
  const names = sample(
    allNames(),
    LAYERS.reduce((sum, count) => sum + count),
  )
  const functions = LAYERS.flatMap((count, layer) => Array.from({ length: count }, () => layer)).map((layer, id) => ({
    id,
    layer,
    name: id === 0 ? 'main' : names[id],
    file: id === 0 ? 'main' : pick(files),
    weight: pick(WEIGHTS),
    calls: [],
    gap: below(3),
  }))
  for (const [first, second] of pairs(sample(functions.slice(1), 2 * TWINS))) {
    if (first.file !== second.file) second.name = first.name
  }
  const inLayer = (layer) => functions.filter((one) => one.layer === layer)
  const connect = (from, to) => from.calls.push({ to: to.id, times: 1 + below(3), size: 1, every: 1 })
  for (const from of functions) {
    for (let more = 1 + below(3); more > 0; more--) {
      const skip = below(100) < SKIPS ? 2 : 1
      const free = inLayer(from.layer + skip).filter((to) => from.calls.every((call) => call.to !== to.id))
      if (free.length > 0) connect(from, pick(free))
    }
  }
  for (const to of functions.slice(1)) {
    const called = functions.some((from) => from.calls.some((call) => call.to === to.id))
    if (!called) connect(pick(inLayer(to.layer - 1)), to)
  }
  const program = { repeats: 1, files: ['main', ...files], functions }
  program.repeats = Math.max(1, Math.round(RUN_NS / costOf(program).total))
  return program
}

function allNames() {
  return VERBS.flatMap((verb) => NOUNS.map((noun) => `${verb}_${noun}`))
}

/** A name that the program does not have: `like` with another verb, or one that shares nothing with it. */
export function freshName(program, { pick }, like) {
  const taken = new Set(program.functions.map(({ name }) => name))
  const [verb, noun] = like.split('_')
  const close = pick([true, false])
  return pick(
    allNames().filter((name) => {
      if (taken.has(name)) return false
      const [otherVerb, otherNoun] = name.split('_')
      return close ? otherNoun === noun : otherVerb !== verb && otherNoun !== noun
    }),
  )
}

/** A file that is not among `taken`. */
export function freshFile(taken, { pick }) {
  return pick(FILES.filter((file) => !taken.includes(file)))
}

function pairs(list) {
  return Array.from({ length: list.length >> 1 }, (_, index) => [list[2 * index], list[2 * index + 1]])
}

/** What the model says: `{ total, calls, self }`, in nanoseconds; the latter two by id. */
export function costOf({ repeats, functions }) {
  const calls = new Float64Array(functions.length)
  const sizes = new Float64Array(functions.length)
  calls[0] = 1
  sizes[0] = 1
  // Calls go to deeper layers only.
  for (const from of [...functions].sort((a, b) => a.layer - b.layer)) {
    const rounds = calls[from.id] * (from.id === 0 ? repeats : 1)
    for (const { to, times, size, every } of from.calls) {
      calls[to] += (rounds * times) / every
      sizes[to] += (rounds * times * size) / every
    }
  }
  const self = Float64Array.from(functions, ({ id, weight }) => calls[id] * CALL_NS + sizes[id] * weight * STEP_NS)
  return { total: self.reduce((sum, value) => sum + value), calls, self }
}

export function pathOf({ file }) {
  return `${FOLDER}${file}.py`
}

/** path → Python source. */
export function sourcesOf(program) {
  return Object.fromEntries(program.files.map((file) => [pathOf({ file }), moduleText(program, file)]))
}

function moduleText(program, file) {
  const own = program.functions.filter((one) => one.file === file)
  const imports = new Set(
    own.flatMap((one) => one.calls.map(({ to }) => program.functions[to].file)).filter((other) => other !== file),
  )
  const lines = [...imports].sort().map((other) => `import ${other}`)
  for (const one of own)
    lines.push('', '', ...Array(one.gap).fill('# a line of comment'), ...functionLines(program, one))
  return `${lines.join('\n')}\n`
}

function functionLines({ functions, repeats }, { id, name, file, weight, calls }) {
  const body = ['total = 0', `for step in range(${weight} * size):`, '    total += step']
  const callLines = calls.flatMap(({ to, times, size, every }, index) => {
    const target = functions[to]
    const call = `${target.file === file ? '' : `${target.file}.`}${target.name}(${size})`
    const lines = times === 1 ? [call] : [`for turn in range(${times}):`, `    ${call}`]
    if (every === 1) return lines
    const counter = `misses_${name}_${index}`
    return [
      `global ${counter}`,
      `${counter} += 1`,
      `if ${counter} % ${every} == 0:`,
      ...lines.map((line) => `    ${line}`),
    ]
  })
  const counters = calls.flatMap(({ every }, index) => (every === 1 ? [] : [`misses_${name}_${index} = 0`]))
  const rounds = id === 0 ? [`for turns in range(${repeats}):`, ...callLines.map((line) => `    ${line}`)] : callLines
  return [...counters, `def ${name}(size=1):`, ...[...body, ...rounds, 'return total'].map((line) => `    ${line}`)]
}
