import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CallcostError } from '../../src/errors.js'
import type { Profile } from '../../src/model/profile.js'
import { NONE } from '../../src/model/tables.js'
import { filterStacks, type StackFilters } from '../../src/transform/filter-stacks.js'
import { graph, stacks } from '../support/draw.js'

/** Samples as `a;b;c weight`, in order: what a person would write down. */
function folded(profile: Profile): string[] {
  const { frames, stacks: table, samples, functions, strings } = profile
  return Array.from(samples!.stack, (leaf, sample) => {
    const names: string[] = []
    for (let at = leaf; at !== NONE; at = table!.parent[at]!) {
      names.unshift(strings.text(functions.name[frames!.function[table!.frame[at]!]!]!))
    }
    return `${names.join(';')} ${samples!.values[0]!.values[sample]}`
  })
}

/** The same filters on lists of names: what the columns must agree with. */
function byHand(rows: readonly string[], filters: StackFilters): string[] {
  const left: string[] = []
  for (const row of rows) {
    const space = row.lastIndexOf(' ')
    let names = row
      .slice(0, space)
      .split(';')
      .filter((name) => name !== '')
    if (filters.focus && !names.some(filters.focus)) continue
    if (filters.ignore && names.some(filters.ignore)) continue
    if (filters.hide) names = names.filter((name) => !filters.hide!(name))
    if (filters.showFrom) {
      const from = names.findIndex(filters.showFrom)
      if (from < 0) continue
      names = names.slice(from)
    }
    if (filters.collapseRecursion) names = names.filter((name, at) => at === 0 || name !== names[at - 1])
    left.push(`${names.join(';')}${row.slice(space)}`)
  }
  return left
}

const named =
  (...names: string[]) =>
  (text: string) =>
    names.includes(text)

const drawing = stacks(`
  main;load;parse 5
  main;load;parse;parse;read 7
  main;render 3
  other;parse 2
`)

describe('filterStacks', () => {
  it('keeps the samples in focus, whole', () => {
    expect(folded(filterStacks(drawing, { focus: named('load') }))).toEqual([
      'main;load;parse 5',
      'main;load;parse;parse;read 7',
    ])
  })

  it('lets ignore win over focus', () => {
    expect(folded(filterStacks(drawing, { focus: named('parse'), ignore: named('read') }))).toEqual([
      'main;load;parse 5',
      'other;parse 2',
    ])
  })

  it('gives what a hidden frame weighs to its caller, and keeps the weight of a stack left empty', () => {
    expect(folded(filterStacks(drawing, { hide: named('parse', 'other') }))).toEqual([
      'main;load 5',
      'main;load;read 7',
      'main;render 3',
      ' 2',
    ])
  })

  it('begins at the outermost match, after hidden frames are gone', () => {
    expect(folded(filterStacks(drawing, { showFrom: named('parse') }))).toEqual([
      'parse 5',
      'parse;parse;read 7',
      'parse 2',
    ])
    expect(folded(filterStacks(drawing, { hide: named('parse'), showFrom: named('parse') }))).toEqual([])
  })

  it('makes direct recursion one frame', () => {
    expect(folded(filterStacks(drawing, { collapseRecursion: true }))[1]).toBe('main;load;parse;read 7')
  })

  it('remembers what the whole profile weighed, unless shares shall be relative', () => {
    expect(filterStacks(drawing, { focus: named('render') }).wholeTotals).toEqual([17])
    expect(filterStacks(drawing, { focus: named('render'), relative: true }).wholeTotals).toBe(null)
  })

  it('refuses a call graph with the reason', () => {
    const drawn = graph('main 1x self=1 total=1')
    expect(() => filterStacks(drawn, { focus: named('main') })).toThrow(CallcostError)
    expect(() => filterStacks(drawn, { focus: named('main') })).toThrow(/call graph/)
  })

  it('agrees with the same filters on lists of names', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd')
    const row = fc.tuple(fc.array(name, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 9 }))
    const test = fc.option(
      fc.subarray(['a', 'b', 'c', 'd'], { maxLength: 2 }).map((names) => named(...names)),
      {
        nil: undefined,
      },
    )
    const filters = fc.record({
      focus: test,
      ignore: test,
      hide: test,
      showFrom: test,
      collapseRecursion: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), filters, (rows, chosen) => {
        const text = rows.map(([names, weight]) => `${names.join(';')} ${weight}`)
        expect(folded(filterStacks(stacks(text.join('\n')), chosen))).toEqual(byHand(text, chosen))
      }),
      { numRuns: 1000 },
    )
  })
})
