// What a cpuprofile says, by the objects that JSON.parse makes of it: the other answer that callcost's is held against.
import { readFileSync } from 'node:fs'

/** function → self and total in microseconds, from the objects that JSON.parse makes: sample i owns the time to i + 1. */
export function sumObjects(path) {
  const { nodes, samples, timeDeltas, startTime, endTime } = JSON.parse(readFileSync(path, 'utf8'))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const own = new Map()
  let now = 0
  let time = 0
  for (let sample = 0; sample < samples.length; sample++) {
    time += timeDeltas[sample]
    const at = Math.max(now, time)
    if (sample > 0) own.set(samples[sample - 1], (own.get(samples[sample - 1]) ?? 0) + at - now)
    now = at
  }
  own.set(samples.at(-1), (own.get(samples.at(-1)) ?? 0) + endTime - startTime - now)
  const sums = new Map()
  const open = new Map()
  const visit = [[nodes[0], null]]
  // Down and up again: what a node weighs with all below it is known when it is left.
  const below = new Map()
  while (visit.length > 0) {
    const [node, parent] = visit.at(-1)
    const { functionName, url, lineNumber, columnNumber } = node.callFrame
    const key = [functionName || '(anonymous)', url, lineNumber, columnNumber].join('|')
    if (!below.has(node.id)) {
      below.set(node.id, own.get(node.id) ?? 0)
      open.set(key, (open.get(key) ?? 0) + 1)
      for (const child of node.children ?? []) visit.push([byId.get(child), node])
      continue
    }
    visit.pop()
    open.set(key, open.get(key) - 1)
    const sum = sums.get(key) ?? { self: 0, total: 0 }
    sums.set(key, sum)
    sum.self += own.get(node.id) ?? 0
    if (open.get(key) === 0) sum.total += below.get(node.id)
    if (parent !== null) below.set(parent.id, below.get(parent.id) + below.get(node.id))
  }
  return sums
}
