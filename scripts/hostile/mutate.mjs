// `node scripts/hostile/mutate.mjs [FORMAT...] [--sample N] [--seed N] [--folder DIR]`: cuts every fixture of up to 64 KB
// after each of its bytes, and turns over each bit of those up to 4 KB. A reader may refuse what comes of it or read it,
// in 1 s and 256 MB, and what it reads must add up. With --sample it tries so many per format, drawn at random. Findings
// are printed, and kept in DIR. Exit code 1 when there are any.
import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    folder: { type: 'string' },
    target: { type: 'string' },
  },
})

if (values.target === undefined) await runAll()
else process.exitCode = (await runFormat(positionals.at(-1), values.target)) > 0 ? 1 : 0

/** Builds the readers once, then tries each format; all of it in a process of its own, where one that dies stops no other. */
async function runAll() {
  const folder = mkdtempSync(join(tmpdir(), 'callcost-mutate-'))
  const target = join(folder, 'target.mjs')
  try {
    await build({
      absWorkingDir: root,
      entryPoints: ['scripts/hostile/mutations.mjs'],
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      banner: {
        js: "import { createRequire as $create } from 'node:module'; const require = $create(import.meta.url);",
      },
      outfile: target,
      logLevel: 'warning',
    })
    const { FORMATS } = await import(pathToFileURL(target).href)
    const formats = positionals.length > 0 ? positionals : FORMATS
    let failed = 0
    for (const format of formats) {
      const findings = values.sample === undefined ? await inChild(format, target) : await runFormat(format, target)
      failed += findings === 0 ? 0 : 1
    }
    process.exitCode = failed > 0 ? 1 : 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function inChild(format, target) {
  const child = fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), '--target', target, '--', format], {
    execArgv: ['--expose-gc', '--max-old-space-size=1024'],
  })
  return new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)))
}

async function runFormat(format, target) {
  const { mutate } = await import(pathToFileURL(target).href)
  let findings = 0
  const report = ({ kind, detail, name, mutation, bytes }) => {
    findings++
    console.log(`FINDING ${format} ${name}, ${mutation}: ${kind}: ${detail}`)
    if (values.folder === undefined) return
    mkdirSync(values.folder, { recursive: true })
    writeFileSync(join(values.folder, `${format}-${findings}-${kind}`), bytes)
  }
  const sample = values.sample === undefined ? undefined : Number(values.sample)
  const begun = performance.now()
  const count = await mutate(join(root, 'fixtures'), format, { sample, seed: Number(values.seed), report })
  const seconds = (performance.now() - begun) / 1000
  console.log(`${format}: ${count} executions, ${findings} findings, ${Math.round(count / seconds)}/s`)
  return findings
}
