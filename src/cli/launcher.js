#!/usr/bin/env node
// The program's entry. Plain JavaScript that is committed, so that a checkout which is not built yet, or an old Node,
// gets a sentence and not a stack trace. Nothing here may need more than Node 12.
import { existsSync, readFileSync } from 'node:fs'
import * as nodeModule from 'node:module'

const { version, engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
const program = new URL('../../dist/cli/main.js', import.meta.url)

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
  // Node 22 and newer keep compiled code on disk; that halves the start.
  if (nodeModule.enableCompileCache) nodeModule.enableCompileCache()
  import(program.href).then(
    ({ main }) => main(process.argv.slice(2), version),
    (error) => fail(`the build is damaged: ${error.message}`, 'run: npm run build'),
  )
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
