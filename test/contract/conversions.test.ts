import { describe, expect, it } from 'vitest'
import { CODECS } from '../../formats/index.js'
import { memorySource } from '../../src/bytes/source.js'
import { CallcostError } from '../../src/errors.js'
import { callGraph } from '../../src/model/call-graph.js'
import { sumColumn } from '../../src/model/numbers.js'
import type { Profile } from '../../src/model/profile.js'
import { convertProfiles } from '../../src/pipeline/convert.js'
import { type ReadResult, readProfileSet } from '../../src/pipeline/read.js'
import { selectProfile } from '../../src/pipeline/select.js'
import { type Unit, unitFactor } from '../../src/units.js'
import { type Fixture, readableFixtures } from '../support/fixtures.js'

/** Larger files say nothing that smaller ones of their format do not. */
const LARGEST = 40 * 1024

/** pprof and callgrind hold whole numbers, so parts of an inferred stack are rounded one by one. */
const ROUNDING = 1e-6
const WHOLE = 3

const read = (bytes: Uint8Array, from?: string): Promise<ReadResult> =>
  readProfileSet(memorySource('fixture', bytes), { from })

/** What the shown value of a file weighs, its threads summed. */
function weight({ set }: ReadResult): { readonly value: number; readonly unit: Unit } {
  const { profile } = selectProfile(set)
  const at = profile.defaultValue
  const value = Number(sumColumn(callGraph(profile).self[at]!)) - selfOf(profile, '(root)', at)
  return { value, unit: profile.valueTypes[at]!.unit }
}

function selfOf(profile: Profile, name: string, value: number): number {
  const { functions, strings } = profile
  const func = functions.name.indexOf(strings.find(name))
  return func < 0 ? 0 : callGraph(profile).self[value]!.values[func]!
}

/**
 * What every value of a file weighs, each thread for itself and all together: formats that hold several values show
 * another one first, or make a profile of each.
 */
function weights({ set }: ReadResult): { readonly value: number; readonly unit: Unit }[] {
  const found: { value: number; unit: Unit }[] = []
  const byName = new Map<string, { value: number; unit: Unit }>()
  const byLabel = new Map<string, { value: number; unit: Unit }>()
  for (const profile of set.profiles.map((each) => selectProfile({ profiles: [each], active: 0 }).profile)) {
    const graph = callGraph(profile)
    profile.valueTypes.forEach(({ name, unit }, at) => {
      // A call tree with one root books on it what a profile without a root has on empty stacks.
      const value = Number(sumColumn(graph.self[at]!)) - selfOf(profile, '(root)', at)
      found.push({ value, unit })
      byName.set(name, { value: value + (byName.get(name)?.value ?? 0), unit })
      // speedscope has the name of the value in that of the profile.
      const label = / \(([^()]+)\)$/.exec(profile.name)?.[1] ?? ''
      byLabel.set(label, { value: value + (byLabel.get(label)?.value ?? 0), unit })
    })
  }
  return [...found, ...byName.values(), ...byLabel.values()]
}

const fixtures = readableFixtures().filter(({ bytes }) => bytes.length <= LARGEST)
const targets = CODECS.filter((codec) => codec.writes !== undefined)

describe.each(fixtures)('$path', ({ bytes, format }: Fixture) => {
  it.each(targets)('becomes $id with the same weight, or is refused with the reason', async (target) => {
    const before = await read(bytes, format)
    let written: Uint8Array
    const notes: string[] = []
    try {
      const parts: Uint8Array[] = []
      const onNote = (note: string): unknown => notes.push(note)
      for await (const part of await convertProfiles(before.set, { to: target.id, onNote })) parts.push(part)
      written = Buffer.concat(parts)
    } catch (error) {
      if (!(error instanceof CallcostError) || error.kind !== 'data') throw error
      expect(error.message).toMatch(/cannot hold|holds values of|needs|has none|not finite|beyond|no /)
      return
    }
    expect(written.length).toBeGreaterThan(0)
    // What a format cannot say and writes as 0 is told, and then weighs less.
    if (target.reads === undefined || notes.some((note) => note.includes('written as 0'))) return
    const from = weight(before)
    // Nothing was measured, and some formats cannot say that.
    if (from.value === 0) return
    const after = weights(await read(written, target.id))
    const differences = after.map(({ value, unit }) => {
      const expected = from.value * (unitFactor(from.unit, unit) ?? 1)
      return Math.abs(value - expected) - ROUNDING * Math.abs(expected) - (Math.abs(expected) > 1000 ? WHOLE : 0)
    })
    expect(Math.min(...differences)).toBeLessThanOrEqual(0)
  })
})
