import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCallgrind } from '../../../formats/callgrind/read.js'
import { readInPieces } from '../../support/read-in-pieces.js'

const number = fc.oneof(
  { weight: 12, arbitrary: fc.nat(2000).map(String) },
  // Of every number of digits, as they are read four at a time; and with what is no digit among four bytes.
  { weight: 3, arbitrary: fc.nat(9).map((digits) => '9182736450'.slice(0, digits + 1)) },
  fc.constantFrom('1é', '12é', '123é', '1234é', '12:', '12/', '1234\u007f'),
  fc.constantFrom('0', '007', '0x1f', '1.5', '-3', '9007199254740993', '999999999999999', '99999999999', 'x', ''),
)
const position = fc.oneof(
  { weight: 8, arbitrary: fc.nat(90).map(String) },
  fc.constantFrom('+3', '-2', '*', '+', '0', '0x10', '12345678', '+12345678', '123456789', '1234567890', '-', '\t4'),
)
const blank = fc.oneof({ weight: 15, arbitrary: fc.constant(' ') }, fc.constantFrom('\t', '  ', ' \t'))
const end = fc.oneof({ weight: 12, arbitrary: fc.constant('') }, fc.constantFrom(' ', '\r', '\t'))
const name = fc.constantFrom(
  '(1) main',
  '(2) work',
  '(3) read',
  '(1)',
  '(2)',
  '(3)',
  '(4)',
  'plain',
  '(9000) far',
  '(1)  ',
  '(2)main',
  `(3) ${'long'.repeat(30)}`,
  '(9000)',
)

const line = fc.oneof(
  {
    weight: 10,
    arbitrary: fc
      .tuple(fc.array(position, { minLength: 1, maxLength: 2 }), fc.array(number, { maxLength: 3 }), blank, end)
      .map(([positions, costs, between, last]) => [...positions, ...costs].join(between) + last),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('fn', 'fl', 'fi', 'fe', 'cfn', 'cfi', 'cob', 'ob', 'jfn'), name, end)
      .map(([key, named, last]) => `${key}=${named}${last}`),
  },
  { weight: 1, arbitrary: fc.tuple(number, number).map(([count, at]) => `calls=${count} ${at}`) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.nat(4), number, position, number)
      .map(([id, count, at, cost]) => `cfi=(1)\ncfn=(${id})\ncalls=${count} ${at}\n+1 ${cost} 7`),
  },
  fc.constantFrom('', '# a remark', 'jump=1 2', 'what', 'totals: 1 2', 'fi=(2) other'),
)

describe('lines that are read in a run', () => {
  it('say what they say one by one', async () => {
    const lines = fc.array(fc.oneof({ weight: 4, arbitrary: line }, fc.constantFrom('+1 5 6', '+2 7', '12 1 1')), {
      maxLength: 40,
    })
    const heads = fc.constantFrom('positions: line', 'positions: instr line', 'positions: instr', 'creator: xdebug')
    const limits = fc.constantFrom({}, {}, { text: 24 })
    await fc.assert(
      fc.asyncProperty(heads, lines, limits, async (head, rows, most) => {
        const names = ['fl=(1) a.c', 'fl=(2) b.c', 'ob=(1) a.so', 'fn=(2) work', 'fn=(1) main', '1 2 3']
        // Lines are read in a run where so much follows them in their block.
        const rest = `# ${'-'.repeat(most.text === undefined ? 400 : 20)}`
        const text = [head, 'events: Ir Dr', ...names, ...rows, '5 1', rest, ''].join('\n')
        const bytes = Buffer.from(text)
        // How much of a line that is too long had come in depends on the pieces.
        const reading = async (size: number) => {
          const outcome = await readInPieces(readCallgrind, bytes, size, { limits: most })
          return {
            ...outcome,
            error: outcome.error?.map((part) =>
              (typeof part === 'string' ? part : JSON.stringify(part)).replace(/\d+ bytes or more/, ''),
            ),
          }
        }
        // Pieces of one byte make blocks of one line, in which there is nothing to run through.
        const single = await reading(1)
        for (const size of [100, bytes.length]) expect(await reading(size)).toEqual(single)
      }),
      { numRuns: 200 },
    )
  })
})
