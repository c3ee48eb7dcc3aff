import { describe, expect, it } from 'vitest'
import { pstats } from '../../../formats/pstats/codec.js'
import { memorySource } from '../../../src/bytes/source.js'
import { CallcostError, FormatError } from '../../../src/errors.js'
import type { Profile } from '../../../src/model/profile.js'
import { type ReadOptions, readProfileSet } from '../../../src/pipeline/read.js'
import { edgeCosts, functionCosts } from '../../support/draw.js'
import { bytes, i32, type Part } from './marshal-bytes.js'

// Streams by hand, as Python/marshal.c defines them. What Python lets pass was tried with CPython 3.13.

const int = (value: number): Uint8Array => bytes('i', i32(value))
const float = (value: number): Uint8Array => {
  const buffer = Buffer.alloc(8)
  buffer.writeDoubleLE(value)
  return bytes('g', buffer)
}
const text = (value: string): Uint8Array => bytes('z', value.length, value)
const ref = (index: number): Uint8Array => bytes('r', i32(index))
const tuple = (...items: readonly Part[]): Uint8Array => bytes(')', items.length, ...items)
const flagged = (object: Uint8Array): Uint8Array => bytes(object[0]! | 0x80, object.subarray(1))
const key = (name: string, line = 1): Uint8Array => tuple(text('a.py'), int(line), text(name))
const dict = (...items: readonly Part[]): Uint8Array => bytes('{', ...items, '0')
const value = (calls: Part, callers: Uint8Array = dict()): Uint8Array =>
  tuple(calls, calls, float(1), float(2), callers)

async function read(stream: Uint8Array, options: ReadOptions = {}): Promise<Profile> {
  const { set } = await readProfileSet(memorySource('x', stream), { from: 'pstats', ...options })
  return set.profiles[0]!
}

async function errorOf(stream: Uint8Array, options: ReadOptions = {}): Promise<string> {
  const error = await read(stream, options).then(
    () => 'no error',
    (caught: unknown) => caught,
  )
  if (!(error instanceof CallcostError)) throw error
  return `${error.message}${error instanceof FormatError ? ` (byte ${error.place.offset})` : ''}`
}

function codes(profile: Profile): string[] {
  // Not what validate() finds: the numbers here are made up.
  return profile.source.notes.map((note) => note.code).filter((code) => code !== 'total-above-sum')
}

describe('numbers', () => {
  const cases: readonly [string, Uint8Array, number | bigint][] = [
    ['int32', int(-5), -5],
    ['int64', bytes('I', [0, 0, 0, 0, 0, 1, 0, 0]), 2 ** 40],
    ['int64 past 2^53', bytes('I', [1, 0, 0, 0, 0, 0, 0, 0x40]), 2n ** 62n + 1n],
    ['long zero', bytes('l', i32(0)), 0],
    ['negative long', bytes('l', i32(-2), [1, 0, 1, 0]), -32769],
    ['long of 5 digits', bytes('l', i32(5), [1, 0, 0, 0, 0, 0, 0, 0, 1, 0]), 2n ** 60n + 1n],
    ['float text', bytes('f', 7, '1.5e+01'), 15],
    ['float text without digits', bytes('f', 3, 'inf'), Number.POSITIVE_INFINITY],
  ]
  it.each(cases)('%s', async (_, number, expected) => {
    const profile = await read(dict(key('f'), value(number)))
    expect(functionCosts(profile)['f@a.py:1']?.calls).toBe(expected)
  })

  it.each([
    ['a digit past 2^15', bytes('l', i32(1), [0, 0x80]), 'expected a digit below 32768, got 32768 (byte 20)'],
    ['a top digit of 0', bytes('l', i32(2), [1, 0, 0, 0]), 'the first digit of an integer is 0 (byte 20)'],
    [
      'more digits than bytes',
      bytes('l', i32(1 << 30)),
      'expected 1073741824 digits of an integer, but the file ends after 26 more bytes (byte 24)',
    ],
    ['an empty float', bytes('f', 0), 'expected a float, got "" (byte 20)'],
    ['a float with a blank', bytes('f', 2, ' 1'), 'expected a float, got " 1" (byte 20)'],
    ['a hexadecimal float', bytes('f', 3, '0x1'), 'expected a float, got "0x1" (byte 20)'],
    [
      'a number of 1050 bits',
      bytes('l', i32(70), Array(140).fill(1)),
      'expected a number, got an integer of more than 1024 bits (byte 19)',
    ],
  ] as const)('refuses %s', async (_, number, message) => {
    expect(await errorOf(dict(key('f'), value(number)))).toBe(message)
  })
})

