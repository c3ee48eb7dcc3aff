import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonScanner } from '../../src/bytes/json-scanner.js'
import {
  array,
  boolean,
  integer,
  integers,
  lazy,
  nothing,
  nullable,
  number,
  numbers,
  object,
  oneOf,
  record,
  type Shape,
  skip,
  text,
} from '../../src/bytes/json-shape.js'
import { decodeText, encodeText } from '../../src/bytes/text.js'
import { CallcostError, FormatError, placeText } from '../../src/errors.js'
import { Allocator, DEFAULT_LIMITS, type Limits } from '../../src/limits.js'

const CHUNKS = [1, 2, 3, 7, Number.MAX_SAFE_INTEGER]

type Log = unknown[]

/** What a scan did: the calls, and how it ended. */
function scan(
  json: string | Uint8Array,
  make: (log: Log) => Shape,
  chunk = Number.MAX_SAFE_INTEGER,
  limits?: Partial<Limits>,
) {
  const bytes = typeof json === 'string' ? encodeText(json) : json
  const log: Log = []
  const scanner = new JsonScanner(make(log), new Allocator({ ...DEFAULT_LIMITS, ...limits }))
  try {
    for (let at = 0; at < bytes.length; at += chunk) {
      // A copy that is overwritten afterwards shows whether something still looks at an old chunk.
      const piece = bytes.slice(at, at + chunk)
      scanner.write(piece)
      piece.fill(0x7e)
    }
    scanner.end()
  } catch (error) {
    if (!(error instanceof CallcostError)) throw error
    return { log, error: error.message, place: error instanceof FormatError ? placeText(error.place) : '' }
  }
  return { log, error: null, place: '' }
}

/** The same in all chunk sizes, which must not make a difference. */
function scanAll(json: string | Uint8Array, make: (log: Log) => Shape, limits?: Partial<Limits>) {
  const whole = scan(json, make, Number.MAX_SAFE_INTEGER, limits)
  for (const chunk of CHUNKS) expect(scan(json, make, chunk, limits), `chunks of ${chunk}`).toEqual(whole)
  return whole
}

/** A shape that builds the value which JSON.parse would, into `log[0]`. */
function rebuild(log: Log): Shape {
  type Open = { value: unknown; key: string | null }
  const open: Open[] = []
  function put(value: unknown): void {
    const outer = open.at(-1)
    if (outer === undefined) log.push(value)
    else if (outer.key === null) (outer.value as unknown[]).push(value)
    else Object.defineProperty(outer.value, outer.key, { value, enumerable: true, configurable: true, writable: true })
  }
  function begin(value: unknown): void {
    put(value)
    open.push({ value, key: null })
  }
  const any: Shape = oneOf(
    number(put),
    text((bytes, start, end) => put(decodeText(bytes, start, end))),
    boolean(put),
    nothing(() => put(null)),
    record(
      (bytes, start, end) => {
        open.at(-1)!.key = decodeText(bytes, start, end)
      },
      lazy(() => any),
      { begin: () => begin({}), end: () => open.pop() },
    ),
    array(
      lazy(() => any),
      {
        begin: () => begin([]),
        end(count) {
          expect(count).toBe((open.pop()!.value as unknown[]).length)
        },
      },
    ),
  )
  return any
}

function parsed(json: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(json) }
  } catch {
    return null
  }
}

/** Our verdict on a text against that of JSON.parse; numbers beyond doubles are the one thing that we are stricter in. */
function agrees(json: string): void {
  const theirs = parsed(json)
  const ours = scanAll(json, rebuild)
  if (ours.error === 'expected a finite number') return
  if (theirs === null) expect(ours.error, json).not.toBeNull()
  else {
    expect(ours.error, json).toBeNull()
    expect(ours.log, json).toStrictEqual([theirs.value])
  }
  expect(scanAll(json, skip).error === null, json).toBe(theirs !== null)
}

