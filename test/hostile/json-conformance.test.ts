import { describe, expect, it } from 'vitest'
import { JsonScanner } from '../../src/bytes/json-scanner.js'
import {
  array,
  boolean,
  lazy,
  nothing,
  number,
  numbers,
  object,
  oneOf,
  record,
  type Shape,
  skip,
  text,
} from '../../src/bytes/json-shape.js'
import { CallcostError } from '../../src/errors.js'
import { Allocator, DEFAULT_LIMITS } from '../../src/limits.js'
import { readProfileSet } from '../../src/pipeline/read.js'
import { concat } from './cases/case.js'
import { JSON_TEXTS, type JsonText } from './json-texts.js'

/** So that a text of 60 KB is deep enough; by default it is 1,000,000. */
const LIMITS = { ...DEFAULT_LIMITS, 'json-depth': 20_000 }

const NOWHERE = (): void => {}

/** Shapes that take any JSON, each by another way through the scanner. */
const SHAPES: Readonly<Record<string, () => Shape>> = {
  skip,
  'object without fields': () =>
    oneOf(number(NOWHERE), text(NOWHERE), boolean(NOWHERE), nothing(), object<string>({}), array(skip())),
  'every value': () => {
    const any: Shape = oneOf(
      number(NOWHERE),
      text(NOWHERE),
      boolean(NOWHERE),
      nothing(),
      array(lazy(() => any)),
      record(
        NOWHERE,
        lazy(() => any),
      ),
    )
    return any
  },
}

function isTaken(shape: Shape, bytes: Uint8Array, chunk = bytes.length): boolean {
  const scanner = new JsonScanner(shape, new Allocator(LIMITS))
  try {
    for (let at = 0; at < bytes.length; at += chunk) scanner.write(bytes.slice(at, at + chunk))
    scanner.end()
    return true
  } catch (error) {
    if (!(error instanceof CallcostError) || error.kind !== 'data') throw error
    return false
  }
}

/** What JSON.parse says of the text; null where it is no witness: for bytes that are not UTF-8. */
function oracle({ bytes }: JsonText): boolean | null {
  let decoded: string
  try {
    decoded = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
  try {
    JSON.parse(decoded)
    return true
  } catch {
    return false
  }
}

/** The texts that JSON.parse and we judge otherwise, all of them among those that the RFC leaves open. */
const DIFFERENCES: Readonly<Record<string, RegExp>> = {
  // We let it pass, JSON.parse does not.
  'a byte order mark': /^a byte order mark$/,
  // JSON.parse makes Infinity of them; a weight of Infinity would spoil every sum.
  'numbers past the doubles': /^(\[|\{"a":)?-?1(e|0{50}|23123e)|^123123e100000$/,
  // JSON.parse has no limit of its own.
  depth: /^(\[{50}|(\{"a":){10})/,
}

describe('the set', () => {
  it('has texts of all kinds, none twice', () => {
    const count = (verdict: JsonText['verdict']): number => JSON_TEXTS.filter((json) => json.verdict === verdict).length
    expect(count('yes')).toBeGreaterThan(90)
    expect(count('no')).toBeGreaterThan(190)
    expect(count('open: yes') + count('open: no')).toBeGreaterThan(30)
    const keys = JSON_TEXTS.map(({ bytes }) => Buffer.from(bytes).toString('latin1'))
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([])
  })

  it('is judged as JSON.parse judges it, but for the differences that are listed', () => {
    for (const json of JSON_TEXTS) {
      const theirs = oracle(json)
      const ours = json.verdict.endsWith('yes')
      const isListed = Object.values(DIFFERENCES).some((pattern) => pattern.test(json.name))
      if (theirs === null || theirs === ours) continue
      expect(json.verdict.startsWith('open') && isListed, `${json.name}: JSON.parse says ${theirs}`).toBe(true)
    }
  })
})

describe('the scanner', () => {
  it.each(Object.entries(SHAPES))('takes JSON and nothing else: %s', (_, shape) => {
    for (const { name, verdict, bytes } of JSON_TEXTS) {
      const expected = verdict.endsWith('yes')
      expect(isTaken(shape(), bytes), name).toBe(expected)
      if (bytes.length < 1000) expect(isTaken(shape(), bytes, 1), `${name}, byte by byte`).toBe(expected)
    }
  })

  it('reads numbers as strictly where only numbers may stand', () => {
    for (const { name, verdict, bytes } of JSON_TEXTS) {
      const inList = concat('[0, ', bytes, ']')
      // A text that is one number, or two with a comma between them, is one there too.
      const isNumbers = /^-?[0-9]/.test(name) && verdict === 'yes'
      const isPart = /^\s*-?\d+(,\d+)?\s*$/.test(name) && !/^\s*-?0\d/.test(name)
      if (isNumbers || isPart) expect(isTaken(numbers(NOWHERE), inList), name).toBe(true)
      else if (!/^-?\d[\d.eE+-]*$/.test(name) || verdict === 'no' || verdict === 'open: no') {
        expect(isTaken(numbers(NOWHERE), inList), name).toBe(false)
      }
    }
  })

  it('judges a value the same inside of a profile', async () => {
    const before = '{"$schema":"https://www.speedscope.app/file-format-schema.json","unknown":'
    const after =
      ',"shared":{"frames":[{"name":"f"}]},"profiles":[{"type":"sampled","unit":"none","samples":[[0]],"weights":[1]}]}'
    for (const { name, verdict, bytes } of JSON_TEXTS) {
      // What is only a value when it stands alone: a mark before it, several values, an early end of the object.
      if (/^a byte order mark$|^UTF-16|[:,{}"]/.test(name)) continue
      const read = await readProfileSet(concat(before, bytes, after), { limits: LIMITS }).then(
        () => true,
        (error: unknown) => {
          if (error instanceof CallcostError && error.kind === 'data') return false
          throw error
        },
      )
      expect(read, name).toBe(verdict.endsWith('yes'))
    }
  })
})
