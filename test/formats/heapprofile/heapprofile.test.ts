import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { memorySource } from '../../../src/bytes/source.js'
import { callGraph } from '../../../src/model/call-graph.js'
import { convertProfiles } from '../../../src/pipeline/convert.js'
import { readProfile, readProfileSet } from '../../../src/pipeline/read.js'
import { FIXTURES } from '../../support/fixtures.js'

interface Node {
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  readonly selfSize: number
  readonly id: number
  readonly children: readonly Node[]
}

const path = join(FIXTURES, 'heapprofile/node-20.20-alloc.heapprofile')
const bytes = new Uint8Array(readFileSync(path))
const file = JSON.parse(readFileSync(path, 'utf8')) as {
  readonly head: Node
  readonly samples: readonly { nodeId: number }[]
}

/** Function → self and total, from a walk over the nodes that counts a function once a path. */
function walk(): Map<string, { self: number; total: number; samples: number }> {
  const sums = new Map<string, { self: number; total: number; samples: number }>()
  const visit = (node: Node, above: ReadonlySet<string>): void => {
    const { functionName, url, lineNumber } = node.callFrame
    const key = `${functionName || '(anonymous)'}|${url}|${lineNumber}`
    const names = new Set([...above, key])
    const samples = file.samples.filter(({ nodeId }) => nodeId === node.id).length
    for (const name of names) {
      const sum = sums.get(name) ?? { self: 0, total: 0, samples: 0 }
      sums.set(name, {
        self: sum.self + (name === key ? node.selfSize : 0),
        total: sum.total + node.selfSize,
        samples: sum.samples + (name === key ? samples : 0),
      })
    }
    for (const child of node.children) visit(child, names)
  }
  visit(file.head, new Set())
  return sums
}

describe('heapprofile', () => {
  it('has the bytes that a walk over the nodes finds', async () => {
    const profile = await readProfile(memorySource('a.heapprofile', bytes))
    const { self, total, length } = callGraph(profile)
    const { functions, strings } = profile
    const found = new Map<string, { self: number; total: number; samples: number }>()
    for (let func = 0; func < length; func++) {
      const at = functions.file[func]!
      const url = at < 0 ? '' : strings.text(at)
      const line = functions.line[func]!
      const key = `${strings.text(functions.name[func]!)}|${url}|${line < -1 ? -1 : line - 1}`
      const sum = found.get(key) ?? { self: 0, total: 0, samples: 0 }
      found.set(key, {
        self: sum.self + self[0]!.values[func]!,
        total: sum.total + total[0]!.values[func]!,
        samples: sum.samples + self[1]!.values[func]!,
      })
    }
    for (const [key, sum] of walk()) {
      expect({ key, ...found.get(key), total: 0 }).toEqual({ key, ...sum, total: 0 })
      // Two columns of one line are two functions of ours, whose totals overlap where one calls the other.
      expect(found.get(key)!.total).toBeGreaterThanOrEqual(sum.total)
    }
    expect(found.get('(root)||-1')!.total).toBe(walk().get('(root)||-1')!.total)
  })

  it('is the same tree when written again', async () => {
    const { set } = await readProfileSet(memorySource('a.heapprofile', bytes))
    const parts: Uint8Array[] = []
    for await (const part of await convertProfiles(set, { to: 'heapprofile' })) parts.push(part)
    const again = JSON.parse(Buffer.concat(parts).toString()) as { readonly head: Node }
    const plain = (node: Node): unknown => ({
      ...node.callFrame,
      scriptId: undefined,
      size: node.selfSize,
      children: node.children.map(plain),
    })
    expect(plain(again.head)).toEqual(plain(file.head))
  })

  it('reads and writes nodes nested 200,000 deep', async () => {
    const depth = 200_000
    const open =
      '{"callFrame":{"functionName":"f","scriptId":"1","url":"a.js","lineNumber":1,"columnNumber":1},"selfSize":1,"children":['
    const deep = Buffer.from(`{"head":${open.repeat(depth)}${']}'.repeat(depth)}}`)
    const { set } = await readProfileSet(memorySource('a.heapprofile', deep))
    expect(callGraph(set.profiles[0]!).total[0]!.values).toEqual(Float64Array.of(depth))
    let length = 0
    for await (const part of await convertProfiles(set, { to: 'heapprofile' })) length += part.length
    expect(length).toBeGreaterThan(depth * 50)
  })
})
