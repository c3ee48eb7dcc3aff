// `npm run docs`: writes the tables of README.md that come from the registry of formats, between their marks.
// `node scripts/docs.mjs --check` only says whether they are up to date.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What the tables are made from, bundled from the sources: the command line is no part of the library's build. */
async function loadSources() {
  const folder = mkdtempSync(join(tmpdir(), 'callcost-docs-'))
  const outfile = join(folder, 'sources.mjs')
  const contents = `
    export { CODECS } from './formats/index.ts'
    export { COMMANDS } from './src/cli/commands/index.ts'
    export { COMMON_OPTIONS } from './src/cli/options.ts'
    export { FEATURES, featureText } from './src/model/features.ts'`
  const banner = {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  }
  await build({
    stdin: { contents, resolveDir: root },
    absWorkingDir: root,
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    banner,
    logLevel: 'warning',
  })
  const sources = await import(pathToFileURL(outfile).href)
  rmSync(folder, { recursive: true })
  return sources
}

const { CODECS, COMMANDS, COMMON_OPTIONS, FEATURES, featureText } = await loadSources()

const path = fileURLToPath(new URL('../README.md', import.meta.url))

const yes = (flag) => (flag ? 'yes' : '–')
const row = (cells) => `| ${cells.join(' | ')} |`

function table(head, rows) {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')
}

/** Which formats there are, and what they carry. */
function formatsTable() {
  const rows = CODECS.filter(({ reads, writes }) => reads || writes).map(({ id, title, reads, writes, extensions }) => {
    const carries = new Set([...(reads ?? []), ...(writes ?? [])])
    return [
      `[\`${id}\`](formats/${id}/README.md)`,
      title,
      `\`${extensions[0]}\``,
      yes(reads),
      yes(writes),
      yes(carries.has('calls')),
      yes(carries.has('stacks')),
    ]
  })
  return table(['id', 'format', 'ending', 'read', 'written', 'call counts', 'stacks'], rows)
}

/** What each format can hold, feature by feature: what a conversion loses is what its target has no mark for. */
function featuresTable() {
  const writers = CODECS.filter(({ writes }) => writes)
  const rows = FEATURES.map((feature) => [
    featureText(feature),
    ...writers.map(({ writes }) => (writes.includes(feature) ? '●' : '')),
  ])
  return table(['can hold', ...writers.map(({ id }) => `\`${id}\``)], rows)
}

/** From each format that is read to each that is written: what happens to the call graph and to stacks. */
function pairsTable() {
  const readers = CODECS.filter(({ reads }) => reads)
  const writers = CODECS.filter(({ writes }) => writes)
  const cell = (from, to) => {
    const has = new Set(from.reads)
    const lost = from.reads.filter((feature) => !to.writes.includes(feature))
    if (!has.has('stacks') && to.writes.includes('stacks') && !to.writes.includes('edges')) return 'stacks inferred'
    return lost.length === 0 ? 'all kept' : `${from.reads.length - lost.length} of ${from.reads.length} kept`
  }
  const rows = readers.map((from) => [`\`${from.id}\``, ...writers.map((to) => cell(from, to))])
  return table(['from \\ to', ...writers.map(({ id }) => `\`${id}\``)], rows)
}

/** Every command with its operands and options, as --help has them. */
function optionsList() {
  const optionLine = ([name, option]) => {
    const value =
      option.kind === 'flag'
        ? ''
        : ` ${option.choices?.length < 6 ? option.choices.join('\\|') : option.value.replaceAll('|', '\\|')}`
    const short = option.short === undefined ? '' : `-${option.short}, `
    return row([`\`${short}--${name}${value}\``, option.describe.replaceAll('|', '\\|')])
  }
  const commands = COMMANDS.map((command) => {
    const operands = command.operands.map(({ name, many }) => `${name}${many ? '...' : ''}`)
    const examples = command.examples.map(([line, what]) => `- \`${line}\`: ${what}`)
    const options = Object.entries(command.options).map(optionLine)
    const head = [`### callcost ${[command.name, ...operands].join(' ')}`, '', command.describe, '', ...examples]
    return [...head, ...(options.length === 0 ? [] : ['', '| option | |', '| --- | --- |', ...options])].join('\n')
  })
  const common = [
    '### everywhere',
    '',
    '| option | |',
    '| --- | --- |',
    ...Object.entries(COMMON_OPTIONS).map(optionLine),
  ]
  return `<details>\n<summary>What --help says, in one place</summary>\n\n${[...commands, common.join('\n')].join('\n\n')}\n\n</details>`
}

const tables = { formats: formatsTable(), features: featuresTable(), pairs: pairsTable(), options: optionsList() }
const before = readFileSync(path, 'utf8')
let after = before
for (const [name, text] of Object.entries(tables)) {
  const marked = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`)
  if (!marked.test(after)) throw new Error(`README.md has no marks <!-- ${name} --> … <!-- /${name} -->`)
  after = after.replace(marked, (_, begin, end) => `${begin}${text}\n${end}`)
}
if (process.argv.includes('--check')) {
  if (after !== before) {
    console.error('README.md: a table is out of date; run: npm run docs')
    process.exitCode = 1
  }
} else writeFileSync(path, after)
