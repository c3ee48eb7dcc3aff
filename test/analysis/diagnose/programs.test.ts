import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Diagnosis, diagnose } from '../../../src/analysis/diagnose/diagnose.js'
import type { Finding } from '../../../src/analysis/diagnose/finding.js'
import { nameOfFunction } from '../../../src/analysis/function-text.js'
import { memorySource } from '../../../src/bytes/source.js'
import { readProfile } from '../../../src/pipeline/read.js'
import { diagnoseReport } from '../../../src/report/diagnose/report.js'
import { FIXTURES } from '../../support/fixtures.js'

/** What is known about a program; README.md of `fixtures/programs/problems` explains the keys. */
interface Truth {
  readonly rule: string | null
  readonly function: string | null
  readonly functionAlso?: readonly string[]
  readonly loopOwner: string | null
  readonly fanIn?: 'local' | 'shared'
  readonly rulesExpected: readonly string[]
  readonly rulesForbidden: readonly string[]
  readonly allowedGood?: readonly string[]
  readonly others?: readonly { readonly rule: string; readonly function: string; readonly loopOwner: string }[]
}

const FILES = readdirSync(join(FIXTURES, 'diagnose'))
  .filter((file) => /-(bad|good)\.\w+$/.test(file))
  .map((file) => {
    const [, program, variant] = /^(.*)-(bad|good)\.\w+$/.exec(file)!
    return { file, program: program!, variant: variant! }
  })

function truthOf(program: string): Truth {
  return JSON.parse(readFileSync(join(FIXTURES, 'programs/problems', program, 'truth.json'), 'utf8')) as Truth
}

const known = new Map<string, Promise<Diagnosis>>()

function diagnosisOf(file: string): Promise<Diagnosis> {
  let diagnosis = known.get(file)
  if (diagnosis === undefined) {
    const source = memorySource(file, readFileSync(join(FIXTURES, 'diagnose', file)))
    diagnosis = readProfile(source).then((profile) => diagnose(profile))
    known.set(file, diagnosis)
  }
  return diagnosis
}

function nameIn({ view }: Diagnosis, fn: number | null): string | null {
  return fn === null ? null : nameOfFunction(view.profile, fn)
}

/** Rules whose findings say which loop repeats the calls. */
const SAYS_OWNER = ['n-plus-one', 'known-dear']

describe.concurrent('programs with a known fault', () => {
  it.each(
    FILES.filter(({ variant, program }) => variant === 'bad' && (truthOf(program).rule ?? 'growth') !== 'growth'),
  )('$program: the fault, the function and the owner of the loop', async ({ file, program }) => {
    const truth = truthOf(program)
    const diagnosis = await diagnosisOf(file)
    const rules = diagnosis.findings.map(({ rule }) => rule)
    expect(rules).toEqual(expect.arrayContaining(truth.rulesExpected.filter((rule) => rule !== 'growth')))
    const found = diagnosis.findings.find(({ rule }) => rule === truth.rule)!
    if (truth.function !== null) {
      expect([truth.function, ...(truth.functionAlso ?? [])]).toContain(nameIn(diagnosis, found.target))
    }
    if (SAYS_OWNER.includes(found.rule) || truth.fanIn === 'local') {
      expect(nameIn(diagnosis, found.loopOwner)).toBe(truth.loopOwner)
    }
    for (const other of truth.others ?? []) {
      const also = diagnosis.findings.find(
        (one) => one.rule === other.rule && nameIn(diagnosis, one.target) === other.function,
      )
      expect(also, other.function).toBeDefined()
      if (SAYS_OWNER.includes(other.rule)) expect(nameIn(diagnosis, also!.loopOwner)).toBe(other.loopOwner)
    }
  })

  it.each(FILES.filter(({ variant }) => variant === 'bad'))(
    '$program: nothing that is not so',
    async ({ file, program }) => {
      const { rulesForbidden } = truthOf(program)
      const { findings } = await diagnosisOf(file)
      expect(sure(findings).filter((rule) => rulesForbidden.includes(rule))).toEqual([])
      if (rulesForbidden.includes('n-plus-one')) expect(findings.map(({ rule }) => rule)).not.toContain('n-plus-one')
    },
  )

  it.each(FILES)('$file fits a screen, and an issue', async ({ file }) => {
    const diagnosis = await diagnosisOf(file)
    const lines = (format: 'text' | 'markdown') =>
      Buffer.concat([...diagnoseReport(diagnosis, { format, file: 'run.prof' })])
        .toString()
        .trimEnd()
        .split('\n')
    expect(lines('text').length).toBeLessThanOrEqual(24)
    expect(lines('text').filter((line) => [...line].length > 100)).toEqual([])
    expect(lines('markdown').length).toBeLessThanOrEqual(60)
  })

  it.each(FILES.filter(({ variant }) => variant === 'good'))('$program-good is healthy', async ({ file, program }) => {
    const { allowedGood = [], rulesForbidden, rule } = truthOf(program)
    const { findings, isHealthy } = await diagnosisOf(file)
    const wrong = sure(findings).filter((one) => !allowedGood.includes(one) && one !== 'data-quality')
    expect(wrong).toEqual([])
    expect(findings.map((one) => one.rule)).not.toContain('n-plus-one')
    if (rule === null) expect(sure(findings).filter((one) => rulesForbidden.includes(one))).toEqual([])
    // What may be said of a repaired program is no fault of it, but waiting and loading is what it then does.
    if (sure(findings).every((one) => one === 'overhead' || one === 'data-quality')) expect(isHealthy).toBe(true)
  })
})

function sure(findings: readonly Finding[]): string[] {
  return findings.filter(({ confidence }) => confidence === 'high').map(({ rule }) => rule)
}
