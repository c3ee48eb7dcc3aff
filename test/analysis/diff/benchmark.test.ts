import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Diff, diffProfiles } from '../../../src/analysis/diff/diff.js'
import { memorySource } from '../../../src/bytes/source.js'
import type { Profile } from '../../../src/model/profile.js'
import { NONE } from '../../../src/model/tables.js'
import { readProfileSet } from '../../../src/pipeline/read.js'
import { FIXTURES } from '../../support/fixtures.js'

/*
 * A few of the recorded programs of scripts/bench/diff, whose edits are known: who is to blame comes out, and where only
 * names and places changed nothing is said to have got worse. The whole benchmark is `node scripts/bench/diff/run.mjs`.
 */

interface Case {
  readonly seed: number
  readonly kind: string
  readonly guilty: { readonly before: Place | null; readonly after: Place | null } | null
}

interface Place {
  readonly name: string
}

const FOLDER = join(FIXTURES, 'diff-bench')
const SEEDS = [2, 6]
const CASES = (JSON.parse(readFileSync(join(FOLDER, 'truth.json'), 'utf8')) as Case[]).filter(
  ({ seed, kind }) => SEEDS.includes(seed) && kind !== 'same' && kind !== 'argument',
)
const files = new Map<number, readonly Profile[]>()

async function sidesOf({ seed, kind }: Case): Promise<readonly [Profile[], Profile[]]> {
  let profiles = files.get(seed)
  if (profiles === undefined) {
    const name = `${String(seed).padStart(3, '0')}.callcost.json.gz`
    profiles = (await readProfileSet(memorySource(name, new Uint8Array(readFileSync(join(FOLDER, name)))))).set.profiles
    files.set(seed, profiles)
  }
  const side = (which: string): Profile[] => profiles.filter(({ name }) => name.startsWith(`${kind}/${which}/`))
  return [side('before'), side('after')]
}

function nameOf({ matches, before, after }: Diff, row: number): string {
  const fn = matches.after[row]!
  const [profile, own] = fn === NONE ? [before, matches.before[row]!] : [after, fn]
  return profile.strings.text(profile.functions.name[own]!)
}

describe('the diff of recorded programs', () => {
  it.each(CASES.filter(({ guilty }) => guilty !== null))(
    'seed $seed, $kind: the guilty function is first',
    async (one) => {
      const [before, after] = await sidesOf(one)
      expect([before.length, after.length]).toEqual([5, 5])
      const diff = diffProfiles(before, after)
      const { guilty } = one
      expect([guilty!.before?.name, guilty!.after?.name]).toContain(nameOf(diff, diff.causes.list[0]!.row))
    },
  )

  it.each(CASES.filter(({ guilty }) => guilty === null))('seed $seed, $kind: nothing got worse', async (one) => {
    const diff = diffProfiles(...(await sidesOf(one)))
    expect(diff.judgement.verdict).not.toBe('regressed')
    const regressed = Array.from({ length: diff.length }, (_, index) => diff.row(index)).filter(
      ({ judgement }) => judgement.verdict === 'regressed',
    )
    expect(regressed).toEqual([])
    // All functions are found again, but for those that a split adds.
    expect(diff.matches.counts.none).toBe(
      one.kind === 'split' ? diff.after.functions.length - diff.before.functions.length : 0,
    )
  })
})