describe('references', () => {
  it('stand for keys, numbers, costs, callers and values', async () => {
    // Indices in the order of flagged type bytes: 0 key, 1 value, 2 the calls, 3 callers, 4 costs.
    const costs = tuple(int(7), int(6), float(0.5), float(0.75))
    const callers = flagged(dict(ref(0), flagged(costs)))
    const shared = flagged(tuple(flagged(int(3)), ref(2), float(1), float(2), callers))
    const profile = await read(
      dict(
        flagged(key('f')),
        shared,
        key('g'),
        ref(1),
        key('h'),
        value(ref(2), ref(3)),
        key('i'),
        value(int(1), dict(ref(0), ref(4))),
      ),
    )
    expect(functionCosts(profile)).toMatchObject({
      'f@a.py:1': { calls: 3 },
      'g@a.py:1': { calls: 3, primitiveCalls: 3, self: 1, total: 2 },
      'h@a.py:1': { calls: 3 },
      'i@a.py:1': { calls: 1 },
    })
    const edge = { calls: 7, primitiveCalls: 6, self: 0.5, total: 0.75 }
    expect(edgeCosts(profile)).toEqual({
      'f@a.py:1 -> f@a.py:1': edge,
      'f@a.py:1 -> g@a.py:1': edge,
      'f@a.py:1 -> h@a.py:1': edge,
      'f@a.py:1 -> i@a.py:1': edge,
    })
  })

  it('tell whole floats from integers', async () => {
    const message = await errorOf(
      dict(
        key('f'),
        tuple(int(1), int(1), flagged(float(1)), ref(0), dict()),
        tuple(text('a.py'), ref(0), text('g')),
        value(int(1)),
      ),
    )
    expect(message).toMatch(/^expected a line number, got a float/)
  })

  it('do not point at what comes later or at what they are part of', async () => {
    expect(await errorOf(dict(ref(0), value(int(1))))).toBe(
      'the reference to object 0 points at nothing, 0 came before it (byte 2)',
    )
    expect(await errorOf(dict(ref(-1), value(int(1))))).toBe(
      'the reference to object -1 points at nothing, 0 came before it (byte 2)',
    )
    const cycle = flagged(tuple(int(1), int(1), float(1), float(1), ref(0)))
    expect(await errorOf(dict(key('f'), cycle))).toMatch(
      /^the reference to object 0 points at the object that it is part of/,
    )
  })

  it('cannot make a small file large', async () => {
    // One dict of 5,000 callers, which 20,000 entries share: 100 million edges from half a megabyte.
    const keys = Array.from({ length: 5000 }, (_, line) =>
      bytes(flagged(tuple(text('c'), int(line), text('f'))), int(1)),
    )
    const entries = Array.from({ length: 20_000 }, (_, line) =>
      bytes(tuple(text('b'), int(line), text('f')), value(int(1), ref(0))),
    )
    const stream = dict(key('a'), value(int(1), flagged(dict(...keys))), ...entries)
    expect(await errorOf(stream)).toMatch(/^objects that are referred to again and again stand for more than \d+ bytes/)
  })
})

describe('depth', () => {
  const nested = (depth: number): Uint8Array => bytes(...Array.from({ length: depth }, () => bytes(')', 1)), 'N')

  it('is limited without being recursive', async () => {
    const stream = dict(key('f'), nested(100_000))
    expect(await errorOf(stream)).toBe('objects are nested more than 64 deep at byte 147, the limit is 64')
    expect(await errorOf(stream, { limits: { 'marshal-depth': 200_000 } })).toMatch(/^expected a value/)
  })
})

