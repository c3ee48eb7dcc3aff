import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { convertProfiles } from '../../src/pipeline/convert.js'
import { readProfile } from '../../src/pipeline/read.js'
import { FIXTURES, readableFixtures } from '../support/fixtures.js'
import { agrees, costsByName, parsePprofText } from '../support/pprof-text.js'

const hasGo = spawnSync('go', ['version']).status === 0
if (!hasGo) console.warn('pprof: no Go here, so nothing asks go tool pprof')

const folder = mkdtempSync(join(tmpdir(), 'callcost-pprof-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What `go tool pprof` prints, or how it refuses. */
function pprof(args: readonly string[]): string {
  const { stdout, stderr } = spawnSync('go', ['tool', 'pprof', '-symbolize=none', ...args], { encoding: 'utf8' })
  return stdout === '' ? stderr : stdout
}

/** The lines of a report, sorted: edges of one weight stand in any order in pprof, another one each time. */
function report(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .sort()
}

async function written(path: string, name: string): Promise<string> {
  const profile = await readProfile(path)
  const parts: Uint8Array[] = []
  for await (const part of await convertProfiles({ profiles: [profile], active: 0 }, { to: 'pprof' })) parts.push(part)
  const target = join(folder, `${name}.pb`)
  writeFileSync(target, Buffer.concat(parts))
  return target
}

const REPORTS = [
  ['-top'],
  ['-peek', '.'],
  ['-top', '-lines', '-trim=false'],
  ['-top', '-addresses', '-trim=false'],
  ['-tags'],
]

describe.runIf(hasGo)('go tool pprof prints the same for what we write', () => {
  const inFolder = (path: string): string[] =>
    readdirSync(join(FIXTURES, path))
      .filter((name) => /\.pb(\.gz)?$/.test(name))
      .map((name) => `${path}/${name}`)
  const readable = inFolder('pprof/odd').filter((path) => {
    const verdict = readFileSync(join(FIXTURES, 'pprof/odd/verdicts.txt'), 'utf8')
    const own = verdict.split(/^===== /m).find((part) => part.startsWith(`${path.split('/').at(-1)}\n`))
    return own !== undefined && !own.includes('failed to fetch')
  })

  it.each([...inFolder('pprof'), ...readable])('%s', async (path) => {
    const original = join(FIXTURES, path)
    const ours = await written(original, path.replaceAll('/', '-'))
    // Of the small files only names and values are odd, but for one whose line holds a column that we take out of it.
    for (const args of path.includes('/odd/') ? [['-top']] : REPORTS) {
      expect([args, report(pprof([...args, ours]))]).toEqual([args, report(pprof([...args, original]))])
    }
  })
})

describe.runIf(hasGo)('go tool pprof reads what we write of other profilers', () => {
  it.each(['cpuprofile', 'pstats', 'speedscope'])('%s', async (format) => {
    const paths = readableFixtures().filter((fixture) => fixture.format === format && fixture.bytes.length < 1e5)
    let compared = 0
    for (const { path: name } of paths.slice(0, 12)) {
      const target = await written(join(FIXTURES, name), name.replaceAll('/', '-')).catch((error: unknown) => {
        // Some fixtures hold years of seconds, to see what happens.
        expect(String(error)).toContain('pprof holds values of 64 bits')
        return null
      })
      if (target === null) continue
      const theirs = parsePprofText(pprof(['-top', '-trim=false', '-unit=ns', target]))
      const ours = costsByName(await readProfile(target))
      for (const [own, { flat, cum }] of theirs.functions) {
        compared++
        const costs = ours.functions.get(own)
        expect([name, own, agrees(costs?.flat, flat), agrees(costs?.cum, cum)]).toEqual([name, own, true, true])
      }
    }
    expect(compared).toBeGreaterThan(0)
  })
})
