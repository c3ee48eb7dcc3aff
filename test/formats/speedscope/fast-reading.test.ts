import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSpeedscope } from '../../../formats/speedscope/read.js'
import type { Limits } from '../../../src/limits.js'
import { readInPieces } from '../../support/read-in-pieces.js'

/** Single bytes leave nothing to readers of whole items. */
async function readsTheSame(json: string, limits: Partial<Limits>) {
  const bytes = Buffer.from(json)
  for (const need of ['timeline', 'weights'] as const) {
    const slow = await readInPieces(readSpeedscope, bytes, 1, { limits, need })
    for (const chunkSize of [64, bytes.length]) {
      expect(await readInPieces(readSpeedscope, bytes, chunkSize, { limits, need })).toEqual(slow)
    }
  }
}

const space = fc.constantFrom('', '', '', '', ' ', '\n  ')
const limits = fc.constantFrom({}, {}, {}, { 'stack-depth': 3 }, { stacks: 4 }, { samples: 5 })

const integer = fc.oneof(
  { weight: 12, arbitrary: fc.nat(3).map(String) },
  fc.constantFrom('4', '-1', '01', '1.0', '1.5', '1e0', '"1"', '123456789', '1234567890', '99999999999', 'null', ''),
)
const time = fc.oneof(
  { weight: 8, arbitrary: fc.nat(50).map(String) },
  fc.constantFrom('60', '7.25', '-3', '1e1', '12345678901234567890', '""', 'x', '100.'),
)

const event = fc
  .record({
    type: fc.oneof({ weight: 10, arbitrary: fc.constantFrom('"O"', '"C"') }, fc.constantFrom('"\\u004f"', '"X"', 'O')),
    frame: integer,
    at: time,
    order: fc.shuffledSubarray(['type', 'frame', 'at'], { minLength: 3, maxLength: 3 }),
    extra: fc.oneof({ weight: 9, arbitrary: fc.constant('') }, fc.constantFrom('more', 'type', 'at')),
    spaces: fc.array(space, { minLength: 8, maxLength: 8 }),
  })
  .map(({ order, extra, spaces: [a, b, c, d, e], ...values }) => {
    const keys = extra === '' ? order : [...order, extra]
    const fields = keys.map((key) => `"${key}"${a}:${b}${values[key as 'type'] ?? '[{"a":1}]'}`)
    return `${c}{${d}${fields.join(`,${e}`)}}`
  })

/** Entries and exits that fit, at rising times, as files have them. */
const nested = fc.array(fc.tuple(fc.boolean(), fc.nat(3), fc.nat(2)), { maxLength: 30 }).map((steps) => {
  const open: number[] = []
  let at = 0
  return steps.map(([isOpen, frame, passed]) => {
    at += passed
    if (isOpen || open.length === 0) {
      open.push(frame)
      return `{"type":"O","frame":${frame},"at":${at}}`
    }
    return `{"type":"C","frame":${open.pop()},"at":${at}}`
  })
})

const file = (profile: string) =>
  `{"shared":{"frames":[{"name":"a"},{"name":"b"},{"name":"c"},{"name":"d"}]},"profiles":[{"unit":"none",${profile}}]}`

describe('items that are read at once', () => {
  it('are the events that are read key by key', async () => {
    const events = fc.oneof(
      nested,
      fc.array(event, { maxLength: 12 }),
      fc.tuple(nested, event).map((all) => all.flat()),
    )
    await fc.assert(
      fc.asyncProperty(events, limits, fc.constantFrom(',', ', ', ' ,'), async (list, most, comma) => {
        await readsTheSame(file(`"type":"evented","events":[${list.join(comma)}]`), most)
      }),
      { numRuns: 60 },
    )
  })

  it('are the samples and weights that are read number by number', async () => {
    const plain = fc.array(fc.nat(3).map(String), { maxLength: 5 })
    const frames = fc.oneof({ weight: 6, arbitrary: plain }, fc.array(integer, { maxLength: 5 }))
    const sample = fc
      .tuple(frames, space, space)
      .map(([list, before, between]) => `${before}[${list.join(`,${between}`)}]`)
    const samples = fc.array(fc.tuple(sample, fc.oneof({ weight: 4, arbitrary: fc.nat(9).map(String) }, time)), {
      maxLength: 20,
    })
    await fc.assert(
      fc.asyncProperty(samples, limits, fc.boolean(), async (list, most, isShort) => {
        const weights = list.map(([, weight]) => weight)
        if (isShort) weights.pop()
        const columns = `"samples":[${list.map(([each]) => each).join()}],"weights":[${weights.join()}]`
        await readsTheSame(file(`"type":"sampled",${columns}`), most)
      }),
      { numRuns: 60 },
    )
  })
})