const VALID = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-0.0',
  '1',
  '12',
  '-7',
  '0.5',
  '1.25e2',
  '1E+2',
  '1e-2',
  '123456789012345',
  '1234567890123456',
  '9007199254740993',
  '0.1',
  '0.30000000000000004',
  '123.456',
  '1.7976931348623157e308',
  '5e-324',
  '1e-400',
  '4.35',
  '0.000001',
  '2.2250738585072011e-308',
  '999999999999999',
  '0.000000000000001',
  '900719925474099.3',
  '""',
  '"a"',
  '"\\""',
  '"\\\\"',
  '"\\/\\b\\f\\n\\r\\t"',
  '"\\u0041"',
  '"\\u00e9\\u20ac"',
  '"é€😀"',
  '"\\ud83d\\ude00"',
  '"\\ud83d"',
  '"\\ude00"',
  '"\\ud83d\\ud83d\\ude00"',
  '"\\ud83dx\\ude00"',
  '"\\ud83d\\n\\ude00"',
  '"\\ud83d\\u0041"',
  '"a\\u0000b"',
  '"\u007f"',
  '[]',
  '[ ]',
  '{}',
  '{ }',
  '[1]',
  '[1,2,3]',
  '[ 1 , 2 ]',
  '[[],[[]],{}]',
  '{"a":1}',
  '{"a":1,"b":[true,null]}',
  '{"":0}',
  '{"a":1,"a":2}',
  '{"__proto__":1}',
  '{"\\u0061":1}',
  '{"a\\nb":{"c":[{}]}}',
  ' \n\r\t[1]\n ',
  '{"a" : {"b" : "c"} , "d":[ ]}',
  '"a longer text that does not fit into any of the chunks, with \\" in it"',
]
const INVALID = [
  '',
  ' ',
  'n',
  'nul',
  'nulll',
  'True',
  'NaN',
  'Infinity',
  '-',
  '-a',
  '+1',
  '01',
  '-01',
  '1.',
  '.5',
  '1.e2',
  '1e',
  '1e+',
  '1ee2',
  '1.2.3',
  '0x10',
  '1 2',
  '"',
  '"a',
  '"\\',
  '"\\x"',
  '"\\u12"',
  '"\\u12g4"',
  '"\n"',
  '"\u0000"',
  "'a'",
  '[',
  '[1',
  '[1,',
  '[1,]',
  '[,1]',
  '[1 2]',
  '[1}',
  ']',
  '{',
  '{"a"',
  '{"a":',
  '{"a":1',
  '{"a":1,',
  '{"a":1,}',
  '{a:1}',
  '{"a" 1}',
  '{"a":1]',
  '{"a":,}',
  '{1:2}',
  '}',
  '{}{}',
  '[]1',
  '[]]',
  '1,',
  'true false',
  '\u00a01',
  '[1]\u0000',
  '\ufeff\ufeff1',
  '[-]',
  '[1.]',
  '[01]',
  '[1,-]',
  '// 1',
  '[1/**/]',
  '{"a":1 "b":2}',
  '"\\ud83d\\u"',
  '{"a"::1}',
]

describe('JsonScanner', () => {
  it.each(VALID)('reads %j as JSON.parse does', (json) => agrees(json))
  it.each(INVALID)('refuses %j', (json) => {
    if (!json.startsWith('\ufeff')) expect(parsed(json)).toBeNull()
    expect(scanAll(json, rebuild).error).not.toBeNull()
    expect(scanAll(json, skip).error).not.toBeNull()
  })

  it('agrees with JSON.parse on any value, compact and indented', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 1, '\t'), (value, indent) =>
        agrees(JSON.stringify(value, null, indent)),
      ),
      { numRuns: 300 },
    )
  })

  it('agrees with JSON.parse on damaged texts', () => {
    const damage = fc.record({
      at: fc.nat(),
      cut: fc.nat(3),
      put: fc.oneof(
        fc.constantFrom(...'{}[]:,"\\0123456789-+.eEtrufalsn \n\u0000/', '"a"', '00', '\\u', '1e', '[]', '{}'),
        fc.constant(''),
      ),
    })
    let valid = 0
    let invalid = 0
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.array(damage, { minLength: 1, maxLength: 2 }), (value, damages) => {
        let json = JSON.stringify(value)
        for (const { at, cut, put } of damages) {
          const from = at % (json.length + 1)
          json = json.slice(0, from) + put + json.slice(from + cut)
        }
        if (parsed(json) === null) invalid++
        else valid++
        agrees(json)
      }),
      { numRuns: 1000 },
    )
    expect(valid).toBeGreaterThan(20)
    expect(invalid).toBeGreaterThan(200)
  })

  it('reads any number like Number()', () => {
    const digits = fc.stringMatching(/^-?(0|[1-9][0-9]{0,22})(\.[0-9]{1,22})?([eE][+-]?[0-9]{1,2})?$/)
    fc.assert(
      fc.property(digits, (written) => {
        expect(scan(written, (log) => number((value) => log.push(value))).log).toStrictEqual([Number(written)])
        const inArray = scan(`[${written},${written}]`, (log) =>
          numbers((values, count) => log.push(...values.subarray(0, count))),
        )
        expect(inArray.log).toStrictEqual([Number(written), Number(written)])
      }),
      { numRuns: 500 },
    )
  })

  it('skips a byte order mark and refuses UTF-16', () => {
    expect(scanAll(Uint8Array.of(0xef, 0xbb, 0xbf, 0x31), rebuild).log).toEqual([1])
    expect(scanAll(Uint8Array.of(0xef, 0xbb), rebuild).error).toBe('expected a value, got the end of the file')
    expect(scanAll(Uint8Array.of(0xff, 0xfe, 0x31, 0), rebuild).error).toBe('expected UTF-8, got UTF-16')
    expect(scanAll(Uint8Array.of(0xfe, 0xff, 0, 0x31), rebuild).error).toBe('expected UTF-8, got UTF-16')
  })

  it('resolves escapes to UTF-8, lone surrogates to three bytes, and lets other bytes pass', () => {
    const bytesOf = (log: Log) => text((bytes, start, end) => log.push(...bytes.subarray(start, end)))
    expect(scanAll('"\\ud83d\\ude00"', bytesOf).log).toEqual([0xf0, 0x9f, 0x98, 0x80])
    expect(scanAll('"\\ud800"', bytesOf).log).toEqual([0xed, 0xa0, 0x80])
    expect(scanAll('"\\udfff\\ud800"', bytesOf).log).toEqual([0xed, 0xbf, 0xbf, 0xed, 0xa0, 0x80])
    expect(scanAll('"\\u07ff\\u0800"', bytesOf).log).toEqual([0xdf, 0xbf, 0xe0, 0xa0, 0x80])
    expect(scanAll(Uint8Array.of(0x22, 0xff, 0x80, 0x22), bytesOf).log).toEqual([0xff, 0x80])
  })
})

