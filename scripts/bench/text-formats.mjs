// `node scripts/bench/text-formats.mjs [--quick] [--runs N] [NAME]`: collapsed stacks, speedscope, trace-event spans and
// callgrind files of 100 MB each (--quick: 10 MB), analysed by callcost, against JSON.parse of the file or a bare loop that
// sums its bytes; and 1 GB of collapsed stacks in a heap of 64 MB. What each file holds is summed while it is made.
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  agreeAll,
  analysisOf,
  analyze,
  launcher,
  measure,
  needMeasure,
  outputOf,
  parseJson,
  printMeasurements,
  recordRatio,
  sumBytes,
} from './measure.mjs'
import { randomFrom, SCATTERED, StackMaker, USUAL } from './random.mjs'

const FUNCTIONS = 5_000
const CALLGRIND_FUNCTIONS = 20_000

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, runs: { type: 'string' } },
})
const megabytes = options.quick ? 10 : 100
const runs = Number(options.runs ?? (options.quick ? 1 : 5))

const GIGABYTE = 1e9

const nameOf = (fn) => `package_${fn % 50}.module_${fn % 500}.function_${fn}`
const lineOf = (stack) => stack.map((fn) => nameOf(fn)).join(';')

/** What a file holds: self and total of every function, the latter once a stack. */
class Sums {
  self = new Float64Array(CALLGRIND_FUNCTIONS)
  total = new Float64Array(CALLGRIND_FUNCTIONS)
  #seen = new Int32Array(CALLGRIND_FUNCTIONS)
  #stacks = 0

