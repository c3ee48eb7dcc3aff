import { existsSync } from 'node:fs'
import { TARGETS } from './targets.mjs'

/*
 * `npm run mutation [TARGET…]`: changes the code in small ways and looks whether a test fails. Stryker is no dependency
 * of ours: 150 packages for what is run by hand now and then.
 */
const INSTALL = 'npm install --no-save --ignore-scripts @stryker-mutator/core@9.6.1'

const names = process.argv.slice(2)
const unknown = names.find((name) => !(name in TARGETS))
if (unknown !== undefined) fail(`there is no target ${unknown}: ${Object.keys(TARGETS).join(', ')}`)
if (!existsSync('node_modules/@stryker-mutator/core')) fail(`Stryker is not installed, run: ${INSTALL}`)

// The name is not written out, or it would have to be among the dependencies.
const core = ['@stryker-mutator', 'core'].join('/')
const { Stryker } = await import(core)

for (const name of names.length > 0 ? names : Object.keys(TARGETS)) {
  // Read by the test runner, which Stryker starts as processes of its own.
  process.env.MUTATION_TARGET = name
  const results = await new Stryker(optionsOf(name)).runMutationTest()
  // Ignored mutants, as of the words of errors, count for nothing.
  const counted = results.filter(({ status }) => status !== 'Ignored')
  const found = counted.filter(({ status }) => status === 'Killed' || status === 'Timeout')
  const score = (100 * found.length) / counted.length
  console.log(`${name}: ${score.toFixed(1)} % of ${counted.length} mutants`)
  if (score < TARGETS[name].least) process.exitCode = 1
}

function optionsOf(name) {
  return {
    mutate: TARGETS[name].mutate,
    testRunner: 'in-process',
    plugins: ['./scripts/mutation/in-process-runner.mjs', './scripts/mutation/ignore-messages.mjs'],
    ignorers: ['messages'],
    coverageAnalysis: 'perTest',
    // Stryker 9 asks TypeScript for the project in a way that TypeScript 7 has no more; without the file it does not.
    tsconfigFile: 'tsconfig.none.json',
    concurrency: 2,
    ignorePatterns: ['dist', 'coverage', 'test/oracles'],
    tempDirName: 'node_modules/.stryker',
    reporters: ['progress-append-only', 'clear-text', 'json'],
    jsonReporter: { fileName: `coverage/mutation-${name}.json` },
    clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
    timeoutMS: 10_000,
  }
}

function fail(message) {
  console.error(message)
  process.exit(64)
}
