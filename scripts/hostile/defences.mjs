// `node scripts/hostile/defences.mjs [WORD]`: takes each defence against hostile files out of a copy of the project, one
// at a time, and runs the tests that stand for it. They must fail: a defence without a test could be lost unseen.
// WORD: only those whose description has it. Exit code 1 when one is not missed. Runs for some minutes.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** A test that hangs or grows without its defence has missed it as well. */
const MOST_MS = 180_000
const NEVER = 'if (Number.NaN > 0)'

/** What it is, the file that it is in, its code, what stands there without it, and the tests that must see that. */
const DEFENCES = [
  {
    what: 'counts are checked against the bytes that remain',
    file: 'src/bytes/cursor.ts',
    code: 'if (count >= 0 && count * minimumBytesEach <= this.remaining) return count',
    without: 'if (count * minimumBytesEach !== Number.NaN) return count',
    tests: ['test/bytes/cursor.test.ts', 'test/formats/pstats'],
  },
  {
    what: 'marshal: a reference into the object that it is part of',
    file: 'formats/pstats/marshal-reader.ts',
    code: 'if (this.refs.kind(index) === REF.hole)',
    without: NEVER,
    tests: ['test/formats/pstats', 'test/hostile/corpus.test.ts'],
  },
  {
    what: 'marshal: nesting is bounded',
    file: 'formats/pstats/skip-object.ts',
    code: 'if (this.#types.length >= limit)',
    without: NEVER,
    tests: ['test/formats/pstats', 'test/hostile/corpus.test.ts'],
  },
  {
    what: 'JSON: nesting is bounded',
    file: 'src/bytes/json-walk.ts',
    code: 'if (this.depth === this.#maxDepth)',
    without: NEVER,
    tests: ['test/bytes/json-scanner.test.ts', 'test/hostile/json-conformance.test.ts'],
  },
  {
    what: 'JSON: numbers are finite',
    file: 'src/bytes/json-number.ts',
    code: 'if (this.value === Number.POSITIVE_INFINITY)',
    without: NEVER,
    tests: ['test/bytes/json-scanner.test.ts', 'test/hostile/json-conformance.test.ts'],
  },
  {
    what: 'JSON: integers past 2^53 are exact',
    file: 'src/bytes/json-number.ts',
    code: 'if (!this.plain || !Number.isSafeInteger(value))',
    without: NEVER,
    tests: ['test/bytes/json-scanner.test.ts', 'test/hostile/json-conformance.test.ts'],
  },
  {
    what: 'JSON: control characters in strings are refused',
    file: 'src/bytes/json-text.ts',
    code: 'if (byte < 0x20) {',
    without: `${NEVER} {`,
    tests: ['test/bytes/json-scanner.test.ts', 'test/hostile/json-conformance.test.ts'],
  },
  {
    what: 'JSON: UTF-16 is told',
    file: 'src/bytes/json-scanner.ts',
    code: 'if (this.#base + at === 0 && (byte === 0xff || byte === 0xfe))',
    without: NEVER,
    tests: ['test/bytes/json-scanner.test.ts', 'test/hostile/json-conformance.test.ts'],
  },
  {
    what: 'texts are bounded',
    file: 'src/model/strings.ts',
    code: 'if (end - start > limit)',
    without: NEVER,
    tests: ['test/hostile', 'test/formats/pprof'],
  },
  {
    what: 'lines are bounded',
    file: 'src/bytes/lines.ts',
    code: 'if (length > this.#longest)',
    without: NEVER,
    tests: ['test/bytes/lines.test.ts', 'test/hostile/long-tokens.test.ts'],
  },
  {
    what: 'tables are counted: the limit on memory',
    file: 'src/limits.ts',
    code: 'if (this.#live + bytes > this.limits.memory)',
    without: NEVER,
    tests: ['test/bytes/columns.test.ts', 'test/model', 'test/hostile'],
  },
  {
    what: 'tables are counted: the limits on rows',
    file: 'src/limits.ts',
    code: 'if (count > limit)',
    without: NEVER,
    tests: ['test/hostile/corpus.test.ts', 'test/formats/pprof', 'test/formats/cpuprofile'],
  },
  {
    what: 'compressed bytes: the ratio',
    file: 'src/bytes/gunzip.ts',
    code: 'if (length > RATIO_FREE_BYTES && length > compressed * limits.ratio)',
    without: NEVER,
    tests: ['test/bytes/gunzip.test.ts'],
  },
  {
    what: 'compressed bytes: the size of what comes out',
    file: 'src/bytes/gunzip.ts',
    code: 'if (length > limits.decompressed)',
    without: NEVER,
    tests: ['test/bytes/gunzip.test.ts'],
  },
  {
    what: 'compressed bytes: compressed twice',
    file: 'src/bytes/gunzip.ts',
    code: 'if (inner === undefined)',
    without: 'if (inner !== outer || inner === outer)',
    tests: ['test/bytes/gunzip.test.ts'],
  },
  {
    what: 'compressed bytes: what follows them',
    file: 'src/bytes/gunzip.ts',
    code: 'if (ended && junk >= 0)',
    without: NEVER,
    tests: ['test/bytes/gunzip.test.ts'],
  },
  {
    what: 'the size of the input',
    file: 'src/bytes/gunzip.ts',
    code: 'if (bytes > limits.input)',
    without: NEVER,
    tests: ['test/bytes/gunzip.test.ts'],
  },
  {
    what: 'patterns: references back are refused',
    file: 'src/analysis/pattern.ts',
    code: 'if (/^\\\\([1-9]|k<)/.test(token))',
    without: NEVER,
    tests: ['test/analysis/pattern.test.ts'],
  },
  {
    what: 'patterns: looking around is refused',
    file: 'src/analysis/pattern.ts',
    code: 'if (/^\\(\\?(=|!|<=|<!)/.test(source.slice(at, at + 4)))',
    without: NEVER,
    tests: ['test/analysis/pattern.test.ts'],
  },
  {
    what: 'patterns: the linear engine takes over',
    file: 'src/analysis/pattern.ts',
    code: "setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks')",
    without: '',
    tests: ['test/analysis/pattern.test.ts'],
  },
  {
    what: 'patterns: their length',
    file: 'src/analysis/pattern.ts',
    code: 'if (Buffer.byteLength(source) > MAX_PATTERN)',
    without: NEVER,
    tests: ['test/analysis/pattern.test.ts'],
  },
  {
    what: 'sums of integers are exact',
    file: 'src/model/exact-sums.ts',
    code: 'if (integers && !Number.isSafeInteger(sum) && Number.isFinite(sum))',
    without: NEVER,
    tests: ['test/model', 'test/formats/pprof', 'test/hostile/corpus.test.ts'],
  },
  {
    what: 'sums do not depend on the order',
    file: 'src/model/exact-sums.ts',
    code: 'const split = grid > 0 && Number.isFinite(rounding)',
    without: 'const split = grid > Number.POSITIVE_INFINITY',
    tests: ['test/model'],
  },
  {
    what: 'CSV: formulas',
    file: 'src/encode/csv.ts',
    code: 'escape_formulas: safe',
    without: 'escape_formulas: false',
    tests: ['test/encode/csv.test.ts'],
  },
  {
    what: 'DOT: quotes',
    file: 'src/encode/dot.ts',
    code: ".replace(/[\\\\\"]/g, '\\\\$&')",
    without: '',
    tests: ['test/formats/dot'],
  },
  {
    what: 'Markdown: what means something',
    file: 'src/encode/markdown.ts',
    code: ".replace(SPECIAL, '\\\\$&')",
    without: '',
    tests: ['test/encode/markdown.test.ts'],
  },
  {
    what: 'terminal: controls in names',
    file: 'src/encode/terminal.ts',
    code: 'if (PRINTABLE_ASCII.test(text)) return text\n  return text.replace',
    without: 'if (text !== "\\u0000") return text\n  return text.replace',
    tests: ['test/encode/terminal.test.ts'],
  },
  {
    what: 'terminal: rows of a report',
    file: 'src/render/text.ts',
    code: 'escapeForTerminal(shown.text(column, cell))',
    without: 'shown.text(column, cell)',
    tests: ['test/properties/printing.test.ts', 'test/hostile/output.test.ts'],
  },
  {
    what: 'terminal: messages',
    file: 'src/cli/messages.ts',
    code: 'escapeForTerminal(message)',
    without: 'message',
    tests: ['test/hostile', 'test/cli/cases.test.ts'],
  },
  {
    what: 'output: never one of the inputs',
    file: 'src/io/save-target.ts',
    code: 'if (stats !== null && stats.dev === old.dev && stats.ino === old.ino)',
    without: NEVER,
    tests: ['test/io/save.test.ts'],
  },
  {
    what: 'output: nothing is left of a failure',
    file: 'src/io/save.ts',
    code: 'await unlink(temporary).catch(() => {})',
    without: '',
    tests: ['test/io/save.test.ts', 'test/io/faults.test.ts'],
  },
  {
    what: 'output: on the disk before it is renamed',
    file: 'src/io/save.ts',
    code: 'await handle.sync()\n',
    without: '\n',
    tests: ['test/io/faults.test.ts', 'test/io/save.test.ts'],
  },
  {
    what: 'output: a signal removes what is unfinished',
    file: 'src/io/save.ts',
    code: '      unlinkSync(path)\n',
    without: '',
    tests: ['test/io/save.test.ts'],
  },
  {
    what: 'output: a reader that goes away',
    file: 'src/io/stdout.ts',
    code: "if (systemCode(error) === 'EPIPE') return { closed: true }",
    without: '',
    tests: ['test/io/stdout.test.ts'],
  },
  {
    what: 'input: replaced while it was read',
    file: 'src/io/file-source.ts',
    code: 'if (found.ino !== expected.ino || found.dev !== expected.dev)',
    without: NEVER,
    tests: ['test/io/file-source.test.ts'],
  },
  {
    what: 'input: grown while it was read',
    file: 'src/io/file-source.ts',
    code: 'if (size !== null && read > size)',
    without: NEVER,
    tests: ['test/io/file-source.test.ts'],
  },
  {
    what: 'input: shrunk while it was read',
    file: 'src/io/file-source.ts',
    code: 'if (size !== null && read < size)',
    without: NEVER,
    tests: ['test/io/file-source.test.ts'],
  },
  {
    what: 'V8: nodes that are their own ancestors',
    file: 'formats/_v8/node-tree.ts',
    code: 'if (count !== length)',
    without: NEVER,
    tests: ['test/formats/cpuprofile', 'test/hostile/corpus.test.ts'],
  },
  {
    what: 'speedscope: a frame is left that was not entered',
    file: 'formats/speedscope/profile-columns.ts',
    code: "this.#context.fault('a frame is left that was not entered', this.#place())",
    without: '',
    tests: ['test/formats/speedscope', 'test/hostile/corpus.test.ts'],
  },
  {
    what: 'pprof: lengths of fields',
    file: 'formats/pprof/wire.ts',
    code: 'if (length > left)',
    without: NEVER,
    tests: ['test/formats/pprof', 'test/hostile/corpus.test.ts'],
  },
  {
    what: 'pprof: a list that ends in a number',
    file: 'formats/pprof/wire.ts',
    code: 'if (at > end)',
    without: NEVER,
    tests: ['test/formats/pprof', 'test/hostile/corpus.test.ts'],
  },
  {
    what: 'pprof: ids that come twice',
    file: 'formats/pprof/record-tables.ts',
    code: 'if (ids.add(low, high)) return',
    without: 'if (ids.add(low, high) || low === low) return',
    tests: ['test/formats/pprof', 'test/hostile/corpus.test.ts'],
  },
  {
    what: 'callgrind: names that are not defined',
    file: 'formats/callgrind/parser.ts',
    code: 'if (name === NONE)',
    without: NEVER,
    tests: ['test/formats/callgrind', 'test/hostile/corpus.test.ts'],
  },
]

