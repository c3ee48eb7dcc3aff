import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FIXTURE = join(ROOT, 'fixtures/pstats/inventory.pstats')

const folder = mkdtempSync(join(tmpdir(), 'callcost-package-'))
const installed = join(folder, 'node_modules/callcost')
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
let files: string[] = []

function run(command: string, args: readonly string[], cwd = folder): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32' && command === 'npm',
  })
  expect(error).toBeUndefined()
  expect(status, `${command} ${args.join(' ')}\n${stdout}${stderr}`).toBe(0)
  return stdout
}

/** The package as npm would publish it, installed without a registry: unpacked, beside the dependencies of the checkout. */
beforeAll(() => {
  expect(existsSync(join(ROOT, 'dist/src/index.js')), 'run: npm run build').toBe(true)
  const packed = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], ROOT))
  files = packed[0].files.map(({ path }: { path: string }) => path)
  mkdirSync(installed, { recursive: true })
  run('tar', ['-xzf', packed[0].filename, '-C', installed, '--strip-components=1'])
  for (const name of Object.keys(manifest.dependencies)) {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), 'junction')
  }
  writeFileSync(join(folder, 'package.json'), '{"type": "module", "private": true}')
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the package', () => {
  it('holds the program, the library with its types, and nothing else', () => {
    expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'CHANGELOG.md', 'package.json']))
    expect(files).toEqual(expect.arrayContaining(['src/cli/launcher.js', 'dist/cli/main.cjs', 'dist/src/index.d.ts']))
    const documents = /^(README|LICENSE|CHANGELOG)/
    const rest = files.filter((path) => !/^dist\/.*\.(c?js|d\.ts)$/.test(path) && !documents.test(path))
    // The licences of what is bundled go with the bundle.
    const licences = ['dist/cli/help-text.cjs.LEGAL.txt', 'dist/cli/main.cjs.LEGAL.txt']
    const programs = ['scripts/calibrate-cprofile.py', 'src/cli/launcher.js']
    expect(rest.sort()).toEqual([...licences, 'package.json', ...programs])
    expect(files.filter((path) => path.startsWith('dist/src/cli/'))).toEqual([])
  })

  it.skipIf(process.platform === 'win32')('has a program that can be started', () => {
    expect(statSync(join(installed, manifest.bin.callcost)).mode & 0o111).toBe(0o111)
    expect(run(join(installed, manifest.bin.callcost), ['--version'])).toBe(`${manifest.version}\n`)
    expect(run(join(installed, manifest.bin.callcost), ['formats', '--format', 'json'])).toContain('"pstats"')
  })

  it('runs nothing when it is installed', () => {
    expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([])
  })

  it('gives types to a consumer that is strict, and a library that works', () => {
    writeFileSync(
      join(folder, 'consumer.ts'),
      `import { callGraph, CallcostError, type Profile, readProfile } from 'callcost'

const profile: Profile = await readProfile(${JSON.stringify(FIXTURE)})
const graph = callGraph(profile)
const value: 'time' = profile.valueTypes[profile.defaultValue]?.name === 'time' ? 'time' : (() => { throw new Error('no time') })()
let kind: CallcostError['kind'] | null = null
try {
  await readProfile(new Uint8Array([0x7b, 0x28, 0xff, 0xff, 0xff, 0x7f, 0x4e]))
} catch (error) {
  if (error instanceof CallcostError) kind = error.kind
}
declare const console: { log(text: string): void }
console.log(JSON.stringify({ functions: profile.functions.length, rows: graph.length, value, kind }))
`,
    )
    // The example of the README, which is compiled and not run.
    const example = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))![1]!
    writeFileSync(join(folder, 'readme.ts'), `declare const console: { log(...values: unknown[]): void }\n${example}`)
    const options = {
      compilerOptions: {
        module: 'nodenext',
        target: 'es2022',
        lib: ['es2023'],
        types: [],
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        skipLibCheck: false,
      },
      files: ['consumer.ts', 'readme.ts'],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options))
    run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder])
    const seen = JSON.parse(run(process.execPath, ['consumer.js']))
    expect(seen).toEqual({ functions: seen.rows, rows: seen.rows, value: 'time', kind: 'data' })
    expect(seen.rows).toBeGreaterThan(5)
  })
})
