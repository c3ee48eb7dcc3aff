import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { diagnose } from '../../../src/analysis/diagnose/diagnose.js'
import { nameOfFunction } from '../../../src/analysis/function-text.js'
import { bindEdit } from '../../../src/analysis/what-if/bind-edit.js'
import { parseEdit } from '../../../src/analysis/what-if/edit.js'
import { whatIfModel } from '../../../src/analysis/what-if/model.js'
import { memorySource } from '../../../src/bytes/source.js'
import type { Profile } from '../../../src/model/profile.js'
import { readProfile } from '../../../src/pipeline/read.js'
import { diagnoseReport } from '../../../src/report/diagnose/report.js'
import { FIXTURES } from '../../support/fixtures.js'

function text(profile: Profile, format: 'text' | 'markdown' | 'json'): string {
  const chunks = diagnoseReport(diagnose(profile), { format, file: 'run.prof' })
  return Buffer.concat([...chunks]).toString()
}

describe('the inventory story', () => {
  let profile: Profile
  beforeAll(async () => {
    const path = 'pstats/inventory.pstats'
    profile = await readProfile(memorySource(path, readFileSync(join(FIXTURES, path))))
  })

  it('has its chain, its worker and one cause', () => {
    const { chain, worker, callers, findings, isHealthy } = diagnose(profile)
    const names = chain.links.map(({ fn }) => nameOfFunction(profile, fn))
    expect(names).toEqual(['process_inventory', 'enrich_record', 'fetch_category_name'])
    expect(chain.links.map(({ calls }) => calls)).toEqual([1, 4821, 4821])
    expect(nameOfFunction(profile, worker!)).toBe('fetch_category_name')
    expect(callers).toMatchObject({ count: 1, main: { calls: 4821, share: 1 } })
    expect(isHealthy).toBe(false)
    const [first] = findings
    expect(first).toMatchObject({ rule: 'n-plus-one', severity: 'high', confidence: 'high' })
    expect(nameOfFunction(profile, first!.target!)).toBe('fetch_category_name')
    expect(nameOfFunction(profile, first!.loopOwner!)).toBe('process_inventory')
  })

  it('saves what whatif says', () => {
    const [first] = diagnose(profile, { compensation: null }).findings
    const model = whatIfModel(profile)
    const saving = model.savingOf([bindEdit(model, parseEdit('fetch_category_name:calls=1'))])
    expect(first!.saving!.high / saving).toBeCloseTo(1, 6)
    // The fix that was made later, with 12 calls, took 178.8 ms of 28.16 s.
    expect(first!.saving!.low).toBeLessThan(28.16 - 0.1788)
    expect(first!.bound!.saving).toBeGreaterThanOrEqual(first!.saving!.high)
  })

  it('knows distinct keys only when the file does', () => {
    expect(text(profile, 'text')).toContain('count distinct ones first')
    expect(text(profile, 'json')).not.toContain('distinct keys')
    const distinct = new Float64Array(profile.functions.length).fill(Number.NaN)
    for (let fn = 0; fn < distinct.length; fn++) {
      if (nameOfFunction(profile, fn) === 'fetch_category_name') distinct[fn] = 12
    }
    const functions = { ...profile.functions, distinctArgs: { values: distinct, exact: null } }
    const counted = text({ ...profile, functions }, 'json')
    expect(counted).toContain('12 distinct keys in 4,821 calls')
    expect(counted).not.toContain('count distinct')
  })

  it.each(['text', 'markdown'] as const)('fits in %s', (format) => {
    const lines = text(profile, format).trimEnd().split('\n')
    expect(lines.length).toBeLessThanOrEqual(format === 'text' ? 24 : 60)
    if (format === 'text') for (const line of lines) expect([...line].length).toBeLessThanOrEqual(100)
  })
})
