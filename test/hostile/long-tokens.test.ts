import { describe, expect, it } from 'vitest'
import { encodeText } from '../../src/bytes/text.js'
import { countWork } from '../support/work.js'
import { concat } from './cases/case.js'
import { verdict } from './verdict.js'

/** A token as long as a file likes, which comes in pieces as small as a pipe likes. */
const LENGTH = 200_000
const PIECE = 64

/** Blocks run and bytes handed on, per byte. Looking at all of it again for each piece would be 1,500. */
const MOST_WORK = 30

const SPEEDSCOPE = '{"$schema":"https://www.speedscope.app/file-format-schema.json",'
const V8_OWN = '{"nodes":[{"id":1,"hitCount":0,"callFrame":{"functionName":"'

/** Format, what is long, what stands before it, and the piece that it repeats. */
const TOKENS: readonly (readonly [string, string, string, string])[] = [
  ['speedscope', 'a string', `${SPEEDSCOPE}"a":"`, 'x'],
  ['speedscope', 'a string of escapes', `${SPEEDSCOPE}"a":"`, '\\n'],
  ['speedscope', 'a key', `${SPEEDSCOPE}"`, 'x'],
  ['speedscope', 'a number', `${SPEEDSCOPE}"a":1`, '0'],
  ['speedscope', 'a fraction', `${SPEEDSCOPE}"a":0.`, '1'],
  ['speedscope', 'an exponent', `${SPEEDSCOPE}"a":1e`, '0'],
  ['speedscope', 'a number among weights', `${SPEEDSCOPE}"profiles":[{"weights":[1`, '0'],
  ['speedscope', 'white space', SPEEDSCOPE, ' '],
  ['cpuprofile', 'a sample', '{"nodes":[],"samples":[1', '0'],
  ['cpuprofile', 'a list of children', '{"nodes":[{"id":1,"callFrame":{},"children":[', '2,'],
  ['cpuprofile', 'a string that V8 wrote itself', V8_OWN, 'x'],
  ['cpuprofile', 'quotes in a string that V8 wrote itself', V8_OWN, '"'],
  ['trace-event', 'a name', '[{"ph":"X","name":"', 'x'],
  ['collapsed', 'a frame', '', 'x'],
  ['collapsed', 'frames', '', 'x;'],
  ['collapsed', 'a weight', 'a ', '1'],
  ['collapsed', 'blanks', 'a', ' '],
  ['callgrind', 'a name', 'events: Ir\nfn=', 'x'],
  ['callgrind', 'costs', 'events: Ir\nfn=a\n1', ' 1'],
  ['callgrind', 'names of events', 'events:', ' e'],
  ['perf-script', 'a head', '', 'a '],
  ['perf-script', 'blanks', 'a', ' '],
  ['perf-script', 'a symbol', 'a 1 1.000000: 1 cycles:\n\t1 ', '(x '],
  ['pstats', 'a text', 'z', 'x'],
  ['pprof', 'a text', '\x32\xc0\x84\x3d', 'x'],
]

describe('a long token in pieces', () => {
  it.each(TOKENS)('%s: %s', async (format, _, before, piece) => {
    const bytes = concat(encodeText(before), piece.repeat(LENGTH / piece.length))
    const work = await countWork(async () => {
      expect(await verdict(bytes, { from: format }, PIECE)).toMatch(/^(0|65) /)
    })
    expect(work).toBeLessThan(MOST_WORK * bytes.length)
  })
})