describe('shapes', () => {
  const node = (log: Log) =>
    object(
      {
        id: integer((id) => log.push(['id', id])),
        name: text((bytes, start, end) => log.push(['name', decodeText(bytes, start, end)])),
      },
      { begin: () => log.push('{'), end: () => log.push('}'), required: ['id'] },
    )

  it('calls the sinks in the order of the file, and skips other keys', () => {
    const json = '{"name":"x","junk":{"id":[1,{"id":2}]},"id":1,"nam":0,"names":0,"id":2}'
    expect(scanAll(json, node).log).toEqual(['{', ['name', 'x'], ['id', 1], ['id', 2], '}'])
    expect(scanAll('{"\\u0069d":3}', node).log).toEqual(['{', ['id', 3], '}'])
  })

  it('refuses an object without a required key', () => {
    expect(scanAll('[{"id":1},{"name":"x"}]', (log) => array(node(log)))).toMatchObject({
      error: 'expected the key "id", got the end of the object',
      place: '[1], byte 21',
    })
    const nested = (log: Log) => object({ a: node(log) }, { required: ['a'] })
    expect(scanAll('{"a":{"id":1},"b":{"a":{}}}', nested).error).toBeNull()
    expect(scanAll('{"b":{"a":1}}', nested).error).toBe('expected the key "a", got the end of the object')
  })

  it('tells where the type is wrong', () => {
    const root = (log: Log) => object({ nodes: array(node(log)), tags: record(() => {}, nullable(text(() => {}))) })
    expect(scanAll('{"nodes":[{"id":1},{"id":"1"}]}', root)).toMatchObject({
      error: 'expected an integer, got a string',
      place: 'nodes[1].id, byte 25',
    })
    expect(scanAll('{"tags":{"a b":"x","c":7}}', root)).toMatchObject({
      error: 'expected a string or null, got a number',
      place: 'tags.c, byte 23',
    })
    expect(scanAll('{"tags":{"a b":[]}}', root).place).toBe('tags["a b"], byte 15')
    expect(scanAll('[]', root)).toMatchObject({ error: 'expected an object, got an array', place: 'byte 0' })
    expect(scanAll('{"x":{"y z":[0,{"k":[1,tru3]}]}}', root).place).toBe('x["y z"][1].k[1], byte 26')
    expect(scanAll('{"nodes":[{"id":1} {"id":2}]}', root)).toMatchObject({
      error: 'expected a comma or the end of the array, got "{"',
      place: 'nodes, byte 19',
    })
  })

  it('tells in the middle of what the file ends', () => {
    const root = (log: Log) => object({ nodes: array(node(log)), ticks: integers(() => {}) })
    expect(scanAll('{"nodes":[{"id":1', root)).toMatchObject({
      error: 'the file ends in the middle of a number',
      place: 'nodes[0].id, byte 17',
    })
    expect(scanAll('{"nodes":[{"name":"a', root).error).toBe('the file ends in the middle of a string')
    expect(scanAll('{"nodes":[{"na', root)).toMatchObject({
      error: 'the file ends in the middle of a key',
      place: 'nodes[0], byte 14',
    })
    expect(scanAll('{"nodes":[{"id":1},', root)).toMatchObject({
      error: 'the file ends in the middle of an array',
      place: 'nodes, byte 19',
    })
    expect(scanAll('{"ticks":[1,2,3', root).place).toBe('ticks[2], byte 15')
    expect(scanAll('{"ticks":[1,2,', root).place).toBe('ticks, byte 14')
  })

  it('knows the place while a sink is called', () => {
    const places: string[] = []
    const json = '{"a":[[1,true],{"b":"x"}]}'
    for (const chunk of CHUNKS) {
      const note = () => places.push(placeText(scanner.place()))
      const inner: Shape = oneOf(
        number(note),
        boolean(note),
        text(note),
        array(lazy(() => inner)),
        record(
          () => {},
          lazy(() => inner),
        ),
      )
      const scanner = new JsonScanner(inner, new Allocator())
      const bytes = encodeText(json)
      for (let at = 0; at < bytes.length; at += chunk) scanner.write(bytes.subarray(at, at + chunk))
      scanner.end()
      expect(places.splice(0)).toEqual(['a[0][0], byte 7', 'a[0][1], byte 9', 'a[1].b, byte 20'])
    }
  })

  it('reads integers without loss', () => {
    const exactly = (log: Log) => integer((value) => log.push(value), { exact: (value) => log.push(value) })
    const inArray = (log: Log) =>
      integers((values, count) => log.push(...values.subarray(0, count)), { exact: (value) => log.push(value) })
    const cases: [string, number | bigint][] = [
      ['0', 0],
      ['-0', 0],
      ['-0.0', 0],
      ['0e9', 0],
      ['1e3', 1000],
      ['5.0', 5],
      ['-12.50e1', -125],
      ['9007199254740991', 2 ** 53 - 1],
      ['9007199254740992', 2n ** 53n],
      ['9007199254740993', 2n ** 53n + 1n],
      ['-9007199254740993.0', -(2n ** 53n) - 1n],
      ['18446744073709551615', 2n ** 64n - 1n],
      ['1.8446744073709551615e19', 2n ** 64n - 1n],
      ['1e21', 10n ** 21n],
      ['100000000000000000000e-19', 10],
      ['0.00000000000000000001e20', 1],
    ]
    for (const [json, value] of cases) {
      expect(scanAll(json, exactly).log, json).toStrictEqual([value])
      expect(scanAll(`[1,${json},2]`, inArray).log, json).toStrictEqual([1, value, 2])
    }
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (big) => {
        const value = Number.isSafeInteger(Number(big)) ? Number(big) : big
        expect(scan(String(big), exactly).log).toStrictEqual([value])
      }),
    )
  })

  it('refuses fractions, and integers past 2^53, where they are not asked for', () => {
    const plain = (log: Log) => integer((value) => log.push(value))
    for (const json of ['0.5', '1e-1', '4503599627370496.5', '0.99999999999999999999', '1e-400']) {
      expect(scanAll(json, plain).error, json).toBe('expected an integer, got a fraction')
    }
    expect(scanAll('9007199254740993', plain).error).toBe('expected an integer of at most 53 bits')
    expect(scanAll('0.5', (log) => integer((value) => log.push(value), { fractions: true })).log).toEqual([0.5])
    const row = (log: Log) => object({ row: integers((values, count) => log.push(...values.subarray(0, count))) })
    expect(scanAll('{"row":[1,2,0.5]}', row)).toMatchObject({
      error: 'expected an integer, got a fraction',
      place: 'row[2], byte 12',
    })
    expect(scanAll('{"row":[1,9007199254740993]}', row)).toMatchObject({ place: 'row[1], byte 10' })
    expect(scanAll('{"row":[1,null]}', row)).toMatchObject({
      error: 'expected an integer, got null',
      place: 'row[1], byte 10',
    })
    expect(scanAll('1e999', (log) => number((value) => log.push(value))).error).toBe('expected a finite number')
    expect(scanAll(`-${'9'.repeat(310)}`, plain).error).toBe('expected a finite number')
  })

  it('hands out long arrays of numbers in blocks that do not depend on the chunks', () => {
    const values = Array.from({ length: 5000 }, (_, at) => (at % 97 === 0 ? at / 4 : (at * 7919) % 100_003) - 500)
    const make = (log: Log) =>
      numbers((block, count) => log.push([...block.subarray(0, count)]), {
        begin: () => log.push('['),
        end: (count) => log.push(count),
      })
    for (const json of [JSON.stringify(values), JSON.stringify(values, null, 2)]) {
      const { log, error } = scanAll(json, make)
      expect(error).toBeNull()
      expect(log.slice(1, -1).map((block) => (block as number[]).length)).toEqual([2048, 2048, 904])
      expect(log.slice(1, -1).flat()).toEqual(values)
      expect([log[0], log.at(-1)]).toEqual(['[', 5000])
    }
    expect(scanAll('[ ]', make).log).toEqual(['[', 0])
  })

  it('refuses in an array of numbers what JSON.parse refuses, and what is no number', () => {
    const damage = fc.record({ at: fc.nat(), cut: fc.nat(2), put: fc.constantFrom(...'0123456789-+.eE,[] "\n', '') })
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))),
        damage,
        (values, { at, cut, put }) => {
          const whole = JSON.stringify(values)
          const from = at % (whole.length + 1)
          const json = whole.slice(0, from) + put + whole.slice(from + cut)
          const theirs = parsed(json)?.value
          const good = Array.isArray(theirs) && theirs.every((value) => typeof value === 'number')
          const ours = scanAll(json, (log) => numbers((block, count) => log.push(...block.subarray(0, count))))
          if (ours.error === 'expected a finite number') return
          if (good) expect(ours, json).toStrictEqual({ log: theirs, error: null, place: '' })
          else expect(ours.error, json).not.toBeNull()
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('follows a document into itself without a stack of calls', () => {
    const depth = 900_000
    let ids = 0
    let deepest = 0
    let open = 0
    const inner: Shape = object(
      { id: integer(() => ids++), children: array(lazy(() => inner)) },
      {
        begin() {
          open++
          deepest = Math.max(deepest, open)
        },
        end: () => open--,
      },
    )
    const json = encodeText(`${'{"id":1,"children":['.repeat(depth / 2)}${']}'.repeat(depth / 2)}`)
    const scanner = new JsonScanner(inner, new Allocator())
    for (let at = 0; at < json.length; at += 65_536) scanner.write(json.subarray(at, at + 65_536))
    scanner.end()
    expect([ids, deepest, open]).toEqual([depth / 2, depth / 2, 0])
  })

  it('keeps to the limits of depth and text, in any chunks', () => {
    expect(scanAll('[[[]]]', skip, { 'json-depth': 3 }).error).toBeNull()
    expect(scanAll('[[[[]]]]', skip, { 'json-depth': 3 }).error).toMatch(/^more than 3 levels of JSON/)
    const keep = (log: Log) => text((_, start, end) => log.push(end - start))
    expect(scanAll('"12345678"', keep, { text: 8 }).log).toEqual([8])
    expect(scanAll('"123456789"', keep, { text: 8 }).error).toMatch(/^more than 8 bytes of text/)
    expect(scanAll('"123\\u0061\\n6789"', keep, { text: 8 }).error).toMatch(/^more than 8 bytes of text/)
    expect(scanAll('"123456789"', skip, { text: 8 }).error).toBeNull()
    expect(scanAll('{"123456789":1}', skip, { text: 8 }).error).toMatch(/^more than 8 bytes of text/)
  })

  it('takes a text of many chunks in linear time', () => {
    const long = 'x'.repeat(4_000_000)
    const make = (log: Log) => text((_, start, end) => log.push(end - start))
    expect(scan(`"${long}\\n"`, make, 100).log).toEqual([long.length + 1])
    expect(scan(`0.${'1'.repeat(1_000_000)}`, (log) => number((value) => log.push(value)), 100).log).toEqual([1 / 9])
  })

  it('shortens the path of what lies deep', () => {
    const { place } = scanAll('[[[[[[[[[[[[[[[[[[[[x', skip)
    expect(place).toBe(`[0][0][0][0]…${'[0]'.repeat(8)}, byte 20`)
  })

  it('gives its memory back', () => {
    const allocator = new Allocator()
    const scanner = new JsonScanner(skip(), allocator)
    scanner.write(encodeText(`{"a":"${'x'.repeat(5000)}\\n"}`))
    scanner.end()
    expect(allocator.live).toBe(0)
  })

  it('refuses a declaration that cannot be followed', () => {
    const make = (shape: Shape) => () => new JsonScanner(shape, new Allocator())
    expect(
      make(
        oneOf(
          number(() => {}),
          integer(() => {}),
        ),
      ),
    ).toThrow('two shapes for a number')
    expect(make(object({ 'a"': skip() }))).toThrow('a key that needs escapes')
    const endless = (): Shape => array(lazy(endless))
    expect(make(endless())).toThrow('more than 10000 parts')
    const itself: Shape = lazy(() => itself)
    expect(make(itself)).toThrow('nothing but itself')
  })
})
