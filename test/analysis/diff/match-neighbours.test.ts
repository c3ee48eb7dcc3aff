import { describe, expect, it } from 'vitest'
import { matchFunctions } from '../../../src/analysis/diff/match.js'
import { sideOf } from '../../../src/analysis/diff/side.js'
import type { Profile } from '../../../src/model/profile.js'
import { NONE } from '../../../src/model/tables.js'
import { graph, nameOf } from '../../support/draw.js'

const python = (drawing: string): Profile => graph(drawing, { source: { language: 'python' } })

interface Matched {
  /** `level before = after` of rows on both sides, but for exact ones. */
  readonly pairs: string[]
  readonly scores: (number | null)[]
}

function matched(before: Profile, after: Profile): Matched {
  const table = matchFunctions(sideOf([before], [0], 'seconds'), sideOf([after], [0], 'seconds'))
  const rows = Array.from({ length: table.length }, (_, row) => row).filter(
    (row) => table.before[row] !== NONE && table.after[row] !== NONE && table.level(row) !== 'exact',
  )
  const text = (row: number): string =>
    `${table.level(row)} ${nameOf(before, table.before[row]!)} = ${nameOf(after, table.after[row]!)}`
  return { pairs: rows.map(text), scores: rows.map((row) => table.score(row)) }
}

const log = Math.log1p
/** What it is worth that neither function has callers, or callees, if the one that is called less is called this often. */
const few = (calls: number): number => 0.5 * Math.min(1, log(calls) / log(10))

/** A function `name` in `file`, called `calls` times by main; what else is drawn is the same on both sides. */
const called = (name: string, file: string, calls: number, more = ''): Profile =>
  python(`
    main@/a/main.py:1 1x self=1
    ${name}@/a/${file}.py:5 ${calls}x self=1
    main@/a/main.py:1 -> ${name}@/a/${file}.py:5 ${calls}x
    x@/a/x.py:1 1x self=1
    y@/a/x.py:2 1x self=1
    z@/a/y.py:1 1x self=1
    ${more}
  `)

describe('functions that moved', () => {
  it('are like by callers and callees, each half, and without either by how often they are called', () => {
    // Of the calls by main 3 and 7 are log 4 and log 8; neither calls anything.
    const { pairs, scores } = matched(called('f', 'x', 3), called('f', 'y', 7))
    expect(pairs).toEqual(['moved f@/a/x.py:5 = f@/a/y.py:5'])
    expect(scores[0]).toBeCloseTo((log(3) / log(7) + few(3)) / 2, 12)
    const back = matched(called('f', 'y', 7), called('f', 'x', 3))
    expect(back.scores[0]).toBeCloseTo(scores[0]!, 12)
    const often = matched(called('f', 'x', 400), called('f', 'y', 400))
    expect(often.scores[0]).toBeCloseTo((1 + 0.5) / 2, 12)
    const calling = (file: string, calls: number): Profile =>
      called('f', file, 4, `f@/a/${file}.py:5 -> z@/a/y.py:1 ${calls}x`)
    const both = matched(calling('x', 2), calling('y', 6))
    expect(both.scores[0]).toBeCloseTo((1 + log(2) / log(6)) / 2, 12)
  })

  it('are at least 0.3 alike', () => {
    const alike = (others: number): string[] =>
      matched(
        called('f', 'x', 1, `z@/a/y.py:1 -> f@/a/x.py:5 ${others}x\nf@/a/x.py:5 ${1 + others}x`),
        called('f', 'y', 1),
      ).pairs
    // Of the callers log 2 is shared: of log 2 + log 2 that is a half, of log 2 + log 3 0.39; few(1) is 0.14.
    expect([alike(1), alike(2)]).toEqual([['moved f@/a/x.py:5 = f@/a/y.py:5'], []])
  })

  it('have a neighbour that is the same', () => {
    const lonely = (file: string): Profile =>
      python(`f@/a/${file}.py:5 400x self=1\nx@/a/x.py:1 1x self=1\ny@/a/x.py:2 1x self=1\nz@/a/y.py:1 1x self=1`)
    expect(matched(lonely('x'), lonely('y')).pairs).toEqual([])
  })

  it('are the only ones of their name, have a name, and a file', () => {
    const twice = (first: string, second: string): Profile =>
      called('f', first, 30, `f@/a/${second}.py:9 30x self=1\nmain@/a/main.py:1 -> f@/a/${second}.py:9 30x`)
    expect(matched(called('f', 'x', 30), twice('y', 'main')).pairs).toEqual([])
    expect(matched(twice('y', 'main'), called('f', 'x', 30)).pairs).toEqual([])
    const thrice = python(`
      main@/a/main.py:1 1x self=1
      ${['p', 'q', 'r'].map((file) => `f@/a/${file}.py:5 30x self=1\nmain@/a/main.py:1 -> f@/a/${file}.py:5 30x`).join('\n')}
    `)
    expect(matched(thrice, called('f', 'x', 30)).pairs).toEqual([])
    // What has no name is only found as one of another name.
    const lambda = matched(called('<lambda>', 'x', 30), called('<lambda>', 'y', 30)).pairs
    expect(lambda).toEqual(['renamed <lambda>@/a/x.py:5 = <lambda>@/a/y.py:5'])
    const builtIn = python(`
      main@/a/main.py:1 1x self=1
      f 30x self=1
      main@/a/main.py:1 -> f 30x
    `)
    expect(matched(builtIn, called('f', 'x', 30)).pairs).toEqual([])
  })

  it('are found although others are of that name in packages', () => {
    const other = '/usr/lib/python3/dist-packages/p/a.py:3'
    const more = `f@${other} 30x self=1\nmain@/a/main.py:1 -> f@${other} 30x`
    expect(matched(called('f', 'x', 30), called('f', 'y', 30, more)).pairs).toEqual(['moved f@/a/x.py:5 = f@/a/y.py:5'])
  })
})

