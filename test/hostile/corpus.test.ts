import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FIXTURES } from '../support/fixtures.js'
import { expectGolden } from '../support/golden.js'
import { CORPUS } from './corpus.js'
import { verdict } from './verdict.js'

/** Inputs up to this size are read in small pieces, too. */
const SMALL = 4096
/** Bytes of a piece: a prime, so that every token is cut somewhere. */
const PIECE = 5

/** Limits that small inputs reach, so that the test is fast; what happens at a limit does not depend on its height. */
const LIMITS = { text: 2 ** 20, 'json-depth': 50_000, 'stack-depth': 50_000 }

describe.each(CORPUS)('%s', (file, from, cases) => {
  it('ends as its goldens say, whole, in pieces, leniently and strictly', async () => {
    const verdicts = new Map<string, string>()
    for (const { name, bytes } of cases()) {
      const options = { from: from ?? undefined, limits: LIMITS }
      const whole = await verdict(bytes, options)
      expect(whole, name).toMatch(/^(0|65) /)
      expect(verdicts.has(name), `${name}, twice`).toBe(false)
      verdicts.set(name, whole)
      if (bytes.length > SMALL) continue
      // Types are told apart by their first byte, so they say nothing about pieces.
      if (!name.startsWith('type of ')) {
        expect(await verdict(bytes, options, PIECE), `${name}, in pieces`).toBe(whole)
      }
      expect(await verdict(bytes, { ...options, lenient: true }), `${name}, lenient`).toMatch(/^(0|65) /)
      const strict = await verdict(bytes, { ...options, strict: true })
      if (whole.startsWith('0 ') && !whole.includes('\n    repaired ')) expect(strict, `${name}, strict`).toBe(whole)
      else expect(strict, `${name}, strict`).toMatch(/^65 /)
    }
    expect(verdicts.size).toBeGreaterThan(30)
    const text = [...verdicts].map(([name, whole]) => `${name}: ${whole}\n`).join('')
    expectGolden(join(FIXTURES, 'hostile', `${file}.txt`), text)
  })
})

it('leaves the prototypes alone', () => {
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
  expect(Object.keys(Object.prototype)).toEqual([])
})
