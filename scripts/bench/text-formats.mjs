// `node scripts/bench/text-formats.mjs [MB]`: collapsed stacks, speedscope, trace-event spans and callgrind files of
// 100 MB each, analyzed by callcost, against JSON.parse of the file or a bare loop that sums its bytes.
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { canMeasure, measure, printMeasurements } from './measure.mjs'
import { randomFrom, StackMaker } from './random.mjs'

const FUNCTIONS = 5_000

const launcher = fileURLToPath(new URL('../../src/cli/launcher.js', import.meta.url))
const byteSum = fileURLToPath(new URL('byte-sum.mjs', import.meta.url))
const size = Number(process.argv[2] ?? 100) * 1e6
const only = process.argv[3]

const nameOf = (fn) => `package_${fn % 50}.module_${fn % 500}.function_${fn}`

/** Writes pieces of text until the file has the size, a block at a time. */
function writeFile(path, { head = '', piece, tail = () => '' }) {
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
  const lines = new Map()
  let length = 0
  while (length < size) {
    const line = maker
      .next()
      .map((fn) => nameOf(fn))
      .join(';')
    if (!lines.has(line)) length += line.length + 3
    lines.set(line, 1 + maker.random(9))
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
}

const speedscopeHead = () => {
  const frames = Array.from({ length: FUNCTIONS }, (_, fn) => ({
    name: nameOf(fn),
    file: `/srv/app/package_${fn % 50}/module_${fn % 500}.py`,
    line: (fn % 900) + 1,
  }))
  return `{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":${JSON.stringify(frames)}},"profiles":[`
}

function writeEvented(path) {
  const maker = new StackMaker(3, FUNCTIONS, 40)
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
    at += 1 + maker.random(900)
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
}

function writeSampled(path) {
  const maker = new StackMaker(4, FUNCTIONS, 40)
  const weights = []
  let separator = ''
  writeFile(path, {
    head: `${speedscopeHead()}{"type":"sampled","name":"main","unit":"microseconds","startValue":0,"endValue":1e15,"samples":[`,
    piece: () => {
      weights.push(1 + maker.random(2000))
      const text = `${separator}[${maker.next().join(',')}]`
      separator = ','
      return text
    },
    tail: () => `],"weights":[${weights.join(',')}]}]}`,
  })
}

function writeTrace(path) {
  const maker = new StackMaker(5, FUNCTIONS, 40)
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
    ts += 1 + maker.random(900)
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
}

/** 20,000 functions in several parts, as a program that dumps now and then, or one file for each thread, writes them. */
function writeCallgrind(path) {
  const random = randomFrom(6)
  let fn = 0
  writeFile(path, {
    head: '# callgrind format\nversion: 1\ncreator: bench\npositions: line\nevents: Ir Dr\n\n',
    piece: () => {
      const own = fn % 20_000
      const isFirst = fn++ < 20_000
      let text = `fl=(${1 + (own % 2000)})${isFirst && own < 2000 ? ` /srv/app/file_${own}.c` : ''}\n`
      text += `fn=(${own + 1})${isFirst ? ` ${nameOf(own)}` : ''}\n`
      for (let line = 0; line < 40; line++) {
        text += `${line === 0 ? 10 + random(900) : `+${1 + random(9)}`} ${random(9000)} ${random(900)}\n`
      }
      for (let call = own === 0 ? 0 : 3; call > 0; call--) {
        const callee = (own * 7 + call * 13) % own
        text += `cfi=(${1 + (callee % 2000)})\ncfn=(${1 + callee})\n`
        text += `calls=${1 + random(99)} ${random(900)}\n+1 ${random(99999)} ${random(9999)}\n`
      }
      return `${text}\n`
    },
  })
}

const WORK = {
  'collapsed-sorted': { write: (path) => writeCollapsed(path, true), ending: 'folded', isJson: false },
  'collapsed-shuffled': { write: (path) => writeCollapsed(path, false), ending: 'folded', isJson: false },
  'speedscope-evented': { write: writeEvented, ending: 'speedscope.json', isJson: true },
  'speedscope-sampled': { write: writeSampled, ending: 'speedscope.json', isJson: true },
  'trace-event-spans': { write: writeTrace, ending: 'trace.json', isJson: true },
  callgrind: { write: writeCallgrind, ending: 'callgrind', isJson: false },
}

if (!canMeasure) {
  console.error('SKIPPED: /usr/bin/time is missing, so CPU time cannot be measured')
  process.exit(0)
}
const folder = mkdtempSync(join(tmpdir(), 'callcost-bench-'))
try {
  const parse = join(folder, 'parse.mjs')
  writeFileSync(parse, "import { readFileSync } from 'node:fs'\nJSON.parse(readFileSync(process.argv[2], 'utf8'))\n")
  for (const [name, { write, ending, isJson }] of Object.entries(WORK)) {
    if (only !== undefined && !name.includes(only)) continue
    const path = join(folder, `big.${ending}`)
    write(path)
    console.log(`\n${name}: ${(statSync(path).size / 1e6).toFixed(1)} MB\n`)
    const peer = isJson ? 'JSON.parse' : 'byte sum'
    printMeasurements(
      measure(
        {
          [peer]: [process.execPath, isJson ? parse : byteSum, path],
          'callcost analyze': [process.execPath, launcher, 'analyze', '--limit', '10', path],
        },
        3,
      ),
      peer,
    )
    rmSync(path)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
