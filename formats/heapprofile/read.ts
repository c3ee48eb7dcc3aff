import { Float64Builder } from '../../src/bytes/columns.js'
import { JsonScanner } from '../../src/bytes/json-scanner.js'
import { array, integer, object, skip } from '../../src/bytes/json-shape.js'
import type { ByteSource } from '../../src/bytes/source.js'
import { FormatError } from '../../src/errors.js'
import { FunctionTableBuilder } from '../../src/model/function-table.js'
import { makeProfile } from '../../src/model/make-profile.js'
import type { ProfileSet, ValueType } from '../../src/model/profile.js'
import { StackBuilder } from '../../src/model/stack-builder.js'
import { NONE } from '../../src/model/tables.js'
import { NodeColumns } from '../_v8/node-columns.js'
import { nestedNodeShape } from '../_v8/node-shape.js'
import { treeOfNodes } from '../_v8/node-tree.js'
import { internStacks } from '../_v8/stacks.js'
import type { ReadContext } from '../codec.js'

/** Bytes that are attributed to a stack, and how many of its allocations were sampled. */
const VALUE_TYPES: readonly ValueType[] = [
  { name: 'space', unit: 'bytes' },
  { name: 'samples', unit: 'count' },
]

/**
 * Reads a V8 heap profile: `{ head: { callFrame, selfSize, id, children: [...] }, samples: [{ size, nodeId }] }`.
 * The sizes of the nodes are what V8 shows; those of the samples are rounded differently and only count here.
 */
export async function readHeapprofile(source: ByteSource, context: ReadContext): Promise<ProfileSet> {
  const { allocator } = context
  const functions = new FunctionTableBuilder(allocator)
  const nodes = new NodeColumns(functions, allocator)
  const sampled = new Float64Builder(allocator)
  const root = object<string>(
    {
      head: nestedNodeShape({ place: () => scanner.place(), columns: nodes }),
      samples: array(object<string>({ nodeId: integer((id) => sampled.push(id)), size: skip(), ordinal: skip() })),
    },
    { required: ['head'] },
  )
  const scanner = new JsonScanner(root, allocator)
  for await (const chunk of source.chunks()) scanner.write(chunk)
  scanner.end()

  nodes.numberNodes()
  const tree = treeOfNodes(nodes, context, allocator)
  const builder = new StackBuilder(allocator, { valueTypes: VALUE_TYPES }, functions)
  const stackOf = internStacks(nodes, tree, builder, allocator)
  const counts = allocator.float64(nodes.length)
  const rowOf = nodes.rowsById()
  for (let sample = 0; sample < sampled.length; sample++) {
    const node = rowOf(sampled.values[sample]!)
    // V8 itself writes samples of stacks whose nodes it has pruned, so this is no fault of the file.
    if (node === NONE)
      context.repair('a sample of a node that is not in the tree does not count', { path: `samples[${sample}].nodeId` })
    else counts[node]!++
  }
  const sizes = nodes.sizes.dense(nodes.length)
  for (let at = 0; at < nodes.length; at++) {
    const node = tree.order === null ? at : tree.order[at]!
    const size = sizes[node]!
    if (size < 0) throw new FormatError(`expected a size of 0 or more, got ${size}`)
    if (size > 0 || counts[node]! > 0) builder.sample(stackOf[node]!, [Math.max(size, 0), counts[node]!])
  }
  const profile = makeProfile({
    ...builder.finish(),
    source: { format: 'heapprofile', language: 'javascript', method: 'sampled' },
    valueTypes: VALUE_TYPES,
    strings: functions.strings,
  })
  return { profiles: [profile], active: 0 }
}