describe('functions that have another name', () => {
  it('score by neighbours, words and calls', () => {
    const { pairs, scores } = matched(called('load_row', 'x', 20), called('load_line', 'x', 30))
    expect(pairs).toEqual(['renamed load_row@/a/x.py:5 = load_line@/a/x.py:5'])
    // Dice: one word of two each.
    expect(scores[0]).toBeCloseTo((0.7 * (log(20) / log(30) + 0.5)) / 2 + 0.15 * 0.5 + 0.15 * (20 / 30), 12)
  })

  it('score 0.6 at least', () => {
    // Alike are all but words: 0.35 + 0.7 * few / 2 + 0.15, of which few(4) is 0.336 and few(2) 0.229.
    expect(matched(called('f', 'x', 4), called('g', 'x', 4)).pairs).toHaveLength(1)
    expect(matched(called('f', 'x', 2), called('g', 'x', 2)).pairs).toEqual([])
  })

  it('are found by what they call alone, too, and one after another', () => {
    // Each has only the one before it to be told by; a name with the same words is just enough: 0.35 + 0.15 + 0.15.
    const chain = (flip: boolean, length: number): Profile => {
      const words = ['ant', 'bee', 'cat', 'dog', 'elk', 'fox', 'gnu', 'hen']
      const lines = ['main@/a/main.py:1 1x self=1']
      let last = 'main@/a/main.py:1'
      for (const word of words.slice(0, length)) {
        const name = `${flip ? `to_${word}` : `${word}_to`}@/a/main.py:9`
        lines.push(`${name} 9x self=1`, `${last} -> ${name} 9x`)
        last = name
      }
      return python(lines.join('\n'))
    }
    // The end of a chain has no callees on either side; five rounds are made at most.
    expect(matched(chain(false, 3), chain(true, 3)).pairs).toHaveLength(3)
    expect(matched(chain(false, 8), chain(true, 8)).pairs).toEqual(
      ['ant', 'bee', 'cat', 'dog', 'elk'].map((word) => `renamed ${word}_to@/a/main.py:9 = to_${word}@/a/main.py:9`),
    )
  })

  it('are not looked for around a function with more than 64 others', () => {
    const crowd = (name: string, count: number): Profile => {
      const lines = Array.from({ length: count }, (_, at) => `old${at}@/a/main.py:${at + 20} 1x self=1`)
      const edges = Array.from({ length: count }, (_, at) => `main@/a/main.py:1 -> old${at}@/a/main.py:${at + 20} 1x`)
      return called(name, 'x', 1000, [...lines, ...edges].join('\n'))
    }
    const found = (before: number, after: number): number =>
      matched(crowd('f', before), crowd('g', after)).pairs.filter((pair) => pair.startsWith('renamed f')).length
    const without = (count: number): [Profile, Profile] => [crowd('f', count), called('g', 'x', 1000)]
    // The others are only on one side, or they would be paired by name.
    expect([matched(...without(63)).pairs.length, matched(...without(64)).pairs.length]).toEqual([1, 0])
    const [many, one] = [called('f', 'x', 1000), (count: number) => crowd('g', count)]
    expect([matched(many, one(63)).pairs.length, matched(many, one(64)).pairs.length]).toEqual([1, 0])
    // What is paired does not count.
    expect(found(200, 200)).toBe(1)
  })

  it('are not looked for around more than 16 others either, when so many are left that there are a million pairs', () => {
    const drawing = (name: string, leaf: string, hubs: number, old: number): Profile => {
      const lines = Array.from({ length: old }, (_, at) => `main@/a/main.py:1 -> old${at}@/a/main.py:${at + 20} 1x`)
      for (let hub = 0; hub < hubs; hub++) {
        for (let at = 0; at < 64; at++) lines.push(`hub${hub}@/a/h.py:${hub + 1} -> ${leaf}${at}@/a/l.py:${at + 1} 1x`)
      }
      return called(name, 'x', 1000, lines.join('\n'))
    }
    // Each hub has 64 x 64 pairs around it, of which no one is better than another: 244 have 999,424, 245 have 1,003,520.
    const found = (hubs: number, old: number): number =>
      matched(drawing('f', 'p', hubs, old), drawing('g', 'q', hubs, 0)).pairs.length
    expect([found(244, 20), found(245, 15), found(245, 16)]).toEqual([1, 1, 0])
  })
})

