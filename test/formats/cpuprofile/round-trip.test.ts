import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { memorySource } from '../../../src/bytes/source.js'
import { convertProfiles } from '../../../src/pipeline/convert.js'
import { readProfileSet } from '../../../src/pipeline/read.js'
import { FIXTURES } from '../../support/fixtures.js'

interface File {
  readonly nodes: {
    readonly id: number
    readonly callFrame: Record<string, unknown>
    readonly hitCount: number
    readonly children?: readonly number[]
    readonly positionTicks?: unknown
    readonly deoptReason?: string
  }[]
  readonly startTime: number
  readonly endTime: number
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** What a profile says, its ids replaced by where the node is in the file: ids and script ids differ per recording. */
function said({ nodes, samples, ...rest }: File) {
  const rowOf = new Map(nodes.map(({ id }, row) => [id, row]))
  return {
    ...rest,
    nodes: nodes.map(({ callFrame: { scriptId: _, ...frame }, hitCount, children, positionTicks, deoptReason }) => ({
      frame,
      hitCount,
      children: (children ?? []).map((id) => rowOf.get(id)),
      positionTicks,
      deoptReason,
    })),
    samples: samples.map((id) => rowOf.get(id)),
  }
}

async function convertThrough(bytes: Uint8Array, ...formats: string[]): Promise<Uint8Array> {
  let current = bytes
  for (const to of formats) {
    const { set } = await readProfileSet(memorySource('fixture', current))
    const parts: Uint8Array[] = []
    for await (const part of await convertProfiles(set, { to })) parts.push(part)
    current = Buffer.concat(parts)
  }
  return current
}

const recorded = [
  'node-20.20-async',
  'node-20.20-deep-truncated',
  'node-20.20-gcheavy',
  'node-20.20-packages',
  'bun-1.4.5-recursion',
]

describe.each([...recorded, 'derived-negative-delta'])('%s', (name) => {
  const bytes = new Uint8Array(readFileSync(join(FIXTURES, 'cpuprofile', `${name}.cpuprofile`)))
  const before = JSON.parse(new TextDecoder().decode(bytes)) as File

  it.each([[['cpuprofile']], [['callcost', 'cpuprofile']]])(
    'has the same tree, samples and deltas after %s',
    async (formats) => {
      const after = JSON.parse(new TextDecoder().decode(await convertThrough(bytes, ...formats))) as File
      expect(said(after)).toEqual(said(before))
    },
  )
})