  add(stack, weight) {
    if (stack.length === 0) return
    this.#stacks++
    this.self[stack.at(-1)] += weight
    for (const fn of stack) {
      if (this.#seen[fn] === this.#stacks) continue
      this.#seen[fn] = this.#stacks
      this.total[fn] += weight
    }
  }
}

/** Writes pieces of text until the file has the size, a block at a time. */
function writeFile(path, { size = megabytes * 1e6, head = '', piece, tail = () => '' }) {
  const file = openSync(path, 'w')
  let written = 0
  let block = head
  while (written + block.length < size) {
    block += piece()
    if (block.length < 1 << 20) continue
    written += writeSync(file, block)
    block = ''
  }
  writeSync(file, block + tail())
  closeSync(file)
}

/** Lines as a profiler's folding prints them: each stack once, in the order of its text. */
function writeCollapsed(path, isSorted) {
  const maker = new StackMaker(1, FUNCTIONS, 40)
  const sums = new Sums()
  const lines = new Map()
  let length = 0
  while (length < megabytes * 1e6) {
    const stack = maker.next()
    const line = lineOf(stack)
    const weight = 1 + maker.random(9)
    if (lines.has(line)) continue
    length += line.length + 3
    lines.set(line, weight)
    sums.add(stack, weight)
  }
  const stacks = [...lines.keys()]
  if (isSorted) stacks.sort()
  else {
    const random = randomFrom(2)
    for (let at = stacks.length - 1; at > 0; at--) {
      const other = random(at + 1)
      ;[stacks[at], stacks[other]] = [stacks[other], stacks[at]]
    }
  }
  let at = 0
  const file = openSync(path, 'w')
  while (at < stacks.length) {
    writeSync(
      file,
      `${stacks
        .slice(at, at + 10_000)
        .map((stack) => `${stack} ${lines.get(stack)}`)
        .join('\n')}\n`,
    )
    at += 10_000
  }
  closeSync(file)
  return sums
}

/** Lines as something prints them that does not fold: in the order of time, the same stack again and again. */
function writeUnfolded(path) {
  const maker = new StackMaker(7, FUNCTIONS, 40)
  const sums = new Sums()
  writeFile(path, {
    size: GIGABYTE,
    piece: () => {
      const stack = maker.next()
      const weight = 1 + maker.random(9)
      sums.add(stack, weight)
      return `${lineOf(stack)} ${weight}\n`
    },
  })
  return sums
}

const speedscopeHead = () => {
  const frames = Array.from({ length: FUNCTIONS }, (_, fn) => ({
    name: nameOf(fn),
    file: `/srv/app/package_${fn % 50}/module_${fn % 500}.py`,
    line: (fn % 900) + 1,
  }))
  return `{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":${JSON.stringify(frames)}},"profiles":[`
}

function writeEvented(path, calls) {
  const maker = new StackMaker(3, FUNCTIONS, 40, calls)
  const sums = new Sums()
  const open = []
  let at = 0
  let separator = ''
  const event = (type, frame) => {
    const text = `${separator}{"type":"${type}","frame":${frame},"at":${at}}`
    separator = ','
    return text
  }
  const step = (stack) => {
    let text = ''
    const time = 1 + maker.random(900)
    sums.add(open, time)
    at += time
    let common = 0
    while (common < open.length && common < stack.length && open[common] === stack[common]) common++
    while (open.length > common) text += event('C', open.pop())
    while (open.length < stack.length) {
      open.push(stack[open.length])
      text += event('O', open.at(-1))
    }
    return text
  }
  writeFile(path, {
    head: `${speedscopeHead()}{"type":"evented","name":"main","unit":"microseconds","startValue":0,"endValue":1e15,"events":[`,
    piece: () => step(maker.next()),
    tail: () => `${step([])}]}]}`,
  })
  return sums
}

function writeSampled(path, calls) {
  const maker = new StackMaker(4, FUNCTIONS, 40, calls)
  const sums = new Sums()
  const weights = []
  let separator = ''
  writeFile(path, {
    head: `${speedscopeHead()}{"type":"sampled","name":"main","unit":"microseconds","startValue":0,"endValue":1e15,"samples":[`,
    piece: () => {
      weights.push(1 + maker.random(2000))
      const stack = maker.next()
      sums.add(stack, weights.at(-1))
      const text = `${separator}[${stack.join(',')}]`
      separator = ','
      return text
    },
    tail: () => `],"weights":[${weights.join(',')}]}]}`,
  })
  return sums
}

function writeTrace(path, calls) {
  const maker = new StackMaker(5, FUNCTIONS, 40, calls)
  const sums = new Sums()
  const open = []
  let ts = 1e6
  let separator = '\n'
  const event = (ph, fn) => {
    const text = `${separator}{"name":"${nameOf(fn)}","cat":"app","ph":"${ph}","ts":${ts},"pid":1,"tid":${7}}`
    separator = ',\n'
    return text
  }
  const step = (stack) => {
    let text = ''
    const time = 1 + maker.random(900)
    sums.add(open, time)
    ts += time
    let common = 0
    while (common < open.length && common < stack.length && open[common] === stack[common]) common++
    while (open.length > common) text += event('E', open.pop())
    while (open.length < stack.length) {
      open.push(stack[open.length])
      text += event('B', open.at(-1))
    }
    return text
  }
  writeFile(path, { head: '{"traceEvents":[', piece: () => step(maker.next()), tail: () => `${step([])}]}` })
  return sums
}

/** 20,000 functions in several parts, as a program that dumps now and then, or one file for each thread, writes them. */
function writeCallgrind(path) {
  const random = randomFrom(6)
  const sums = new Sums()
  const ofCallers = new Float64Array(CALLGRIND_FUNCTIONS)
  let fn = 0
  writeFile(path, {
    head: '# callgrind format\nversion: 1\ncreator: bench\npositions: line\nevents: Ir Dr\n\n',
    piece: () => {
      const own = fn % CALLGRIND_FUNCTIONS
      const isFirst = fn++ < CALLGRIND_FUNCTIONS
      let text = `fl=(${1 + (own % 2000)})${isFirst && own < 2000 ? ` /srv/app/file_${own}.c` : ''}\n`
      text += `fn=(${own + 1})${isFirst ? ` ${nameOf(own)}` : ''}\n`
      for (let line = 0; line < 40; line++) {
        const cost = random(9000)
        sums.self[own] += cost
        sums.total[own] += cost
        text += `${line === 0 ? 10 + random(900) : `+${1 + random(9)}`} ${cost} ${random(900)}\n`
      }
      for (let call = own === 0 ? 0 : 3; call > 0; call--) {
        const callee = (own * 7 + call * 13) % own
        text += `cfi=(${1 + (callee % 2000)})\ncfn=(${1 + callee})\n`
        const cost = random(99999)
        sums.total[own] += cost
        ofCallers[callee] += cost
        text += `calls=${1 + random(99)} ${random(900)}\n+1 ${cost} ${random(9999)}\n`
      }
      return `${text}\n`
    },
  })
  // The costs are drawn and do not fit together: a function has what it spends and calls, or what its callers say.
  for (const [own, cost] of ofCallers.entries()) sums.total[own] = Math.max(sums.total[own], cost)
  return sums
}

const speedscope = { ending: 'speedscope.json', isJson: true }
const trace = { ending: 'trace.json', isJson: true }

/**
 * atMost: CPU time against that of the peer. JSON must not take more memory than the file is large. The targets are for
 * programs as they are; what comes of stacks that do not repeat is measured beside them. Folded stacks have each once.
 */
const WORK = {
  'collapsed, sorted': { write: (path) => writeCollapsed(path, true), ending: 'folded', atMost: 3 },
  'collapsed, shuffled': { write: (path) => writeCollapsed(path, false), ending: 'folded', atMost: 7 },
  'speedscope, evented': { ...speedscope, write: (path) => writeEvented(path, USUAL), atMost: 0.5 },
  'speedscope, evented, scattered': { ...speedscope, write: (path) => writeEvented(path, SCATTERED) },
  'speedscope, sampled': { ...speedscope, write: (path) => writeSampled(path, USUAL), atMost: 0.65 },
  'speedscope, sampled, scattered': { ...speedscope, write: (path) => writeSampled(path, SCATTERED) },
  'trace-event, spans': { ...trace, write: (path) => writeTrace(path, USUAL), atMost: 0.6 },
  'trace-event, spans, scattered': { ...trace, write: (path) => writeTrace(path, SCATTERED) },
  callgrind: { write: writeCallgrind, ending: 'callgrind', atMost: 4 },
}

/** Self and total of every function, against what was written. */
function checkRows({ rows }, { self, total }) {
  const kept = (name, a, b) => (b > 0 ? [`${name} ${a} ${b}`] : [])
  agreeAll(
    'functions',
    rows.flatMap((row) => kept(row.function, row.self, row.total)),
    Array.from(self, (own, fn) => kept(nameOf(fn), own, total[fn])).flat(),
  )
}

function measureFormat(name, { write, ending, isJson = false, atMost }) {
  const path = join(folder, `big.${ending}`)
  const sums = write(path)
  const size = statSync(path).size / 1e6
  const title = `${name}, ${size.toFixed(0)} MB`
  console.log(title)
  checkRows(analysisOf(path, { limit: 0 }), sums)
  const peer = isJson ? '`JSON.parse(readFileSync)`' : 'summing its bytes'
  const ours = 'callcost analyze'
  const results = measure({ [peer]: isJson ? parseJson(path) : sumBytes(path), [ours]: analyze(path) }, runs)
  printMeasurements(results, peer)
  recordRatio(results, {
    work: `${title}: \`analyze\``,
    ours,
    peer,
    atMost,
    ...(isJson && atMost !== undefined ? { rssAtMost: size } : {}),
  })
  rmSync(path)
}

function measureGigabyte() {
  const path = join(folder, 'big.folded')
  const sums = writeUnfolded(path)
  console.log('collapsed, 1 GB, in a heap of 64 MB')
  const small = (limit) => [process.execPath, '--max-old-space-size=64', launcher, 'analyze', path, '--limit', limit]
  checkRows(JSON.parse(outputOf([...small('0'), '--format', 'json'])), sums)
  const ours = 'callcost analyze, heap of 64 MB'
  const peer = 'summing its bytes'
  const results = measure({ [peer]: sumBytes(path), [ours]: small('10') }, Math.min(3, runs), { isWarm: true })
  printMeasurements(results, peer)
  recordRatio(results, { work: 'collapsed, 1 GB: `analyze` with `--max-old-space-size=64`', ours, peer })
  rmSync(path)
}

needMeasure('text formats')
const folder = mkdtempSync(join(tmpdir(), 'callcost-bench-'))
try {
  const isAsked = (name) => positionals.length === 0 || positionals.some((each) => name.includes(each))
  for (const [name, work] of Object.entries(WORK)) if (isAsked(name)) measureFormat(name, work)
  if (!options.quick && isAsked('gigabyte')) measureGigabyte()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
