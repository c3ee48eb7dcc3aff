import { describe, expect, it } from 'vitest'
import { readOverhead } from '../../../src/analysis/overhead/read-overhead.js'
import { memorySource } from '../../../src/bytes/source.js'

const read = (text: string) => readOverhead(memorySource('overhead.json', new TextEncoder().encode(text)))
const GOOD = { schema: 'callcost/overhead/1', runtime: 'Python 3.11.7', perCallIn: 9e-8, perCallOut: 2.7e-7 }

describe('readOverhead', () => {
  it('reads what a calibration prints', async () => {
    await expect(read(JSON.stringify({ ...GOOD, builtinIn: 4e-8, builtinOut: 0 }))).resolves.toEqual({
      calls: { inside: 9e-8, outside: 2.7e-7 },
      builtins: { inside: 4e-8, outside: 0 },
      runtime: 'Python 3.11.7',
      quality: 'calibrated',
    })
  })

  it('takes built-ins to cost what others do when nothing is said of them', async () => {
    await expect(read(JSON.stringify(GOOD))).resolves.toMatchObject({ builtins: { inside: 9e-8, outside: 2.7e-7 } })
  })

  it.each([
    ['{}', '"schema"'],
    [
      JSON.stringify({ ...GOOD, schema: 'callcost/budget/1' }),
      'expected "callcost/overhead/1", got "callcost/budget/1"',
    ],
    [JSON.stringify({ ...GOOD, perCallIn: -1e-9 }), 'expected seconds per call from 0 to 0.001, got -1e-9'],
    [JSON.stringify({ ...GOOD, builtinOut: 0.36 }), 'got 0.36'],
    [JSON.stringify({ ...GOOD, perCallOut: '3e-7' }), 'expected'],
    [JSON.stringify({ schema: GOOD.schema, perCallIn: 1e-7 }), '"perCallOut"'],
    ['[1, 2]', 'expected an object'],
    ['not json', 'expected'],
    [`"${'x'.repeat(2 ** 20)}"`, 'at most 1048576 bytes'],
  ])('refuses %.60s', async (text, message) => {
    await expect(read(text)).rejects.toMatchObject({
      kind: 'data',
      source: 'overhead.json',
      message: expect.stringContaining(message),
    })
  })
})
