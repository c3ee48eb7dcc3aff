#!/usr/bin/env node
// The program's entry. Plain JavaScript that is committed, so that a checkout which is not built yet, or an old Node,
// gets a sentence and not a stack trace. Nothing here may need more than Node 12.
import { existsSync, readFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'

const { version, engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
const program = fileURLToPath(new URL('../../dist/cli/main.cjs', import.meta.url))
/**
 * What V8 made of the program when it was built: see scripts/compile.mjs. A package has none. V8 takes what another
 * release of Node with the same V8 compiled, and then goes wrong, so the name says which it was.
 */
const compiled = `${program.slice(0, -'.cjs'.length)}-${process.version}-${process.arch}.cache`

if (!isNewEnough(process.versions.node, engines.node)) {
  fail(
    `needs Node ${engines.node.slice(2)} or newer, this is ${process.versions.node}`,
    'https://nodejs.org has newer ones',
  )
} else if (process.argv.length === 3 && process.argv[2] === '--version') {
  process.stdout.write(`${version}\n`)
} else if (!existsSync(program)) {
  fail('this checkout is not built yet', 'run: npm ci')
} else {
  let loaded
  try {
    loaded = load(nodeModule.createRequire(program))
  } catch (error) {
    fail(`the build is damaged: ${error.message}`, 'run: npm run build')
  }
  if (loaded) loaded.main(process.argv.slice(2), version)
}

/** Compiling the program is half of the start, so compiled code is taken from the disk where there is some. */
function load(require) {
  if (nodeModule.enableCompileCache) nodeModule.enableCompileCache()
  else if (existsSync(compiled)) return loadCompiled(require)
  return require(program)
}

/** Node before 22 takes compiled code for scripts only. What other flags were compiled with is refused, and compiled anew. */
function loadCompiled(require) {
  // The bundle is ASCII.
  const source = `(function (exports, require, module, __filename) {${readFileSync(program, 'latin1')}\n})`
  const script = new Script(source, { filename: program, cachedData: readFileSync(compiled) })
  const module = { exports: {} }
  script.runInThisContext()(module.exports, require, module, program)
  return module.exports
}

/** `wanted` is as in package.json: `>=20.19`. */
function isNewEnough(actual, wanted) {
  const [major, minor] = actual.split('.').map(Number)
  const [leastMajor, leastMinor] = wanted.slice(2).split('.').map(Number)
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
}

function fail(message, hint) {
  process.stderr.write(`callcost: ${message}\n  hint: ${hint}\n`)
  process.exitCode = 70
}
