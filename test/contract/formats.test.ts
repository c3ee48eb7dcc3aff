import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { CODECS } from '../../formats/index.js'
import { jsonKeys } from '../../src/bytes/json-keys.js'
import { memorySource } from '../../src/bytes/source.js'
import { CallcostError, FormatError, placeText } from '../../src/errors.js'
import type { Feature } from '../../src/model/features.js'
import type { ProfileSet } from '../../src/model/profile.js'
import { validate } from '../../src/model/validate.js'
import { convertProfiles } from '../../src/pipeline/convert.js'
import { codecById } from '../../src/pipeline/detect.js'
import { type ReadOptions, readProfileSet } from '../../src/pipeline/read.js'
import { dump } from '../support/dump.js'
import { FIXTURES, type Fixture, invalidFixtures, readableFixtures } from '../support/fixtures.js'
import { expectGolden } from '../support/golden.js'

/** Every prefix of a file up to this size is tried; of larger ones, this many. */
const SMALL = 2048
const PREFIXES = 150
/** Pieces of one byte cost an await each, so only files up to this size are read that way. */
const BYTEWISE = 64 * 1024

async function read(bytes: Uint8Array, chunkSize?: number, options: ReadOptions = {}): Promise<ProfileSet> {
  const { set } = await readProfileSet(memorySource('fixture', bytes, chunkSize), options)
  return set
}

async function written(set: ProfileSet, to: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of await convertProfiles(set, { to })) parts.push(part.slice())
  return Buffer.concat(parts)
}

describe.each(readableFixtures())('$path', (fixture: Fixture) => {
  const { bytes, format } = fixture

  it('is recognised by its codec and certain to no other', () => {
    const head = bytes.subarray(0, 65_536)
    const keys = jsonKeys(head)
    const answers = new Map(CODECS.map((codec) => [codec.id, codec.sniff(head, keys)]))
    expect(answers.get(format)).not.toBe('no')
    answers.delete(format)
    expect([...answers].filter(([, answer]) => answer === 'certain')).toEqual([])
  })

  it('reads as its golden says, whole, in pieces and compressed, and holds together', async () => {
    const whole = await read(bytes)
    for (const profile of whole.profiles) expect(validate(profile).errors).toEqual([])
    const text = dump(whole)
    expectGolden(join(FIXTURES, `${fixture.path}.dump.txt`), text)
    expect(dump(await read(bytes, undefined, { from: format }))).toBe(text)
    if (bytes.length <= BYTEWISE) expect(dump(await read(bytes, 1))).toBe(text)
    expect(dump(await read(bytes, 7))).toBe(text)
    expect(dump(await read(bytes, 65_536))).toBe(text)
    expect(dump(await read(gzipSync(bytes)))).toBe(text)
  })

  const writable = codecById(format, 'reads').writes
  it.runIf(writable !== undefined)('is the same after writing and reading back', async () => {
    const kept = new Set<Feature>(writable?.filter((feature) => codecById(format, 'reads').reads?.includes(feature)))
    const before = await read(bytes)
    const after = await read(await written(before, format))
    expect(dump(after, kept)).toBe(dump(before, kept))
  })

  it('cut anywhere, is read or refused with a sentence', async () => {
    const step = bytes.length <= SMALL ? 1 : Math.floor(bytes.length / PREFIXES)
    for (let length = 0; length < bytes.length; length += step) {
      await expectReadOrRefused(bytes.subarray(0, length), format)
    }
  })
})

describe.each(invalidFixtures())('$path', (fixture: Fixture) => {
  it('is refused as its golden says', async () => {
    const from = fixture.format === '' ? undefined : fixture.format
    const text = await read(fixture.bytes, undefined, { from }).then(
      () => 'read without complaint',
      (error: unknown) => {
        if (!(error instanceof CallcostError)) throw error
        const place = error instanceof FormatError ? placeText(error.place) : ''
        const hint = error.hint === undefined ? '' : `\n  hint: ${error.hint}`
        return `${error.message}${place === '' ? '' : ` (${place})`}${hint}\n`
      },
    )
    expect(text).not.toBe('read without complaint')
    expectGolden(join(FIXTURES, `${fixture.path}.error.txt`), text)
  })
})

async function expectReadOrRefused(bytes: Uint8Array, from: string): Promise<void> {
  try {
    const set = await read(bytes, undefined, { from })
    for (const profile of set.profiles) expect(validate(profile).errors).toEqual([])
  } catch (error) {
    if (!(error instanceof CallcostError) || error.kind !== 'data') throw error
    const offset = error instanceof FormatError ? (error.place.offset ?? 0) : 0
    expect(offset).toBeLessThanOrEqual(bytes.length)
  }
}
