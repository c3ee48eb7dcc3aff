import { JsonWriter } from '../../src/encode/json.js'
import { CallcostError } from '../../src/errors.js'
import type { ProfileSet } from '../../src/model/profile.js'
import { NONE } from '../../src/model/tables.js'
import { scriptIds, writeCallFrame } from '../_v8/call-frame.js'
import { treeOfStacks } from '../_v8/tree-of-stacks.js'
import type { WriteContext } from '../codec.js'

/** Writes a V8 heap profile: nested nodes with the bytes of the default value. */
export function* writeHeapprofile(set: ProfileSet, context: WriteContext): Iterable<Uint8Array> {
  const profile = set.profiles[set.active]
  if (profile === undefined || profile.frames === null || profile.stacks === null || profile.samples === null) {
    throw new CallcostError('data', 'a heap profile needs stacks, and this profile has none')
  }
  const { frames, stacks, samples } = profile
  const { name, unit } = profile.valueTypes[profile.defaultValue]!
  if (unit !== 'bytes') context.note(`a heap profile measures bytes: ${name} (${unit}) stands for them`)
  const column = samples.values[profile.defaultValue]!
  const size = new Float64Array(stacks.length)
  for (let sample = 0; sample < samples.length; sample++) {
    const stack = samples.stack[sample]!
    const weight = column.values[sample]!
    // Of weights that doubles hold the sum may be more than they do.
    const sum = weight + (stack === NONE ? 0 : size[stack]!)
    if (!(weight >= 0 && sum < Number.POSITIVE_INFINITY)) {
      throw new CallcostError('data', `a heap profile cannot hold a size of ${weight < 0 ? weight : sum}`)
    }
    if (stack !== NONE) size[stack] = sum
  }
  const tree = treeOfStacks(profile, frames, stacks)
  const scripts = scriptIds(profile)
  const json = new JsonWriter()
  json.beginObject().key('head')
  if (tree.needsRoot) {
    json.beginObject().key('callFrame')
    json.plain({ functionName: '(root)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 })
    json.key('selfSize').number(0).key('id').number(1).key('children').beginArray()
  }
  let stack = tree.firstRoot
  while (stack !== NONE) {
    json.beginObject()
    writeCallFrame(json.key('callFrame'), profile, frames.function[stacks.frame[stack]!]!, scripts)
    json.key('selfSize').number(size[stack]!).key('id').number(tree.idOf[stack]!).key('children').beginArray()
    if (json.isFull) yield json.take()
    if (tree.firstChild[stack] !== NONE) {
      stack = tree.firstChild[stack]!
      continue
    }
    json.endArray().endObject()
    while (tree.nextSibling[stack] === NONE && stacks.parent[stack] !== NONE) {
      stack = stacks.parent[stack]!
      json.endArray().endObject()
    }
    stack = tree.nextSibling[stack]!
  }
  if (tree.needsRoot) json.endArray().endObject()
  json.key('samples').beginArray().endArray().endObject()
  yield json.take()
}
