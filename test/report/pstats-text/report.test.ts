import { describe, expect, it } from 'vitest'
import type { Profile, ValueType } from '../../../src/model/profile.js'
import { type PstatsTextOptions, pstatsText } from '../../../src/report/pstats-text/report.js'
import { PSTATS_SORT_KEYS } from '../../../src/report/pstats-text/sort.js'
import { graph as drawGraph, stacks as drawStacks } from '../../support/draw.js'

function text(profiles: readonly Profile[], options: PstatsTextOptions = {}): string {
  const inputs = profiles.map((profile) => ({ profile, name: '<stdin>', modifiedMs: null }))
  return Buffer.concat([...pstatsText(inputs, options)]).toString()
}

const SMALL = `
  main@/srv/a.py:1 1x self=0.5 total=2
  f@/srv/b.py:2 4/2x self=1.5 total=1.5
  main@/srv/a.py:1 -> f@/srv/b.py:2 2x self=1 total=1.5
  f@/srv/b.py:2 -> f@/srv/b.py:2 2x self=0.5 total=0.5
`

describe('sort keys', () => {
  const profile = drawGraph(SMALL)

  // get_sort_arg_defs() of CPython 3.13.
  const ACCEPTED =
    'ca cal call calls nc nca ncal ncall ncalls cu cumt cumti cumtim cumtime cumu cumul cumula cumulat cumulati ' +
    'cumulativ cumulative f fi fil file filen filena filenam filename m mo mod modu modul module l li lin line na nam ' +
    'name nf nfl p pc pca pcal pcall pcalls s st std stdn stdna stdnam stdname ti tim time to tot tott totti tottim ' +
    'tottime'

  it('takes the abbreviations that Python takes, and no others', () => {
    const beginnings = new Set(PSTATS_SORT_KEYS.flatMap((key) => [...key].map((_, end) => key.slice(0, end + 1))))
    const accepted = [...beginnings].filter((word) => {
      try {
        return text([profile], { sort: [word] }) !== ''
      } catch {
        return false
      }
    })
    expect(accepted.sort()).toEqual(ACCEPTED.split(' ').sort())
  })

  it.each([
    ['cum', 'sort key "cum" can be cumtime or cumulative'],
    ['t', 'sort key "t" can be time or tottime'],
    ['total', 'there is no sort key "total"'],
    ['', 'there is no sort key ""'],
  ])('refuses %j', (word, message) => {
    expect(() => text([profile], { sort: ['calls', word] })).toThrow(
      expect.objectContaining({ kind: 'usage', message }),
    )
  })
})

describe('profiles of other formats', () => {
  const FUNCTIONS = `
   ncalls  tottime  percall  cumtime  percall filename:lineno(function)
        1    0.500    0.500    2.000    2.000 /srv/a.py:1(main)
      4/2    1.500    0.375    1.500    0.750 /srv/b.py:2(f)
`

  it('are shown in seconds, whatever their unit', () => {
    const inMs = SMALL.replace(/=(\S+)/g, (_, value) => `=${Number(value) * 1000}`)
    expect(text([drawGraph(inMs, { valueTypes: [{ name: 'wall', unit: 'milliseconds' }] })])).toBe(
      `<stdin>\n\n         5 function calls (3 primitive calls) in 2.000 seconds\n\n   Random listing order was used\n${FUNCTIONS}\n\n`,
    )
  })

  it('without file or line are built-ins or at line 0', () => {
    const printed = text([drawGraph('<len> 1x self=1 total=1\nparse@lib 1x self=1 total=1')], { sort: ['stdname'] })
    expect(printed).toContain(' lib:0(parse)\n')
    expect(printed).toContain(' {len}\n')
  })

  it('show samples as Python 3.15 does where there are no calls', () => {
    const valueTypes: ValueType[] = [
      { name: 'samples', unit: 'count' },
      { name: 'cpu', unit: 'seconds' },
    ]
    const profile = { ...drawStacks('main;f 3 0.03\nmain 1 0.01', { valueTypes }), defaultValue: 1 }
    const printed = text([profile], { sort: ['cumtime'], print: ['stats', 'callers'] })
    expect(printed).toContain(`
 nsamples  tottime persample cumtime persample filename:lineno(function)
      4/1    0.010    0.003    0.040    0.040 main
        3    0.030    0.010    0.030    0.010 f
`)
    expect(printed).toContain('f     <- main(3)    0.040\n')
  })

  it.each<[string, Profile, RegExp]>([
    ['bytes', drawGraph('f 1x self=1 total=1', { valueTypes: [{ name: 'space', unit: 'bytes' }] }), /space is none/],
    [
      'neither calls nor samples',
      drawStacks('f 1', { valueTypes: [{ name: 't', unit: 'seconds' }] }),
      /counts neither/,
    ],
    ['no function', drawGraph(''), /no function/],
  ])('that have %s are refused', (_, profile, message) => {
    expect(() => text([profile])).toThrow(expect.objectContaining({ kind: 'data', source: '<stdin>' }))
    expect(() => text([profile])).toThrow(message)
  })
})
