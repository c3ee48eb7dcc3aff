// `node scripts/compile.mjs FOLDER`: runs the program in FOLDER on a fixture, and keeps what V8 compiled for that, which
// the launcher takes instead of compiling it at each start. It fits only the Node that made it, which its name tells.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { Script } from 'node:vm'

const folder = resolve(process.argv[2])
const program = join(folder, 'main.cjs')

/** What it compiles for one format is nearly all; more of them did not start any sooner. */
const WORDS = ['analyze', 'fixtures/diagnose/orders_sqlite-bad.pstats', '--quiet']

// As in the launcher: compiled code fits one source, to the letter.
const script = new Script(`(function (exports, require, module, __filename) {${readFileSync(program, 'latin1')}\n})`, {
  filename: program,
})
const module = { exports: {} }
script.runInThisContext()(module.exports, createRequire(program), module, program)
await module.exports.main(WORDS, '')
if (process.exitCode !== 0) throw new Error(`the program ends with exit code ${process.exitCode}`)
writeFileSync(join(folder, `main-${process.version}-${process.arch}.cache`), script.createCachedData())
