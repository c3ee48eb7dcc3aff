import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Allocator } from '../../src/limits.js'
import { makeProfile } from '../../src/model/make-profile.js'
import type { Profile } from '../../src/model/profile.js'
import type { Attribution, GcPlacement } from '../../src/model/sample-sink.js'
import { StackBuilder } from '../../src/model/stack-builder.js'
import { NONE } from '../../src/model/tables.js'
import { attribute } from '../../src/transform/attribution.js'

const GC = '(garbage collector)'

/** A profile as V8 records one: `main;work@12` is a sample of that stack, 12 microseconds after the start. */
function recorded(rows: readonly string[], duration: number): Profile {
  const valueTypes = [{ name: 'time', unit: 'microseconds' as const }]
  const builder = new StackBuilder(new Allocator(), { valueTypes, timeUnit: 'microseconds' })
  for (const row of rows) {
    const [path = '', time = ''] = row.split('@')
    let stack = NONE
    for (const name of path.split(';')) stack = builder.stack(stack, builder.frame(builder.functions.internText(name)))
    builder.sample(stack, [0], { time: Number(time) })
  }
  const finished = builder.finish(duration)
  return makeProfile({
    strings: builder.functions.strings,
    ...finished,
    samples: { ...finished.samples, values: [null] },
    valueTypes,
  })
}

/** What each sample weighs, as `main;work 12`. */
function weighed(profile: Profile): string[] {
  const { stacks, frames, functions, samples, strings } = profile
  return Array.from(samples!.stack, (leaf, sample) => {
    const names: string[] = []
    for (let at = leaf; at !== NONE; at = stacks!.parent[at]!) {
      names.unshift(strings.text(functions.name[frames!.function[stacks!.frame[at]!]!]!))
    }
    return `${names.join(';')} ${samples!.values[0]!.values[sample]}`
  })
}

const rules = (attribution: Attribution, gc: GcPlacement = 'attach') => ({ attribution, gc })

describe('attribute', () => {
  const rows = ['root;a@10', 'root;b@15', `root;${GC}@17`, `root;${GC}@18`, 'root;a@40']

  it('holds each sample until the next one, the last until the end', () => {
    expect(weighed(attribute(recorded(rows, 50), rules('hold', 'root')))).toEqual([
      'root;a 5',
      'root;b 2',
      `root;${GC} 1`,
      `root;${GC} 22`,
      'root;a 10',
    ])
  })

  it('puts a run of collections onto the stack that it interrupted', () => {
    expect(weighed(attribute(recorded(rows, 50), rules('hold')))).toEqual([
      'root;a 5',
      'root;b 2',
      `root;b;${GC} 1`,
      `root;b;${GC} 22`,
      'root;a 10',
    ])
  })

  it('leaves a collection before any other sample where it is', () => {
    expect(weighed(attribute(recorded([`root;${GC}@1`, 'root;a@2'], 3), rules('hold')))).toEqual([
      `root;${GC} 1`,
      'root;a 1',
    ])
  })

  it('gives the time before a sample to it under back, and half of both sides under mid', () => {
    expect(weighed(attribute(recorded(rows, 50), rules('back', 'root')))).toEqual([
      'root;a 10',
      'root;b 5',
      `root;${GC} 2`,
      `root;${GC} 1`,
      'root;a 22',
    ])
    expect(weighed(attribute(recorded(['root;a@10', 'root;b@16'], 20), rules('mid')))).toEqual(['root;a 8', 'root;b 5'])
  })

  it('holds a clock that steps back', () => {
    expect(weighed(attribute(recorded(['a@10', 'b@8', 'c@12'], 12), rules('hold')))).toEqual(['a 0', 'b 2', 'c 0'])
  })

  it('leaves profiles with weights as they are', () => {
    const done = attribute(recorded(rows, 50))
    expect(attribute(done)).toBe(done)
  })

  it('agrees with a walk over the samples, whatever they are', () => {
    const name = fc.constantFrom('a', 'b', 'a;b', 'a;a', GC)
    const gap = fc.integer({ min: 0, max: 100 })
    fc.assert(
      fc.property(fc.array(fc.tuple(name, gap), { minLength: 1, maxLength: 30 }), gap, (samples, tail) => {
        let now = 0
        const times = samples.map(([, passed]) => (now += passed))
        const profile = recorded(
          samples.map(([path], at) => `root;${path}@${times[at]}`),
          now + tail,
        )
        let interrupted = ''
        const expected = samples.map(([path], at) => {
          const isGc = path === GC
          if (!isGc) interrupted = path
          const placed = isGc && interrupted !== '' ? `${interrupted};${GC}` : path
          return `root;${placed} ${at + 1 < times.length ? times[at + 1]! - times[at]! : tail}`
        })
        expect(weighed(attribute(profile))).toEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })
})
