import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bindEdit } from '../../../src/analysis/what-if/bind-edit.js'
import { parseEdit } from '../../../src/analysis/what-if/edit.js'
import { whatIfModel } from '../../../src/analysis/what-if/model.js'
import { whatIf } from '../../../src/analysis/what-if/what-if.js'
import type { Profile } from '../../../src/model/profile.js'
import { stacks } from '../../support/draw.js'

function saving(profile: Profile, ...edits: readonly string[]): number {
  const model = whatIfModel(profile)
  expect(model.basis).toBe('stacks')
  return model.savingOf(edits.map((text) => bindEdit(model, parseEdit(text))))
}

const sampled = stacks(`
  main;parse;read 50
  main;parse 10
  main;write;flush;read 5
  main;write 7
  - 28
`)

describe('edits of stacks', () => {
  it('take the weight of the stacks that a function is on', () => {
    expect(saving(sampled, 'read:remove')).toBe(55)
    expect(saving(sampled, 'parse:remove')).toBe(60)
    expect(saving(sampled, 'parse->read:remove')).toBe(50)
    expect(saving(sampled, 'flush->read:totalpercall=/5')).toBe(4)
    expect(saving(sampled, 'parse:percall=/2')).toBe(5)
    expect(saving(sampled, 'main:remove')).toBe(72)
  })

  it('know in which place a function is edited, and save nothing twice', () => {
    expect(saving(sampled, 'write:totalpercall=/2', 'read:percall=/5')).toBe(6 + 40 + 2)
    const model = whatIfModel(sampled)
    const { total, edits } = whatIf(
      model,
      ['parse:remove', 'read:remove'].map((text) => bindEdit(model, parseEdit(text))),
    )
    expect(total).toEqual({ before: 100, after: 35, saving: 65, bound: { saving: 65, speedup: 100 / 35 } })
    expect(edits.map(({ solo, joint }) => [solo, joint])).toEqual([
      [60, 35],
      [55, 30],
    ])
  })

  it('change a recursion once, at its outermost call', () => {
    const recursive = stacks(`
      main;walk;walk;leaf 8
      main;walk;leaf 4
    `)
    expect(saving(recursive, 'walk:totalpercall=/2')).toBe(6)
    expect(saving(recursive, 'walk->walk:remove')).toBe(8)
  })

  it('count calls where the stacks do', () => {
    const spans = stacks(
      `
      main 1 1x
      main;load 20 10x
      main;load;read 60 10x
      main;list 0 1x
      main;list;read 4 4x
    `,
      { valueTypes: [{ name: 'time', unit: 'milliseconds' }] },
    )
    expect(saving(spans, 'read:calls=7')).toBe(32)
    expect(saving(spans, 'load:calls=1', 'read:percall=1ms')).toBe(77)
    expect(saving(spans, 'load:cache=0.9,1ms')).toBeCloseTo(72 - 9, 9)
    expect(saving(spans, 'load:cache=0.9,1ms', 'load:calls=5')).toBeCloseTo(40 + 36 - 4.5, 9)
  })

  it('cannot change calls that nobody counted', () => {
    expect(() => saving(sampled, 'read:calls=12')).toThrow(
      expect.objectContaining({
        kind: 'data',
        message: '"read:calls=12" needs counts, and the profile counts no calls: it is sampled',
      }),
    )
    expect(() => saving(sampled, 'read:cache=0.9')).toThrow('needs counts')
    expect(() => saving(sampled, 'read:percall=3')).toThrow('needs counts')
    expect(saving(sampled, 'read:percall=0')).toBe(55)
  })

  it('weigh each stack by all edits that it is below of', () => {
    const names = ['a', 'b', 'c', 'd']
    const path = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 5 })
    const line = fc.tuple(path, fc.integer({ min: 1, max: 9 }))
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), (lines) => {
        const drawn = lines.map(([frames, weight]) => `${['main', ...frames].join(';')} ${weight}`)
        const profile = stacks([...drawn, ...names.map((name) => `main;${name} 1`), 'main;c;b 1'].join('\n'))
        const all: readonly (readonly [readonly string[], number])[] = [
          ...lines,
          ...names.map((name) => [[name], 1] as const),
          [['c', 'b'], 1] as const,
        ]
        const then = all.map(([frames, weight]) => {
          const isBelowEdge = frames.some((name, at) => name === 'b' && frames[at - 1] === 'c')
          return weight * (frames.includes('a') ? 0.5 : 1) * (isBelowEdge ? 0 : 1) * (frames.at(-1) === 'd' ? 0.25 : 1)
        })
        const now = all.reduce((sum, [, weight]) => sum + weight, 0)
        const saved = saving(profile, 'a:totalpercall=/2', 'c->b:remove', 'd:percall=/4')
        expect(saved).toBeCloseTo(now - then.reduce((sum, weight) => sum + weight, 0), 9)
      }),
      { numRuns: 100 },
    )
  })
})