describe('sizes', () => {
  it.each([
    ['tuple', bytes('(', i32(0x7fffffff))],
    ['negative tuple', bytes('(', i32(-1))],
    ['text', bytes('u', i32(0x7fffffff))],
    ['set', bytes('<', i32(0x7fffffff))],
  ])('of a %s are held against the file first', async (_, object) => {
    expect(await errorOf(dict(key('f'), value(object)))).toMatch(/^expected (a count of|\d+) (items|bytes)/)
  })
})

describe('what makes no sense', () => {
  const good = bytes(key('good'), value(int(2)))
  const faults: readonly [string, Uint8Array, string][] = [
    ['a text as key', bytes(text('f'), value(int(1))), 'expected a key (file, line, name), got a text'],
    [
      'a key of two',
      bytes(tuple(text('f'), int(1)), value(int(1))),
      'expected a key of 3 items (file, line, name), got 2',
    ],
    ['a key without file', bytes(tuple('N', int(1), text('f')), value(int(1))), 'expected a file name, got None'],
    [
      'a key with a text as line',
      bytes(tuple(text('a'), text('1'), text('f')), value(int(1))),
      'expected a line number, got a text',
    ],
    [
      'a line past 32 bits',
      bytes(tuple(text('a'), bytes('I', [0, 0, 0, 0, 1, 0, 0, 0]), text('f')), value(int(1))),
      'expected a line number, got 4294967296',
    ],
    [
      'a list as name',
      bytes(tuple(text('a'), int(1), bytes('[', i32(1), 'N')), value(int(1))),
      'expected a function name, got a list',
    ],
    ['a number as value', bytes(key('f'), int(1)), 'expected a value (cc, nc, tt, ct, callers), got an integer'],
    [
      'a value of four',
      bytes(key('f'), tuple(int(1), int(1), float(1), float(1))),
      'expected a value of 5 items (cc, nc, tt, ct, callers), got 4',
    ],
    [
      'a text as time',
      bytes(key('f'), tuple(int(1), int(1), text('1'), float(1), dict())),
      'expected a number, got a text',
    ],
  ]
  it.each(faults)('%s is a fault, and left out when lenient', async (_, entry, message) => {
    const stream = dict(entry, good)
    expect(await errorOf(stream)).toContain(`${message} (byte `)
    expect(Object.keys(functionCosts(await read(stream, { lenient: true })))).toEqual(['good@a.py:1'])
  })

  const callerFaults: readonly [string, Uint8Array, string][] = [
    ['a list as callers', bytes('[', i32(0)), 'expected a dict of callers, got a list'],
    [
      'costs of three',
      dict(key('good'), tuple(int(1), int(1), int(1))),
      'expected the numbers of a caller of 4 items (nc, cc, tt, ct), got 3',
    ],
    ['None as costs', dict(key('good'), 'N'), 'expected the numbers of a caller (nc, cc, tt, ct), got None'],
    ['a number as caller', dict(int(1), int(1)), 'expected a key (file, line, name), got an integer'],
    [
      'the marker as caller',
      dict(tuple(text('__sampled__')), int(1)),
      'expected a key (file, line, name), got a tuple of 1 item',
    ],
  ]
  it.each(callerFaults)('%s costs the caller only', async (_, callers, message) => {
    const stream = dict(key('f'), value(int(1), callers), good)
    expect(await errorOf(stream)).toContain(`${message} (byte `)
    const profile = await read(stream, { lenient: true })
    expect(Object.keys(functionCosts(profile))).toEqual(['f@a.py:1', 'good@a.py:1'])
    expect(profile.graph?.edges.length).toBe(0)
  })

  it('a type that does not exist ends the read, also when lenient', async () => {
    expect(await errorOf(dict(key('f'), '?'), { lenient: true })).toMatch(/^the program that wrote the file could not/)
    expect(await errorOf(dict(key('f'), 'q'), { lenient: true })).toBe(
      'expected an object, got the unknown type "q" (byte 17)',
    )
    expect(await errorOf(bytes('{', key('f'), tuple(int(1), '0')))).toMatch(/^the end of a dict stands outside of one/)
  })
})

