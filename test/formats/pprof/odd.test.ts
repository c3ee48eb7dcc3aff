import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CallcostError, FormatError, placeText } from '../../../src/errors.js'
import { type ReadResult, readProfileSet } from '../../../src/pipeline/read.js'
import { FIXTURES } from '../../support/fixtures.js'
import { agrees, costsByName, parsePprofText } from '../../support/pprof-text.js'

const FOLDER = join(FIXTURES, 'pprof/odd')

/** File → what pprof prints for it. */
const verdicts = new Map(
  readFileSync(join(FOLDER, 'verdicts.txt'), 'utf8')
    .split(/^===== /m)
    .slice(1)
    .map((part): [string, string] => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]),
)

/** What we say where pprof gives up, most often with "unrecognized profile format". */
const REFUSALS: Readonly<Record<string, string>> = {
  'badstring.pb.gz': 'expected the index of one of 14 strings, got 9999 (default_sample_type, byte 253)',
  'concat_with_time.pb.gz': 'the file holds two profiles, one behind the other (byte 262)',
  'double_gzip.pb.gz': 'the file is compressed twice: gzip in gzip',
  'dup_loc.pb.gz': 'expected a location of its own for each id, got id 1 twice (location[1].id, byte 31)',
  'empty_msg.pb.gz': 'the file is empty (byte 0)',
  'first_string_nonempty.pb.gz': 'expected the first string to be empty, got a text (string_table[0], byte 2)',
  'fn0.pb.gz': 'expected the id of a function, got 0, which none has (location[0].line[0].function_id, byte 21)',
  'group.pb.gz': 'expected a varint, got the start of a group (period, byte 257)',
  'gzip_two_profiles.pb.gz': 'the file holds two profiles, one behind the other (byte 257)',
  'loc0.pb.gz': 'expected the id of a location, got 0, which none has (sample[0].location_id[0], byte 14)',
  'missing_fn.pb.gz':
    'expected the id of a function, got 77, which none has (location[0].line[0].function_id, byte 21)',
  'missingloc.pb.gz': 'expected the id of a location, got 99, which none has (sample[0].location_id[0], byte 14)',
  'nostrings.pb.gz': 'expected a string table, got none (string_table, byte 147)',
  'notypes.pb.gz': 'expected a profile that says what its values are, got no sample_type (byte 0)',
  'trailing_garbage.pb.gz': 'expected the end of the file after the gzip data, got more bytes',
  'truncated.pb.gz': 'the gzip data is cut off: the file ends before it does',
  'valuemismatch.pb.gz': 'expected 2 values, got 1 (sample[0].value, byte 14)',
}

/** pprof scales units that we leave as they are on purpose, since values stay as recorded: what each is in pprof. */
const SCALED: Readonly<Record<string, number>> = {
  'unit_MB.pb.gz': 2 ** 20,
  'unit_kilobytes.pb.gz': 2 ** 10,
  'unit_hours.pb.gz': 3600e9,
  'unit_nanoGCU.pb.gz': 1e-9,
}

/** Micro sign and mu: pprof has them in its table and yet prints them raw. We read microseconds, in ns below. */
const MICROSECONDS = ['unit_%C2%B5s.pb.gz', 'unit_%CE%BCs.pb.gz']

async function read(name: string, lenient = false): Promise<ReadResult | string> {
  try {
    return await readProfileSet(new Uint8Array(readFileSync(join(FOLDER, name))), { lenient })
  } catch (error) {
    if (!(error instanceof CallcostError)) throw error
    const place = error instanceof FormatError ? placeText(error.place) : ''
    return place === '' ? error.message : `${error.message} (${place})`
  }
}

describe('profiles from before profile.proto', () => {
  const words = (...numbers: number[]): Uint8Array => new Uint8Array(Uint32Array.from(numbers).buffer)
  it.each([
    ['goroutines of Go', Buffer.from('goroutine profile: total 11\n5 @ 0x4382d6 0x40619b\n')],
    ['a heap profile', Buffer.from('heap profile: 128: 2285152 [4178: 37274656] @ heap/32768\n')],
    ['contention', Buffer.from('--- mutex:\ncycles/second=2300015791\nsampling period=1\n')],
    ["gperftools' CPU profile", words(0, 3, 0, 10000, 0, 1, 1, 4194304)],
    ['the same in 64 bits', words(0, 0, 3, 0, 0, 0, 10000, 0, 0, 0, 1, 0)],
  ])('%s is recognised and answered with advice', async (_, bytes) => {
    await expect(readProfileSet(new Uint8Array(bytes))).rejects.toMatchObject({
      message: 'this is an old text or CPU profile of Go or gperftools',
      hint: expect.stringContaining('go tool pprof -proto'),
    })
  })
})

describe('files at the edges of the format', () => {
  const names = readdirSync(FOLDER).filter((name) => name !== 'verdicts.txt')

  it.each(names)('%s', async (name) => {
    const result = await read(name)
    const verdict = verdicts.get(name)
    // Two files with unusual names are without a verdict; they are read like any other.
    const isRefused = verdict?.includes('failed to fetch') ?? false
    expect(typeof result === 'string').toBe(isRefused)
    if (typeof result === 'string') {
      expect(result).toBe(REFUSALS[name])
      return
    }
    if (verdict === undefined) return
    const [profile] = result.set.profiles
    const { functions } = costsByName(profile!)
    const theirs = parsePprofText(verdict)
    const factor = MICROSECONDS.includes(name) ? 1e-3 : (SCALED[name] ?? 1)
    for (const [own, { flat, cum }] of theirs.functions) {
      const ours = functions.get(own)
      expect([own, agrees(ours!.flat * factor, flat), agrees(ours!.cum * factor, cum)]).toEqual([own, true, true])
    }
    expect(theirs.functions.size > 0).toBe(name !== 'nosamples.pb.gz')
  })

  it.each([
    ['valuemismatch.pb.gz', 'expected 2 values, got 1', 0],
    ['missingloc.pb.gz', 'expected the id of a location, got 99, which none has', 0],
    ['fn0.pb.gz', 'expected the id of a function, got 0, which none has', 1],
    ['badstring.pb.gz', 'expected the index of one of 14 strings, got 9999', 1],
  ])('%s is read with --lenient, and what was left out is counted', async (name, message, samples) => {
    const result = await read(name, true)
    if (typeof result === 'string') throw new Error(result)
    expect(result.problems).toMatchObject([{ outcome: 'dropped', message, count: 1 }])
    expect(result.set.profiles[0]!.samples!.length).toBe(samples)
  })

  it('a line with a column in its upper half is its lower half, and said to be; a column of its own wins', async () => {
    const result = await read('packedline.pb.gz')
    if (typeof result === 'string') throw new Error(result)
    const { frames } = result.set.profiles[0]!
    expect([frames!.line[0], frames!.column[0]]).toEqual([1, 7])
    expect(result.problems).toMatchObject([{ outcome: 'repaired', count: 1 }])
  })
})
