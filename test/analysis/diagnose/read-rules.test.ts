import { describe, expect, it } from 'vitest'
import { diagnose } from '../../../src/analysis/diagnose/diagnose.js'
import { readRules } from '../../../src/analysis/diagnose/read-rules.js'
import { memorySource } from '../../../src/bytes/source.js'
import { graph } from '../../support/draw.js'

const RULE = { id: 'slow-tax', title: 'tax in a loop', frames: ['*.tax_of', 'tax_of'], advice: 'use the table' }

function read(document: unknown) {
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  return readRules(memorySource('rules.json', Buffer.from(text)))
}

function withRule(change: object) {
  return { schema: 'callcost/rules/1', rules: [{ ...RULE, ...change }] }
}

describe('readRules', () => {
  it('fills in what a rule does not say', async () => {
    const [rule] = await read(withRule({ minShare: 0.5 }))
    expect(rule).toMatchObject({ ...RULE, minShare: 0.5, metric: 'total', minCalls: 100, exclude: [], docs: null })
  })

  it('takes each word that is one', async () => {
    const [rule] = await read(withRule({ metric: 'self', blames: 'call', docs: 'https://example.org', minCalls: 0 }))
    expect(rule).toMatchObject({ metric: 'self', blames: 'call', docs: 'https://example.org', minCalls: 0 })
  })

  it.each([
    [{ schema: 'callcost/rules/2', rules: [RULE] }, 'expected "callcost/rules/1", got "callcost/rules/2"', 'schema'],
    [{ schema: 'callcost/rules/1', rules: [] }, 'finds nothing', 'rules'],
    [{ schema: 'callcost/rules/1' }, 'rules', undefined],
    [withRule({ minShare: 1.5 }), 'expected 0 to 1, got 1.5', 'rules[0].minShare'],
    [withRule({ id: 'Slow Tax' }), 'small letters, digits and dashes', 'rules[0].id'],
    [withRule({ frames: [] }), 'a rule without frames finds nothing', 'rules[0]'],
    [withRule({ frames: [''] }), 'not empty', 'rules[0].frames[0]'],
    [withRule({ metric: 'calls' }), 'expected self or total, got "calls"', 'rules[0].metric'],
    [withRule({ minshare: 0.1 }), 'there is no such key', 'rules[0].minshare'],
    [withRule({ blames: 'me' }), 'expected caller or call, got "me"', 'rules[0].blames'],
    [{ schema: 'callcost/rules/1', rules: [RULE, RULE] }, 'the id "slow-tax" is given twice', 'rules[1].id'],
    [withRule({ title: ' ' }), 'expected 1 to 500 characters', 'rules[0].title'],
    [withRule({ advice: 'x'.repeat(501) }), 'expected 1 to 500 characters', 'rules[0].advice'],
    [withRule({ languages: Array(21).fill('python') }), 'expected at most 20 texts', 'rules[0].languages[20]'],
    [
      { schema: 'callcost/rules/1', rules: Array.from({ length: 1001 }, (_, i) => ({ ...RULE, id: `r${i}` })) },
      'expected at most 1000 rules',
      'rules[1000]',
    ],
    [' '.repeat(2 ** 20 + 1), 'a rule file has at most 1048576 bytes', undefined],
    ['{', '', undefined],
  ])('refuses %j', async (document, message, path) => {
    const error = await read(document).then(
      () => null,
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ kind: 'data', source: 'rules.json', message: expect.stringContaining(message) })
    if (path !== undefined) expect(error).toMatchObject({ place: { path } })
  })

  it('finds what a rule of the user knows', async () => {
    const rules = await read(withRule({ confidence: 0.9 }))
    const profile = graph(`
      main 1x self=1 total=10
      main -> tax_of 200x total=9
      tax_of 200x self=9 total=9
    `)
    const { findings } = diagnose(profile, { rules })
    expect(findings).toContainEqual(expect.objectContaining({ rule: 'slow-tax', confidence: 'high' }))
    expect(diagnose(profile).findings.map(({ rule }) => rule)).not.toContain('slow-tax')
  })
})
