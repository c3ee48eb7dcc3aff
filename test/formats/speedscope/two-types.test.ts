import { describe, expect, it } from 'vitest'
import { memorySource } from '../../../src/bytes/source.js'
import { callGraph } from '../../../src/model/call-graph.js'
import { readProfileSet } from '../../../src/pipeline/read.js'

const EVENTS = `[
  {"type":"O","frame":0,"at":10},{"type":"O","frame":1,"at":12},
  {"type":"C","frame":1,"at":15},{"type":"C","frame":0,"at":20}]`
const SAMPLES = '[[0],[0,1],[0]]'
const WEIGHTS = '[100,200,400]'

/** Function → self, what was said on the way, and the number of samples, of a profile with these fields. */
async function read(type: string, fields: Readonly<Record<string, string>>, need: 'timeline' | 'weights') {
  const body = Object.entries({ name: '"p"', unit: '"none"', ...fields }).map(([key, value]) => `"${key}":${value}`)
  const text = `{"$schema":"https://www.speedscope.app/file-format-schema.json",
    "shared":{"frames":[{"name":"a"},{"name":"b"}]},"profiles":[{"type":"${type}",${body.join()}}]}`
  const { set, problems } = await readProfileSet(memorySource('a.json', Buffer.from(text)), { need })
  const profile = set.profiles[0]!
  const { self } = callGraph(profile)
  return {
    self: Object.fromEntries(
      Array.from(self[0]!.values, (cost, fn) => [profile.strings.text(profile.functions.name[fn]!), cost]),
    ),
    said: problems.map(({ message }) => message),
  }
}

describe.each(['timeline', 'weights'] as const)('a profile with fields of the other type, read for its %s', (need) => {
  it('takes the events of an evented one, wherever the samples stand', async () => {
    const expected = { self: { a: 7, b: 3 }, said: ['the samples of an evented profile are left out'] }
    expect(await read('evented', { events: EVENTS, samples: SAMPLES, weights: WEIGHTS }, need)).toEqual(expected)
    expect(await read('evented', { weights: WEIGHTS, samples: SAMPLES, events: EVENTS }, need)).toEqual(expected)
    expect(await read('evented', { events: EVENTS, weights: '[1]' }, need)).toEqual(expected)
  })

  it('takes the samples of a sampled one, wherever the events stand', async () => {
    const expected = { self: { a: 500, b: 200 }, said: ['the events of a sampled profile are left out'] }
    expect(await read('sampled', { events: EVENTS, samples: SAMPLES, weights: WEIGHTS }, need)).toEqual(expected)
    expect(await read('sampled', { samples: SAMPLES, weights: WEIGHTS, events: EVENTS }, need)).toEqual(expected)
  })

  it('says nothing when they are empty', async () => {
    const evented = { events: EVENTS, samples: '[]', weights: '[]' }
    expect(await read('evented', evented, need)).toEqual({ self: { a: 7, b: 3 }, said: [] })
    const sampled = { samples: SAMPLES, weights: WEIGHTS, events: '[]' }
    expect(await read('sampled', sampled, need)).toEqual({ self: { a: 500, b: 200 }, said: [] })
  })
})
