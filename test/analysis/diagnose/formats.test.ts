import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { diagnose } from '../../../src/analysis/diagnose/diagnose.js'
import { nameOfFunction } from '../../../src/analysis/function-text.js'
import { memorySource } from '../../../src/bytes/source.js'
import type { Profile } from '../../../src/model/profile.js'
import { convertProfiles } from '../../../src/pipeline/convert.js'
import { readProfile, readProfileSet } from '../../../src/pipeline/read.js'
import { FIXTURES } from '../../support/fixtures.js'

/** What is found, without numbers: rules, functions and loops. What profiling costs is only known where Python shows. */
function findingsOf(profile: Profile): string[] {
  const name = (fn: number | null): string => (fn === null ? '-' : nameOfFunction(profile, fn))
  const findings = diagnose(profile).findings.filter(({ rule }) => rule !== 'overhead')
  return findings.map(
    ({ rule, confidence, target, loopOwner }) => `${rule} ${confidence} ${name(target)} < ${name(loopOwner)}`,
  )
}

async function converted(path: string, format: string): Promise<Profile> {
  const { set } = await readProfileSet(memorySource(path, readFileSync(join(FIXTURES, path))))
  const chunks: Uint8Array[] = []
  for await (const chunk of await convertProfiles(set, { to: format })) chunks.push(chunk)
  return readProfile(memorySource(`run.${format}`, Buffer.concat(chunks)))
}

const PATHS = [
  'pstats/inventory.pstats',
  'diagnose/orders_sqlite-bad.pstats',
  'diagnose/blog_comments-bad.pstats',
  'diagnose/http_prices-bad.pstats',
  'diagnose/config_fanin-bad.pstats',
  'diagnose/coin_ways-bad.pstats',
  'diagnose/json_copy-bad.pstats',
]

describe('what is found does not depend on the format', () => {
  it.each(PATHS.flatMap((path) => ['callcost', 'callgrind'].map((format) => [path, format] as const)))(
    '%s as %s',
    async (path, format) => {
      const original = findingsOf(await readProfile(memorySource(path, readFileSync(join(FIXTURES, path)))))
      expect(original.length).toBeGreaterThan(0)
      expect(findingsOf(await converted(path, format))).toEqual(original)
    },
  )
})