const copy = mkdtempSync(join(tmpdir(), 'callcost-defences-'))
const [word = ''] = process.argv.slice(2)
let unseen = 0
try {
  for (const name of ['src', 'formats', 'test', 'fixtures', 'scripts']) {
    cpSync(join(ROOT, name), join(copy, name), { recursive: true })
  }
  for (const name of ['package.json', 'tsconfig.json', 'vitest.config.ts', 'README.md', 'LICENSE', 'CHANGELOG.md']) {
    cpSync(join(ROOT, name), join(copy, name))
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  const asked = DEFENCES.filter(({ what }) => what.includes(word))
  const whole = await runTests([...new Set(asked.flatMap(({ tests }) => tests))], 10 * MOST_MS)
  if (whole.code !== 0) throw new Error(`the tests fail before anything is taken out:\n${whole.said}`)
  for (const defence of asked) if (!(await isMissed(defence))) unseen++
  console.log(`${asked.length - unseen} of ${asked.length} defences are missed by a test when they are gone`)
} finally {
  rmSync(copy, { recursive: true, force: true })
}
process.exitCode = unseen > 0 ? 1 : 0

/** Runs the tests without the defence. */
async function isMissed({ what, file, code, without, tests }) {
  const path = join(copy, file)
  const text = readFileSync(path, 'utf8')
  if (text.split(code).length !== 2) throw new Error(`${what}: ${file} does not have this once: ${code}`)
  writeFileSync(
    path,
    text.replace(code, () => without),
  )
  try {
    const run = await runTests(tests)
    const failed = /^ FAIL {2}(.*)$/m.exec(run.said)
    const by = failed?.[1] ?? (run.code === null ? 'no end' : 'an error')
    console.log(run.code === 0 ? `NOT MISSED: ${what}` : `missed: ${what} (${by})`)
    return run.code !== 0
  } finally {
    writeFileSync(path, text)
  }
}

/** Exit code, null when it was ended, and all it said. */
async function runTests(tests, timeout = MOST_MS) {
  // A group of its own: what hangs is a worker, which does not notice that the process that started it is gone.
  const child = spawn('npx', ['vitest', 'run', '--bail=1', ...tests], { cwd: copy, detached: true })
  const parts = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => parts.push(part))
  const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), timeout)
  const [code] = await once(child, 'close')
  clearTimeout(timer)
  return {
    code,
    said: Buffer.concat(parts)
      .toString()
      .replaceAll(/\u001b\[[0-9;]*m/g, ''),
  }
}
