import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonKeys } from '../../src/bytes/json-keys.js'
import { encodeText } from '../../src/bytes/text.js'

const keysOf = (text: string) => jsonKeys(encodeText(text))

describe('jsonKeys', () => {
  it('tells the outermost keys, those further in, and short texts', () => {
    expect(
      keysOf(
        '{"schema":"x/1","nodes":[{"id":1,"callFrame":{"url":"u"}},{"id":2,"children":[]}],"meta":{"a":"b"},"n":1}',
      ),
    ).toEqual({
      root: 'object',
      keys: ['schema', 'nodes', 'meta', 'n'],
      inner: ['id', 'callFrame', 'url', 'children', 'a'],
      texts: new Map([['schema', 'x/1']]),
    })
  })

  it('tells those of the first object in an array', () => {
    expect(keysOf('[[], {"a":{"b":{"c":{"d":{"e":1}}}}}, {"f":{"g":1}}]')).toEqual({
      root: 'array',
      keys: ['a'],
      inner: ['b', 'c', 'd', 'g'],
      texts: new Map(),
    })
  })

  it('skips a mark and white space, and leaves other texts alone', () => {
    expect(keysOf('\ufeff\r\n {"a":1}')?.keys).toEqual(['a'])
    for (const text of ['', ' ', 'a;b 1', '"a"', '1', '# {"a":1}', '\u0000{"a":1}'])
      expect(keysOf(text), text).toBeNull()
  })

  it('does not take a text for a key', () => {
    expect(keysOf('{"a":["b","c"],"d":"e"}')).toMatchObject({
      keys: ['a', 'd'],
      inner: [],
      texts: new Map([['d', 'e']]),
    })
    expect(keysOf('{"a" : "}{" , "\\"b" : [ ":" ] }')?.keys).toEqual(['a', '\\"b'])
  })

  it('leaves out keys and texts that are long', () => {
    const keys = keysOf(`{"${'k'.repeat(300)}":1,"a":"${'t'.repeat(300)}","b":1}`)
    expect(keys).toMatchObject({ keys: ['a', 'b'], texts: new Map() })
  })

  it('reads on behind a name with quotes, as V8 writes it', () => {
    const text =
      '{"nodes":[{"id":1,"callFrame":{"functionName":"get "a" of b","url":"C:\\x"},"hitCount":0}],"samples":[]}'
    expect(keysOf(text)).toMatchObject({
      keys: ['nodes', 'samples'],
      inner: ['id', 'callFrame', 'functionName', 'url', 'hitCount'],
    })
  })

  it('takes a head that is cut anywhere', () => {
    const text = '{"a":"x\\"","b":[{"c":{"d":"é"}},-1e5,null]}'
    const bytes = encodeText(text)
    const whole = jsonKeys(bytes)
    for (let end = 1; end < bytes.length; end++) {
      const cut = jsonKeys(bytes.subarray(0, end))
      expect(cut?.keys).toEqual(whole?.keys.slice(0, cut?.keys.length))
      expect(cut?.inner).toEqual(whole?.inner.slice(0, cut?.inner.length))
    }
  })

  it('agrees with JSON.parse on any object', () => {
    const name = fc.string({ unit: fc.constantFrom(...'abcdé😀{}[],:'), maxLength: 4 })
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.oneof(fc.integer(), fc.constant(null), name, fc.array(fc.integer()))),
        fc.boolean(),
        (value, indent) => {
          const keys = keysOf(JSON.stringify(value, null, indent ? 2 : 0))
          expect(keys?.keys).toEqual(Object.keys(value))
          const texts = Object.entries(value).filter((entry) => typeof entry[1] === 'string')
          expect([...(keys?.texts ?? [])]).toEqual(texts)
        },
      ),
    )
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...encodeText('{}[]",:\\a0\u00e9 '))), (bytes) => {
        expect(['object', 'array', undefined]).toContain(jsonKeys(Uint8Array.from([0x7b, ...bytes]))?.root)
      }),
      { numRuns: 2000 },
    )
  })
})
