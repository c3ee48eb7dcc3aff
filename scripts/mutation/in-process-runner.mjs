import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { TARGETS } from './targets.mjs'

/** How long each test took in the first run, for all workers: test → milliseconds. */
const TIMES = '.test-times.json'

/**
 * Runs tests for Stryker in its worker's own process. Stryker's mutants are switched by a global variable, so tests can
 * be called again without loading anything anew; its Vitest runner starts a worker, Vitest and all modules for each
 * mutant (0.8 s of CPU time against some milliseconds here).
 */
class InProcessRunner {
  static inject = ['options']

  #loads = 0
  #tests = []

  capabilities() {
    return { reloadEnvironment: true }
  }

  async init() {
    // A mutant may leave a promise behind that nobody waits for any more.
    process.on('unhandledRejection', () => {})
    process.env.TZ = 'UTC'
    await bundle(this.#bundlePath)
  }

  async dryRun() {
    state().activeMutant = undefined
    await this.#load()
    const tests = []
    for (const { id, test } of this.#tests) {
      const started = performance.now()
      state().currentTestId = id
      const error = await failureOf([test])
      state().currentTestId = undefined
      const timeSpentMs = performance.now() - started
      tests.push({
        id,
        name: test.name,
        timeSpentMs,
        ...(error === null ? { status: 0 } : { status: 1, failureMessage: error.message }),
      })
    }
    writeFileSync(TIMES, JSON.stringify(Object.fromEntries(tests.map(({ id, timeSpentMs }) => [id, timeSpentMs]))))
    return { status: 'complete', tests, mutantCoverage: state().mutantCoverage }
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation, reloadEnvironment }) {
    const now = state()
    now.hitCount = hitLimit === undefined ? undefined : 0
    now.hitLimit = hitLimit
    if (mutantActivation === 'static') now.activeMutant = activeMutant.id
    else now.activeMutant = undefined
    try {
      if (reloadEnvironment || this.#tests.length === 0) await this.#load()
    } catch (error) {
      return { status: 'killed', killedBy: ['loading'], failureMessage: String(error), nrOfTests: 0 }
    }
    now.activeMutant = activeMutant.id
    const wanted = testFilter === undefined ? null : new Set(testFilter)
    const chosen = this.#tests.filter(({ id }) => wanted === null || wanted.has(id))
    let ran = 0
    for (const { id, test } of chosen) {
      ran++
      const error = await failureOf([test])
      if (hitLimit !== undefined && now.hitCount > hitLimit) return { status: 'timeout', reason: 'hit limit' }
      if (error !== null) return { status: 'killed', killedBy: [id], failureMessage: error.message, nrOfTests: ran }
    }
    return { status: 'survived', nrOfTests: ran }
  }

  async dispose() {
    rmSync(this.#bundlePath, { force: true })
  }

  get #bundlePath() {
    return resolve(`.tests-${process.pid}.mjs`)
  }

  /** Loads tests and modules anew. */
  async #load() {
    const { collected } = await import(`${pathToFileURL(this.#bundlePath)}?${this.#loads++}`)
    const seen = new Map()
    const times = existsSync(TIMES) ? JSON.parse(readFileSync(TIMES, 'utf8')) : {}
    const tests = collected().map((test) => {
      const count = seen.get(test.name) ?? 0
      seen.set(test.name, count + 1)
      const id = count === 0 ? test.name : `${test.name} (${count + 1})`
      return { id, test, time: times[id] ?? 0 }
    })
    // Most mutants fail at the first test: the fast ones begin.
    this.#tests = tests.sort((a, b) => a.time - b.time)
  }
}

/** The variables by which Stryker's instrumented code is controlled. */
function state() {
  globalThis.__stryker__ ??= {}
  return globalThis.__stryker__
}

/** Runs tests, with the hooks of the blocks around them, and gives the first error. */
async function failureOf(tests) {
  for (const { block, run } of tests) {
    const blocks = []
    for (let at = block; at !== null; at = at.around) blocks.unshift(at)
    try {
      for (const { before } of blocks) for (const hook of before) await hook()
      await run()
      for (const { after } of blocks) for (const hook of after) await hook()
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }
  return null
}

/** All tests of the target in one file, with our stand-in for Vitest. */
async function bundle(outfile) {
  const { tests } = TARGETS[process.env.MUTATION_TARGET]
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((name) => `test/${name.replaceAll('\\', '/')}`)
    .filter((name) => tests.test(name))
    .sort()
  const shim = resolve('scripts/mutation/collected-tests.mjs')
  const entry = [...files, shim].map((file, i) =>
    i < files.length ? `import './${file}'` : `export { collected } from ${JSON.stringify(file)}`,
  )
  await build({
    stdin: { contents: entry.join('\n'), resolveDir: process.cwd() },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    packages: 'external',
    // package.json says that modules have no side effects; tests are nothing else.
    ignoreAnnotations: true,
    plugins: [
      {
        name: 'as the tests expect it',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^vitest$/ }, ({ importer }) =>
            importer === shim ? { path: 'vitest', external: true } : { path: shim },
          )
          onLoad({ filter: /\.ts$/ }, async ({ path }) => {
            const { readFile } = await import('node:fs/promises')
            const contents = await readFile(path, 'utf8')
            return {
              contents: contents.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
              loader: 'ts',
            }
          })
        },
      },
    ],
  })
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'in-process', injectableClass: InProcessRunner }]
