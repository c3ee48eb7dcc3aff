import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Allocator } from '../../../src/limits.js'
import { makeProfile } from '../../../src/model/make-profile.js'
import type { ExactNumber } from '../../../src/model/numbers.js'
import type { Profile } from '../../../src/model/profile.js'
import { StackBuilder } from '../../../src/model/stack-builder.js'
import { NO_POSITION, NONE } from '../../../src/model/tables.js'
import { convertProfiles } from '../../../src/pipeline/convert.js'

/** Names, and what stands on a line for them: a frame ends at `;`, a line at its end, and `# ` begins a comment. */
const NAMES: readonly (readonly [name: string, written: string])[] = [
  ['main', 'main'],
  ['a;b', 'a:b'],
  ['größe', 'größe'],
  ['読む', '読む'],
  ['two words', 'two words'],
  ['line\nend', 'line end'],
  ['tail ', 'tail'],
  ['# hash', '_ hash'],
  ['x'.repeat(50), 'x'.repeat(50)],
]

const COUNT = [{ name: 'samples', unit: 'count' as const }]

type Sample = readonly [names: readonly number[], weight: ExactNumber]

function profileOf(samples: readonly Sample[]): Profile {
  const builder = new StackBuilder(new Allocator(), { valueTypes: COUNT })
  const { functions } = builder
  for (const [names, weight] of samples) {
    let stack: number = NONE
    for (const name of names) {
      const text = functions.strings.internText(NAMES[name]![0])
      stack = builder.stack(stack, builder.frame(functions.intern(text, NONE, NO_POSITION, NO_POSITION)))
    }
    builder.sample(stack, [weight])
  }
  return makeProfile({ strings: functions.strings, ...builder.finish(), valueTypes: COUNT })
}

async function written(profile: Profile): Promise<string[]> {
  const parts: Uint8Array[] = []
  for await (const part of await convertProfiles({ profiles: [profile], active: 0 }, { to: 'collapsed' }))
    parts.push(part)
  return Buffer.concat(parts).toString().split('\n').slice(0, -1)
}

describe('lines', () => {
  it('are what a map of stacks to sums says', async () => {
    const weight = fc.oneof(fc.nat(9), fc.nat(2 ** 31), fc.bigInt({ min: 2n ** 60n, max: 2n ** 62n }))
    const names = fc.array(fc.nat(NAMES.length - 1), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(names, weight), { maxLength: 40 }), async (samples) => {
        const sums = new Map<string, bigint>()
        for (const [path, more] of samples) {
          const line = path.map((name) => NAMES[name]![1]).join(';')
          sums.set(line, (sums.get(line) ?? 0n) + BigInt(more))
        }
        const expected = [...sums].map(([line, sum]) => `${line} ${sum}`)
        expect((await written(profileOf(samples))).sort()).toEqual(expected.sort())
      }),
    )
  })

  it('have fractions and no exponents', async () => {
    const weights = [0, 0.5, 1e-7, 1.25e21, 2.5e-10]
    expect(await written(profileOf(weights.map((weight, at) => [[at], weight])))).toEqual([
      'main 0',
      'a:b 0.5',
      'größe 0.0000001',
      '読む 1250000000000000000000',
      'two words 0.00000000025',
    ])
  })

  it('can have 100,000 frames', async () => {
    const deep = Array.from({ length: 100_000 }, (_, depth) => depth % 2)
    const lines = await written(
      profileOf([
        [deep, 1],
        [[0], 2],
        [deep.slice(0, 50_000), 3],
      ]),
    )
    expect(lines.sort()).toEqual(
      [`${'main;a:b;'.repeat(50_000).slice(0, -1)} 1`, 'main 2', `${'main;a:b;'.repeat(25_000).slice(0, -1)} 3`].sort(),
    )
  })
})
