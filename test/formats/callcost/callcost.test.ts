import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { memorySource } from '../../../src/bytes/source.js'
import { FormatError, placeText } from '../../../src/errors.js'
import type { Profile, ProfileSet } from '../../../src/model/profile.js'
import { convertProfiles } from '../../../src/pipeline/convert.js'
import { readProfileSet } from '../../../src/pipeline/read.js'
import { stacks } from '../../support/draw.js'
import { dump } from '../../support/dump.js'
import { readableFixtures } from '../../support/fixtures.js'

const schema = JSON.parse(readFileSync(new URL('../../../formats/callcost/schema.json', import.meta.url), 'utf8'))
const isValid = new Ajv({ strict: false }).compile(schema)

async function written(set: ProfileSet): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of await convertProfiles(set, { to: 'callcost' })) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

const read = async (text: string | Uint8Array): Promise<ProfileSet> =>
  (await readProfileSet(memorySource('a.json', Buffer.from(text)))).set

async function refusal(text: string): Promise<string> {
  try {
    await read(text)
    return 'read'
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return `${error.message} (${placeText(error.place)})`
  }
}

/** What equality of the dump does not see: details, times, labels and the tables of the engine. */
function tables(profile: Profile): unknown {
  const { frames, stacks: tree, samples, labels, mappings, functions, graph } = profile
  return { frames, tree, samples, labels, mappings, functions, graph }
}

describe.each(readableFixtures())('$path', ({ bytes }) => {
  it('comes back whole, and is what the schema says', async () => {
    const before = (await readProfileSet(memorySource('fixture', bytes))).set
    const text = await written(before)
    expect(isValid(JSON.parse(text)), JSON.stringify(isValid.errors?.slice(0, 3))).toBe(true)
    const after = await read(text)
    expect(dump(after)).toBe(dump(before))
    expect(after.active).toBe(before.active)
    expect(after.profiles.map(tables)).toEqual(before.profiles.map(tables))
    // The writer is canonical: what was read is written to the same bytes.
    expect(await written(after)).toBe(text)
  })
})

describe('callcost JSON', () => {
  const drawn = { profiles: [stacks('main;work 5\nmain 2', { name: 'a' })], active: 0 }

  it.each([
    [
      'another version',
      (text: string) => text.replace('profile/1', 'profile/9'),
      /^expected "callcost\/profile\/\d+", got "callcost\/profile\/9" \(schema, byte \d+\)$/,
    ],
    [
      'a row that does not exist',
      (text: string) => text.replace(/"name": ?\[0,1\]/, '"name":[0,7]'),
      /^expected the index of one of 2 strings, got 7/,
    ],
    [
      'columns of unequal length',
      (text: string) => text.replace(/"name": ?\[0,1\]/, '"name":[0]'),
      /^expected 1 rows in functions\.file, got 2/,
    ],
    [
      'a unit that is none',
      (text: string) => text.replace('"unit":"count"', '"unit":"parsec"'),
      /^expected one of nanoseconds, .*, got "parsec" \(profiles\[0\]\.valueTypes\[0\]\.unit/,
    ],
    [
      'a parent that is its own child',
      (text: string) => text.replace(/"parent": ?\[-1,0\]/, '"parent":[1,0]'),
      /does not hold together/,
    ],
    ['no profile', () => '{"schema":"callcost/profile/1","profiles":[]}', /^expected at least one profile/],
    [
      'a fraction as a row',
      (text: string) => text.replace(/"name": ?\[0,1\]/, '"name":[0,0.5]'),
      /^expected an integer/,
    ],
  ])('refuses %s with its place', async (_, change, expected) => {
    const text = await written(drawn)
    expect(await refusal(text)).toBe('read')
    expect(change(text)).not.toBe(text)
    expect(await refusal(change(text))).toMatch(expected)
  })

  it('keeps names that are not UTF-8, and integers that no double holds', async () => {
    const text = (await written(drawn))
      .replace('"main"', '{ "base64": "//4=" }')
      .replace('[5,2]', '["9007199254740993",2]')
    const again = await written(await read(text))
    expect(again).toContain('{"base64":"//4="}')
    expect(again).toContain('["9007199254740993",2]')
  })
})