describe('functions of one name in one file', () => {
  /** Lambdas by line, self, and what calls them or they call, so often. */
  const lambdas = (...list: readonly (readonly [line: number, self: number, ...edges: string[]])[]): Profile =>
    python(
      [
        'main@/a/m.py:1 1x self=1',
        'p@/a/p.py:1 1x self=1',
        'q@/a/p.py:5 1x self=1',
        ...list.flatMap(([line, self, ...edges]) => {
          const name = `<lambda>@/a/m.py:${line}`
          return [`${name} 5x self=${self}`, ...edges.map((edge) => edge.replace('it', name))]
        }),
      ].join('\n'),
    )
  const lines = (before: Profile, after: Profile): string[] =>
    matched(before, after)
      .pairs.filter((pair) => pair.startsWith('name <lambda>'))
      .map((pair) => pair.replace(/[^:]*:(\d+)/g, '$1 ').trim())

  it('go by their callers, by their callees, by their cost', () => {
    const called = (name: string): string => `${name} -> it 5x`
    const calls = (name: string): string => `it -> ${name} 5x`
    const [p, q] = ['p@/a/p.py:1', 'q@/a/p.py:5']
    for (const edge of [called, calls]) {
      expect(lines(lambdas([10, 1, edge(p)]), lambdas([20, 1, edge(q)], [30, 1, edge(p)]))).toEqual(['10 30'])
      expect(lines(lambdas([10, 1, edge(q)]), lambdas([20, 1, edge(q)], [30, 1, edge(p)]))).toEqual(['10 20'])
      expect(lines(lambdas([20, 1, edge(q)], [30, 1, edge(p)]), lambdas([10, 1, edge(p)]))).toEqual(['30 10'])
    }
    expect(lines(lambdas([10, 9]), lambdas([20, 1], [30, 9]))).toEqual(['10 30'])
    expect(lines(lambdas([10, 1]), lambdas([20, 1], [30, 9]))).toEqual(['10 20'])
    // Where nothing tells the first is the first.
    expect(lines(lambdas([10, 1]), lambdas([20, 1], [30, 1]))).toEqual(['10 20'])
    expect(lines(lambdas([20, 1], [30, 1]), lambdas([10, 1]))).toEqual(['20 10'])
  })

  it('are paired where they are dearest when they changed places', () => {
    const [p, q] = ['p@/a/p.py:1 -> it 5x', 'q@/a/p.py:5 -> it 5x']
    // Crossing pairs exclude each other, and both are as like: what costs more counts.
    expect(lines(lambdas([10, 1, p], [20, 8, q]), lambdas([11, 8, q], [21, 1, p]))).toEqual(['20 11'])
    expect(lines(lambdas([10, 8, p], [20, 1, q]), lambdas([11, 1, q], [21, 8, p]))).toEqual(['10 21'])
  })

  it('are not paired when they have next to nothing in common', () => {
    const [p, q] = ['p@/a/p.py:1', 'q@/a/p.py:5']
    const one = lambdas([10, 1, `${p} -> it 5x`, `it -> ${q} 5x`])
    const others = lambdas([20, 100, `${q} -> it 5x`, `it -> ${p} 5x`], [30, 100, `${q} -> it 5x`, `it -> ${p} 5x`])
    expect(lines(one, others)).toEqual([])
  })
})
