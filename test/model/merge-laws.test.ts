import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callGraph } from '../../src/model/call-graph.js'
import { mergeProfiles, ProfileSum } from '../../src/model/merge.js'
import { exactAt, narrow } from '../../src/model/numbers.js'
import type { Profile, ValueType } from '../../src/model/profile.js'
import { validate } from '../../src/model/validate.js'
import type { Unit } from '../../src/units.js'
import { edgeCosts, functionCosts, graph, sampleLines, stacks } from '../support/draw.js'

const NANOSECONDS = { nanoseconds: 1n, microseconds: 1000n, milliseconds: 1_000_000n, seconds: 1_000_000_000n } as const
type TimeUnit = keyof typeof NANOSECONDS
const timeUnit = fc.constantFrom<TimeUnit>('nanoseconds', 'microseconds', 'milliseconds', 'seconds')

/** `time` is always there, in any unit and place; the others sometimes. */
const valueTypes = fc
  .record({
    unit: timeUnit,
    others: fc.subarray<ValueType>([
      { name: 'memory', unit: 'bytes' },
      { name: 'samples', unit: 'count' },
      { name: 'wait', unit: 'milliseconds' },
    ]),
    before: fc.boolean(),
  })
  .map(({ unit, others, before }) => {
    const time: ValueType = { name: 'time', unit }
    return before ? [...others, time] : [time, ...others]
  })

const name = fc.constantFrom('main', 'a@a.py:1', 'a@b.py:1', 'b@a.py:7', '[c]')
const cell = fc.integer({ min: 0, max: 1000 })

/** Numbers for each value type; now and then one is unknown. */
const cells = (count: number, unknown: boolean): fc.Arbitrary<string> =>
  fc
    .array(
      unknown ? fc.oneof({ weight: 6, arbitrary: cell }, { weight: 1, arbitrary: fc.constant(Number.NaN) }) : cell,
      {
        minLength: count,
        maxLength: count,
      },
    )
    .map((list) => list.join(','))

const label = fc.constantFrom('main', 'worker')

const graphs = fc.tuple(valueTypes, fc.boolean(), label).chain(([types, counted, title]) => {
  const calls = counted ? fc.integer({ min: 1, max: 9 }).map((count) => ` ${count + 1}/${count}x`) : fc.constant('')
  const costs = (unknown: boolean) =>
    fc
      .tuple(calls, cells(types.length, unknown), cells(types.length, true))
      .map(([count, self, total]) => `${count} self=${self} total=${total}`)
  const lines = fc.tuple(
    fc.array(fc.tuple(name, costs(false)), { minLength: 1, maxLength: 4 }),
    // Edges may lack costs altogether, and then all of them do.
    fc.array(fc.tuple(name, name, fc.oneof(costs(true), calls)), { maxLength: 4 }),
  )
  return lines.map(([functions, edges]) => {
    const drawing = [
      ...functions.map(([own, text]) => own + text),
      ...edges.map(([a, b, text]) => `${a} -> ${b}${text}`),
    ]
    return graph(drawing.join('\n'), { valueTypes: types, name: title, source: { format: title } })
  })
})

const stacked = fc.tuple(valueTypes, fc.boolean(), label).chain(([types, spans, title]) =>
  fc
    .array(fc.tuple(fc.array(name, { maxLength: 4 }), cells(types.length, false), fc.integer({ min: 1, max: 3 })), {
      minLength: 1,
      maxLength: 6,
    })
    .map((samples) => {
      const drawing = samples.map(
        ([path, weights, entries]) =>
          `${path.join(';') || '-'} ${weights.replaceAll(',', ' ')}${spans ? ` ${entries}x` : ''}`,
      )
      return stacks(drawing.join('\n'), { valueTypes: types, name: title, source: { format: title } })
    }),
)

/** Stacks with a call graph of their own, which says what the stacks do not. */
const both = stacked.map((profile): Profile => {
  const derived = callGraph(profile)
  const calls = { values: new Float64Array(derived.length).fill(3), exact: null }
  const total = derived.total.map(({ values }) => ({ values: values.map((value) => value + 1), exact: null }))
  return { ...profile, graph: { ...derived, calls, total } }
})

const filtered = stacked.map((profile): Profile => ({ ...profile, wholeTotals: profile.valueTypes.map(() => 7) }))

const anyProfile = fc.oneof(
  { weight: 3, arbitrary: graphs },
  { weight: 6, arbitrary: stacked },
  { weight: 1, arbitrary: both },
  { weight: 1, arbitrary: filtered },
)

/** Everything that a sum says, without the order of its rows and value types. */
function content(profile: Profile) {
  const order = profile.valueTypes
    .map((type, index) => ({ type, index }))
    .sort((a, b) => (a.type.name < b.type.name ? -1 : 1))
  const { name: title, source, wholeTotals, valueTypes: types } = profile
  return {
    title,
    types: order.map(({ type }) => type),
    functions: order.map(({ index }) => functionCosts(profile, index)),
    edges: order.map(({ index }) => edgeCosts(profile, index)),
    samples: sampleLines({ ...profile, samples: inOrder(profile, order) }).sort(),
    whole: wholeTotals && order.map(({ index }) => wholeTotals[index]),
    source: {
      ...source,
      notes: source.notes.map(({ code, message, count }) => `${code}: ${message} (${count})`).sort(),
    },
    count: types.length,
  }
}

