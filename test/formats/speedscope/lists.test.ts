import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventLists, eventCount } from '../../../formats/speedscope/event-lists.js'
import { SampleLists } from '../../../formats/speedscope/sample-lists.js'
import { TextBlock } from '../../../src/encode/text-block.js'
import { Allocator } from '../../../src/limits.js'
import { depthsOf } from '../../../src/model/stack-depths.js'
import { NONE, type SampleTable, type StackTable } from '../../../src/model/tables.js'

/** Stacks as pairs of a parent (a row before it, or none) and a frame, and samples as pairs of a stack and a weight. */
interface Drawn {
  readonly rows: readonly (readonly [parent: number, frame: number])[]
  readonly seen: readonly (readonly [stack: number, weight: number])[]
}

const drawn: fc.Arbitrary<Drawn> = fc
  .array(fc.tuple(fc.nat(1000), fc.nat(120), fc.boolean()), { maxLength: 150 })
  .chain((parts) =>
    fc.record({
      // Chains mostly, so that there are deep stacks.
      rows: fc.constant(
        parts.map(([up, frame, isChain], row): [number, number] => [
          isChain || up % 4 > 0 ? row - 1 : (up % (row + 1)) - 1,
          frame,
        ]),
      ),
      seen: fc.array(fc.tuple(fc.integer({ min: NONE, max: parts.length - 1 }), fc.nat(9)), { maxLength: 40 }),
    }),
  )

function tables({ rows, seen }: Drawn): { readonly stacks: StackTable; readonly samples: SampleTable } {
  return {
    stacks: {
      length: rows.length,
      parent: Int32Array.from(rows, ([parent]) => parent),
      frame: Int32Array.from(rows, ([, frame]) => frame),
      calls: null,
      hits: null,
      deoptReason: null,
      positionTicks: null,
    },
    samples: {
      length: seen.length,
      stack: Int32Array.from(seen, ([stack]) => stack),
      values: [{ values: Float64Array.from(seen, ([, weight]) => weight), exact: null }],
      time: null,
      timeUnit: 'microseconds',
      duration: null,
      labels: null,
      continued: null,
    },
  }
}

/** The rows of a stack, outermost first. */
function path({ rows }: Drawn, stack: number): number[] {
  const found: number[] = []
  for (let at = stack; at !== NONE; at = rows[at]![0]) found.unshift(at)
  return found
}

/** A frame's index in the file: any numbers of one to three digits. */
const indexOf = Int32Array.from({ length: 121 }, (_, frame) => (frame * 37) % 121)

function parsed(pieces: readonly string[]): unknown {
  return JSON.parse(`[${pieces.join('').slice(1)}]`)
}

describe('samples as lists', () => {
  it.each([0, 40, 400, 1e6])('are the frames of their stacks, with room for %d bytes', (mostKept) => {
    fc.assert(
      fc.property(drawn, (profile) => {
        const { stacks, samples } = tables(profile)
        const allocator = new Allocator()
        const { depths, deepest } = depthsOf(stacks, allocator)
        const options = { stacks, depths, deepest, indexOf, count: 121, allocator, mostKept }
        const lists = new SampleLists(samples, options)
        const out = new TextBlock(allocator, lists.capacity)
        for (const stack of samples.stack) lists.append(out, stack)
        const text = Buffer.from(out.take()).toString()
        const expected = profile.seen.map(([stack]) =>
          path(profile, stack).map((row) => indexOf[profile.rows[row]![1]]!),
        )
        expect(parsed([text])).toEqual(expected)
      }),
    )
  })
})

describe('samples as events', () => {
  it('enter and leave what neighbours do not share', () => {
    fc.assert(
      fc.property(drawn, fc.nat(50), (profile, start) => {
        const { stacks, samples } = tables(profile)
        const allocator = new Allocator()
        const { depths, deepest } = depthsOf(stacks, allocator)
        const events = new EventLists(stacks, depths, deepest, indexOf, allocator)
        const out = new TextBlock(allocator)
        const pieces = [...events.write(out, samples, 0, start)].map((piece) => Buffer.from(piece).toString())
        pieces.push(Buffer.from(out.take()).toString())

        const expected: { type: string; frame: number; at: number }[] = []
        let open: number[] = []
        let at = start
        for (const [stack, weight] of [...profile.seen, [NONE, 0] as const]) {
          const next = path(profile, stack)
          let common = 0
          while (common < open.length && open[common] === next[common]) common++
          const event = (type: string) => (row: number) => ({ type, frame: indexOf[profile.rows[row]![1]]!, at })
          expected.push(...open.slice(common).reverse().map(event('C')), ...next.slice(common).map(event('O')))
          open = next
          at += weight
        }
        expect(parsed(pieces)).toEqual(expected)
        // All neighbours are looked at; the first entries and the last exits are no differences between two.
        const ends = profile.seen.length === 0 ? 0 : path(profile, profile.seen[0]![0]).length + open.length
        const last = profile.seen.length === 0 ? 0 : path(profile, profile.seen.at(-1)![0]).length
        expect(eventCount(stacks, depths, samples)).toBeCloseTo(expected.length - ends - last, 6)
      }),
    )
  })

  it('are written for a stack of 100,000 frames', () => {
    const rows = Array.from({ length: 100_000 }, (_, row): [number, number] => [row - 1, row % 121])
    const { stacks, samples } = tables({ rows, seen: [[99_999, 5]] })
    const allocator = new Allocator()
    const { depths, deepest } = depthsOf(stacks, allocator)
    const out = new TextBlock(allocator)
    let text = ''
    for (const piece of new EventLists(stacks, depths, deepest, indexOf, allocator).write(out, samples, 0, 0)) {
      text += Buffer.from(piece).toString()
    }
    text += Buffer.from(out.take()).toString()
    const events = parsed([text]) as { type: string; at: number }[]
    expect(events.length).toBe(200_000)
    expect([events[99_999], events[100_000]]).toEqual([
      { type: 'O', frame: indexOf[99_999 % 121], at: 0 },
      { type: 'C', frame: indexOf[99_999 % 121], at: 5 },
    ])
  })
})
