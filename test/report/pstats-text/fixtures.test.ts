import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { convertProfiles } from '../../../src/pipeline/convert.js'
import { readProfile, readProfileSet } from '../../../src/pipeline/read.js'
import { type PstatsInput, type PstatsTextOptions, pstatsText } from '../../../src/report/pstats-text/report.js'
import { FIXTURES } from '../../support/fixtures.js'

const folder = join(FIXTURES, 'pstats')

/** When the files were modified as Python saw it: Tue Nov 14 22:13:20 2023 UTC. */
const MODIFIED_MS = 1_700_000_000_000

/** Ending of the text → what was printed into it, one print after the other. */
const REPORTS: Readonly<Record<string, readonly PstatsTextOptions[]>> = {
  cumulative: [{ sort: ['cumulative'] }],
  tottime: [{ sort: ['tottime'] }],
  unsorted: [{}],
  callers: [{ sort: ['cumulative'], print: ['callers'] }],
  callees: [{ sort: ['cumulative'], print: ['callees'] }],
  stripped: [{ stripDirs: true, sort: ['nfl'], print: ['stats', 'callers', 'callees'] }],
  restricted: [
    { sort: ['calls', 'name'], reverse: true, restrict: ['.5', 'a', '3'] },
    { sort: ['calls', 'name'], reverse: true, print: ['callers'], restrict: ['main|fib', '2'] },
    { sort: ['calls', 'name'], reverse: true, print: ['callees'], restrict: ['1'] },
  ],
}

const cases = readdirSync(folder)
  .filter((file) => file.endsWith('.pstats'))
  .flatMap((file) => Object.keys(REPORTS).map((report) => ({ file, report, text: textPath(file, report) })))
  .filter(({ text }) => existsSync(text))

function textPath(file: string, report: string): string {
  return join(folder, file.replace(/pstats$/, `${report}.txt`))
}

async function input(name: string, modifiedMs: number): Promise<PstatsInput> {
  return { profile: await readProfile(new Uint8Array(readFileSync(join(folder, name)))), name, modifiedMs }
}

function print(inputs: readonly PstatsInput[], options: readonly PstatsTextOptions[]): string {
  const printed = Buffer.concat(options.flatMap((one) => [...pstatsText(inputs, one)])).toString('latin1')
  // Where a code object lay in memory was taken out of the expected texts.
  return printed.replace(/(?<=<code object .* at )0x[0-9a-f]+/g, '0xADDR')
}

describe('what Python prints', () => {
  it.each(cases)('$file $report', async ({ file, report, text }) => {
    const expected = readFileSync(text, 'latin1')
    const printed = print([await input(file, MODIFIED_MS)], REPORTS[report]!)
    if (expected.startsWith('!!')) {
      // Python cannot sort code objects among names.
      expect(expected).toMatch(/^!! TypeError: '<' not supported.*'code'/)
      expect(printed).toContain('Ordered by')
    } else if (file.startsWith('py27')) {
      // Python 2.7 does not keep the order of a file, so ties come in another one.
      expect(sortedLines(printed)).toEqual(sortedLines(expected))
    } else {
      expect(printed).toBe(expected)
    }
  })

  it.each(readdirSync(folder).filter((file) => file.endsWith('.pstats')))(
    '%s as callcost JSON prints the same',
    async (file) => {
      const { set } = await readProfileSet(new Uint8Array(readFileSync(join(folder, file))))
      const parts: Uint8Array[] = []
      for await (const part of await convertProfiles(set, { to: 'callcost' })) parts.push(part)
      const converted = {
        profile: await readProfile(new Uint8Array(Buffer.concat(parts))),
        name: file,
        modifiedMs: MODIFIED_MS,
      }
      const options: PstatsTextOptions[] = [
        { print: ['stats', 'callers', 'callees'] },
        { stripDirs: true, sort: ['nfl'] },
      ]
      // Whether a zero is negative is lost.
      const positive = (text: string): string => text.replaceAll(' -0.000', '  0.000')
      expect(positive(print([converted], options))).toBe(positive(print([await input(file, MODIFIED_MS)], options)))
    },
  )

  it('has all reports of all Pythons', () => {
    // 25 profiles with seven reports each.
    expect(cases.length).toBeGreaterThanOrEqual(175)
  })

  it('adds the second of three files after the third', async () => {
    const parts = [0, 1, 2].map((part) => input(`py313-merged.part${part}.pstats`, MODIFIED_MS + part * 60_000))
    const printed = print(await Promise.all(parts), [{ sort: ['cumulative'], print: ['stats', 'callers'] }])
    expect(printed).toBe(readFileSync(join(folder, 'py313-merged.from-parts.txt'), 'latin1'))
  })
})

function sortedLines(text: string): string[] {
  return text.split('\n').sort()
}