function inOrder({ samples }: Profile, order: readonly { readonly index: number }[]): Profile['samples'] {
  return samples && { ...samples, values: order.map(({ index }) => samples.values[index]!) }
}

describe('a sum', () => {
  test('does not depend on order', () => {
    fc.assert(
      fc.property(fc.array(anyProfile, { minLength: 2, maxLength: 4 }), fc.boolean(), (profiles, fold) => {
        const sum = content(mergeProfiles(profiles, { fold }))
        expect(content(mergeProfiles(profiles.toReversed(), { fold }))).toEqual(sum)
      }),
    )
  })

  test('does not depend on grouping', () => {
    fc.assert(
      fc.property(fc.tuple(anyProfile, anyProfile, anyProfile), fc.boolean(), ([a, b, c], fold) => {
        const merge = (...profiles: Profile[]): Profile => mergeProfiles(profiles, { fold })
        const sum = merge(a, b, c)
        for (const grouped of [merge(merge(a, b), c), merge(a, merge(b, c))]) {
          expect(content(grouped)).toEqual(content(sum))
          expect(grouped.defaultValue).toBe(sum.defaultValue)
          expect(validate(grouped).errors).toEqual([])
        }
      }),
    )
  })

  test('weighs the same folded or not', () => {
    fc.assert(
      fc.property(fc.array(anyProfile, { minLength: 2, maxLength: 3 }), (profiles) => {
        const { samples: _, ...sum } = content(mergeProfiles(profiles))
        const { samples: __, ...folded } = content(mergeProfiles(profiles, { fold: true }))
        expect(folded).toEqual(sum)
      }),
    )
  })

  test('of integers is exact, whatever their units and size', () => {
    const weights = fc.array(fc.tuple(timeUnit, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.boolean()), {
      minLength: 2,
      maxLength: 12,
    })
    fc.assert(
      fc.property(weights, fc.boolean(), (list, fold) => {
        const sum = mergeProfiles(
          list.map(([unit, weight, asGraph]) => {
            const options = { valueTypes: [{ name: 'time', unit: unit as Unit }] }
            return asGraph ? graph(`f self=${weight} total=${weight}`, options) : stacks(`f ${weight}`, options)
          }),
          { fold },
        )
        const total = list.reduce((before, [unit, weight]) => before + weight * NANOSECONDS[unit], 0n)
        const finest = list.reduce(
          (finer, [unit]) => (NANOSECONDS[unit] < finer ? NANOSECONDS[unit] : finer),
          10n ** 9n,
        )
        const { self } = callGraph(sum)
        expect(exactAt(self[0]!, 0)).toBe(narrow(total / finest))
      }),
    )
  })

  test('of fractions differs in the last digit at most', () => {
    const list = fc.array(fc.double({ min: 1e-9, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 40 })
    fc.assert(
      fc.property(list, fc.boolean(), (weights, asGraph) => {
        const profiles = weights.map((weight) =>
          asGraph
            ? graph(`f self=${weight} total=${weight}`)
            : stacks(`f ${weight}`, { valueTypes: [{ name: 'time', unit: 'seconds' }] }),
        )
        const weigh = (order: readonly Profile[]): number =>
          callGraph(mergeProfiles(order, { fold: true })).self[0]!.values[0]!
        const sum = weigh(profiles)
        // Exact in units of 2^-200, which all these doubles are multiples of.
        const exact = weights.reduce((before, weight) => before + inUnits(weight), 0n)
        expect(Math.abs(sum - Number(exact) * 2 ** -200)).toBeLessThanOrEqual(sum * 2 ** -52)
        expect(Math.abs(weigh(profiles.toReversed()) - sum)).toBeLessThanOrEqual(sum * 2 ** -52)
      }),
    )
  })

  test('of a profile and itself, many times over, has the rows of one', () => {
    const profile = stacks('main;a 3\nmain;b 5\nmain;a;c 7')
    const sum = new ProfileSum({ fold: true })
    for (let time = 0; time < 50; time++) sum.add(profile)
    const { functions, frames, stacks: tree, samples } = sum.finish()
    expect([functions.length, frames?.length, tree?.length, samples?.length]).toEqual([4, 4, 4, 3])
    expect(Array.from(samples!.values[0]!.values)).toEqual([150, 250, 350])
  })

  test('tells of profiles, not of sums', () => {
    const counted = graph('main 1x self=1 total=1', { valueTypes: [{ name: 'time', unit: 'seconds' }] })
    const sampled = stacks('main 5 1', {
      valueTypes: [
        { name: 'time', unit: 'seconds' },
        { name: 'samples', unit: 'count' },
      ],
    })
    const pair = mergeProfiles([counted, sampled])
    const { name: title, source } = mergeProfiles([mergeProfiles([pair, sampled]), pair])
    expect(title).toBe('')
    expect(source.notes.map(({ message }) => message)).toEqual([
      'not all profiles measure samples, so the sum leaves it out',
      '3 of 5 profiles have stacks, so their sum is a call graph',
      '3 of 5 profiles count no calls, so their sum has none',
    ])
    expect(mergeProfiles([pair, { ...counted, name: 'run' }]).name).toBe('sum of 3 profiles')
  })
})

/** A positive double below 2^53 as an integer number of 2^-200. */
function inUnits(value: number): bigint {
  const exponent = Math.floor(Math.log2(value)) - 60
  return BigInt(value * 2 ** -exponent) << BigInt(exponent + 200)
}
