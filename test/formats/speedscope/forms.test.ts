import { describe, expect, it } from 'vitest'
import { Allocator } from '../../../src/limits.js'
import { makeProfile } from '../../../src/model/make-profile.js'
import type { Profile } from '../../../src/model/profile.js'
import { StackBuilder } from '../../../src/model/stack-builder.js'
import { NO_POSITION, NONE } from '../../../src/model/tables.js'
import { convertProfiles } from '../../../src/pipeline/convert.js'

const DEPTH = 1100
const SAMPLES = 10_000
const COUNT = [{ name: 'samples', unit: 'count' as const }]

/** Samples that change between two stacks of {@link DEPTH} frames, which have the outermost `shared` in common. */
function alternating(shared: number): Profile {
  const builder = new StackBuilder(new Allocator(), { valueTypes: COUNT })
  const { functions } = builder
  const frameOf = (name: string) =>
    builder.frame(functions.intern(functions.strings.internText(name), NONE, NO_POSITION, NO_POSITION))
  const leaves = ['left', 'right'].map((side) => {
    let stack: number = NONE
    for (let depth = 0; depth < DEPTH; depth++) stack = builder.stack(stack, frameOf(depth < shared ? 'both' : side))
    return stack
  })
  for (let sample = 0; sample < SAMPLES; sample++) builder.sample(leaves[sample % 2]!, [1])
  return makeProfile({ strings: functions.strings, ...builder.finish(), valueTypes: COUNT })
}

async function pieces(profile: Profile): Promise<Iterable<Uint8Array>> {
  return (await convertProfiles({ profiles: [profile], active: 0 }, { to: 'speedscope' })) as Iterable<Uint8Array>
}

describe('very many frames', () => {
  it('are events where neighbours share most of them', async () => {
    const text = Buffer.concat([...(await pieces(alternating(DEPTH - 1)))]).toString()
    const [profile] = JSON.parse(text).profiles
    expect([profile.type, profile.endValue]).toEqual(['evented', SAMPLES])
    // All frames of the first stack, one left and one entered for each later sample, and all left.
    expect(profile.events.length).toBe(2 * DEPTH + 2 * (SAMPLES - 1))
    expect(profile.events[DEPTH]).toEqual({ type: 'C', frame: 1, at: 1 })
    expect(profile.events[DEPTH + 1]).toEqual({ type: 'O', frame: 2, at: 1 })
  })

  it('are lists where neighbours share none, in pieces that stay what they are', async () => {
    const list = (frame: number) => `[${Array.from({ length: DEPTH }, () => frame)}]`
    const expected = `"samples":[${list(0)},${list(1)},${list(0)},`
    const kept: Uint8Array[] = []
    for (const piece of await pieces(alternating(0))) {
      kept.push(piece)
      if (kept.length > 8) break
    }
    const text = Buffer.concat(kept).toString()
    expect(text).toContain('"type":"sampled"')
    expect(text).toContain(expected)
    const lists = text.slice(text.indexOf('[[') + 1, text.lastIndexOf('],[') + 1)
    expect(lists.length).toBeGreaterThan(3e6)
    expect(
      lists
        .replaceAll(`${list(0)},${list(1)}`, '')
        .replaceAll(list(0), '')
        .replaceAll(',', ''),
    ).toBe('')
  })
})