describe('what Python lets pass', () => {
  it('takes the last value of a key at the place of the first, with its own callers only', async () => {
    const profile = await read(
      dict(
        ...[key('f'), value(int(1), dict(key('g'), int(1), key('h'), int(1), key('gone'), int(1)))],
        ...[key('g'), value(int(5))],
        ...[key('f'), value(int(2), dict(key('h'), int(7), key('g'), int(3), key('h'), int(8)))],
        ...[key('h'), value(int(6))],
      ),
    )
    expect(Object.entries(functionCosts(profile)).map(([name, { calls }]) => [name, calls])).toEqual([
      ['f@a.py:1', 2],
      ['g@a.py:1', 5],
      ['h@a.py:1', 6],
    ])
    expect(Object.entries(edgeCosts(profile)).map(([name, { calls }]) => [name, calls])).toEqual([
      ['h@a.py:1 -> f@a.py:1', 8],
      ['g@a.py:1 -> f@a.py:1', 3],
    ])
    expect(profile.source.notes.find((note) => note.code === 'duplicate-keys')?.count).toBe(2)
  })

  it('ends a dict where a value is expected', async () => {
    const profile = await read(bytes('{', key('f'), value(int(1), bytes('{', key('g'), '0')), key('h'), '0', key('i')))
    expect(Object.keys(functionCosts(profile))).toEqual(['f@a.py:1'])
    expect(codes(profile)).toEqual(['early-ends', 'trailing-bytes'])
  })

  it('ignores what follows', async () => {
    const stream = dict(key('f'), value(int(1)))
    expect(codes(await read(bytes(stream, stream)))).toEqual(['trailing-bytes'])
  })

  it('keeps callers without entry apart', async () => {
    const profile = await read(dict(key('f'), value(int(1), dict(key('gone'), int(1))), key('g'), value(int(1))))
    expect(Object.keys(functionCosts(profile))).toEqual(['f@a.py:1', 'g@a.py:1', 'gone@a.py:1'])
    expect(profile.source.details.get('pstats.ghosts')).toBe(1)
    expect(codes(profile)).toContain('missing-entries')
  })
})

describe('what is no pstats file', () => {
  it.each([
    ['', 'the file is empty (byte 0)'],
    ['{"nodes": []}', 'got JSON'],
    ['[{"name": 1}]', 'got JSON'],
    ['\x80\x04\x95\x10\0\0', 'got a pickle'],
    ['\xf3\r\r\n\0\0\0\0\xe3', 'got a compiled Python module'],
    ['\x03\xf3\r\n\xf9\xf3\x9b\x5ac\0\0\0\0', 'got a compiled Python module'],
    ['PK\x03\x04', 'got a zip archive'],
    [
      'Tue Nov 14 22:13:20 2023    x.prof\n\n         3 function calls (2 primitive calls) in 0.1 seconds\n',
      'got the text report that print_stats() prints',
    ],
    ['main;parse 12\n', 'got text'],
    ['(\x02\0\0\0NN', 'got a tuple'],
    ['\x01\x02\x03', 'got something else'],
  ])('%j', async (content, message) => {
    expect(await errorOf(bytes(content))).toContain(message)
  })

  it.each([
    ['{(\x03\0\0\0s\x04\0\0\0a.py', 'certain'],
    ['\xfb\xa9\x03\xda\x04a.py', 'certain'],
    ['{)\x01z\x0b__sampled__', 'certain'],
    ['{0', 'certain'],
    ['\xfb0', 'certain'],
    ['(\x02\0\0\0NN', 'likely'],
    ['[\x01\0\0\0{0', 'likely'],
    ['{r\x05\0\0\0', 'likely'],
    ['{[\x01\0\0\0', 'likely'],
    ['(a b)', 'no'],
    ['{0} of {1}', 'no'],
    ['{(\x03\0\0\x01s', 'no'],
    ['{)\x02z', 'no'],
    ['{"a": 1}', 'no'],
    ['{\n', 'no'],
    ['{', 'no'],
    ['', 'no'],
  ] as const)('sniffs %j', (head, answer) => {
    expect(pstats.sniff(bytes(head), null)).toBe(answer)
  })
})
