import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonWriter } from '../../src/encode/json.js'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

function write(json: JsonWriter, value: Json): void {
  if (value === null) json.nothing()
  else if (typeof value === 'boolean') json.boolean(value)
  else if (typeof value === 'number') json.number(value)
  else if (typeof value === 'string') json.text(value)
  else if (Array.isArray(value)) {
    json.beginArray()
    for (const item of value) write(json, item)
    json.endArray()
  } else {
    json.beginObject()
    for (const [key, item] of Object.entries(value)) {
      json.key(key)
      write(json, item)
    }
    json.endObject()
  }
}

function written(value: Json, linesToDepth = 0): string {
  const json = new JsonWriter({ linesToDepth })
  write(json, value)
  return new TextDecoder().decode(json.take())
}

describe('JsonWriter', () => {
  it('writes what JSON.parse reads back, in one line or in several', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 4 }), (value, depth) => {
        expect(JSON.parse(written(value as Json, depth))).toEqual(value)
      }),
      { numRuns: 1000 },
    )
  })

  it('writes one line as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // -0 is the one number that JSON.stringify turns into another.
        const text = JSON.stringify(value)
        if (!/[-:[,]0/.test(text)) expect(written(JSON.parse(text))).toBe(text)
      }),
    )
  })

  it('puts the entries of outer containers on lines of their own', () => {
    expect(written({ a: [1, { b: 2 }], c: [] }, 2)).toBe('{\n  "a": [\n    1,\n    {"b":2}\n  ],\n  "c": []\n}\n')
  })

  it('keeps integers past 2^53, unknown and infinite numbers apart', () => {
    const json = new JsonWriter()
    json.beginArray()
    for (const value of [2n ** 70n, Number.NaN, Number.POSITIVE_INFINITY, -0, 1e300]) json.number(value)
    json.endArray()
    expect(new TextDecoder().decode(json.take())).toBe('["1180591620717411303424",null,"Infinity",-0,1e+300]')
  })

  it('refuses a value without a key and a bracket that closes nothing', () => {
    expect(() => new JsonWriter().beginObject().number(1)).toThrow(/needs a key/)
    expect(() => new JsonWriter().beginObject().endArray()).toThrow(/closes nothing/)
    expect(() => new JsonWriter().beginArray().key('a')).toThrow(/no object/)
  })

  it('hands out pieces of a long document', () => {
    const json = new JsonWriter()
    const pieces: Uint8Array[] = []
    json.beginArray()
    for (let i = 0; i < 50_000; i++) {
      json.number(i)
      if (json.isFull) pieces.push(json.take())
    }
    json.endArray()
    pieces.push(json.take())
    expect(pieces.length).toBeGreaterThan(3)
    expect(JSON.parse(Buffer.concat(pieces).toString())).toHaveLength(50_000)
  })
})
