import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CODECS } from '../../formats/index.js'
import { memorySource } from '../../src/bytes/source.js'
import { CallcostError, FormatError } from '../../src/errors.js'
import { callGraph } from '../../src/model/call-graph.js'
import { sumColumn } from '../../src/model/numbers.js'
import type { ProfileSet } from '../../src/model/profile.js'
import { validate } from '../../src/model/validate.js'
import { convertProfiles } from '../../src/pipeline/convert.js'
import { type ReadOptions, readProfileSet } from '../../src/pipeline/read.js'
import { dump } from '../support/dump.js'
import { readableFixtures } from '../support/fixtures.js'
import { nastyStacks, profileOf } from './nasty-stacks.js'
import { runs } from './runs.js'

const READABLE = CODECS.filter((codec) => codec.reads !== undefined)
const BOTH_WAYS = READABLE.filter((codec) => codec.writes !== undefined)

async function written(set: ProfileSet, to: string): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of await convertProfiles(set, { to })) parts.push(Buffer.from(part))
  return Buffer.concat(parts)
}

const read = async (bytes: Uint8Array, from: string, options: ReadOptions = {}): Promise<ProfileSet> =>
  (await readProfileSet(memorySource('property', bytes), { from, ...options })).set

const weight = (set: ProfileSet): number => {
  const profile = set.profiles[0]!
  return Number(sumColumn(callGraph(profile).self[profile.defaultValue]!))
}

describe.each(BOTH_WAYS)('$id', ({ id }) => {
  it('keeps the weight of any names, and is written the same way again', async () => {
    await fc.assert(
      fc.asyncProperty(nastyStacks, async (list) => {
        const set: ProfileSet = { profiles: [profileOf(list)], active: 0 }
        const again = await read(await written(set, id), id)
        for (const profile of again.profiles) expect(validate(profile).errors).toEqual([])
        // callgrind has one name for all that are blank, and puts functions in the order in which it meets them.
        const settled = id === 'callgrind' ? await read(await written(again, id), id) : again
        const first = await written(settled, id)
        const back = await read(first, id)
        expect(weight(back)).toBe(weight(again))
        if (id === 'callgrind') expect(dump(back)).toBe(dump(settled))
        else expect((await written(back, id)).equals(first)).toBe(true)
      }),
      runs(),
    )
  })
})

describe('reading', () => {
  const small = readableFixtures().filter(({ bytes }) => bytes.length <= 3000)

  it('gives the same in pieces of any size, and compressed in any members', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...small), fc.integer({ min: 1, max: 999 }), async ({ bytes, format }, size) => {
        const whole = dump(await read(bytes, format))
        const { set } = await readProfileSet(memorySource('pieces', bytes, size), { from: format })
        expect(dump(set)).toBe(whole)
        if (bytes[0] === 0x1f && bytes[1] === 0x8b) return
        const cut = size % bytes.length
        const members = Buffer.concat([gzipSync(bytes.subarray(0, cut)), gzipSync(bytes.subarray(cut))])
        expect(dump(await read(members, format))).toBe(whole)
      }),
      runs(),
    )
  })

  it('of any bytes ends in a sound profile or in a sentence with a place inside the input', async () => {
    const changed = fc
      .tuple(fc.constantFrom(...small), fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.nat(4)), { maxLength: 4 }))
      .map(([{ bytes, format }, changes]) => {
        let result = Buffer.from(bytes)
        for (const [place, byte, kind] of changes) {
          const at = place % (result.length + 1)
          if (kind === 0) result = result.subarray(0, at)
          else if (kind === 1) result = Buffer.concat([result.subarray(0, at), result.subarray(at + (byte % 16))])
          else if (at < result.length) result[at] = kind === 2 ? byte : result[at]! ^ (1 << (byte % 8))
        }
        return { bytes: result, format }
      })
    const anything = fc.record({
      bytes: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      format: fc.constantFrom(...READABLE.map(({ id }) => id)),
    })
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 4, arbitrary: changed }, anything), fc.boolean(), async (input, lenient) => {
        const { bytes, format } = input
        try {
          for (const profile of (await read(bytes, format, { lenient })).profiles) {
            expect(validate(profile).errors).toEqual([])
          }
        } catch (error) {
          if (!(error instanceof CallcostError) || error.kind !== 'data') throw error
          expect(error.message).not.toMatch(/[\x00-\x1f\x7f-\x9f]|\.$|^$/)
          const offset = error instanceof FormatError ? (error.place.offset ?? 0) : 0
          expect(offset).toBeGreaterThanOrEqual(0)
          expect(offset).toBeLessThanOrEqual(bytes.length)
        }
      }),
      runs(),
    )
  })
})
