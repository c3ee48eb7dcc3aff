import { encodeText } from '../../src/bytes/text.js'
import { CallcostError, counted } from '../../src/errors.js'
import { callersOf } from '../../src/model/adjacency.js'
import type { Profile, ProfileSet } from '../../src/model/profile.js'
import type { FunctionIndex } from '../../src/model/tables.js'
import type { WriteContext } from '../codec.js'
import { DETAIL } from './details.js'
import { MarshalWriter } from './marshal-writer.js'
import { KeyWriter } from './write-keys.js'
import { type StatsNumbers, statsNumbers } from './write-numbers.js'

/**
 * Writes a profile as a pstats file that every Python since 2.5 loads: see README.md, "Writing".
 */
export function* writePstats(set: ProfileSet, context: WriteContext): Iterable<Uint8Array> {
  const [profile] = set.profiles
  if (profile === undefined || set.profiles.length > 1) {
    throw new CallcostError('data', `a pstats file holds one profile, got ${set.profiles.length}`)
  }
  const numbers = statsNumbers(profile, (message) => context.note(message))
  const marshal = new MarshalWriter()
  const keys = new KeyWriter(profile, marshal)
  const { length, edges } = numbers.graph
  if (length === 0)
    throw new CallcostError('data', 'the profile has no function, and Python does not load an empty file')

  const callers = callersOf(numbers.graph)
  marshal.dict()
  const end = length - ghostsOf(profile, numbers, callers)
  for (let fn = 0; fn < end; fn++) {
    keys.write(fn)
    marshal.tuple(5)
    marshal.number(numbers.primitive(fn))
    marshal.number(numbers.calls(fn))
    marshal.float(numbers.self(fn))
    marshal.float(numbers.total(fn))
    marshal.dict()
    for (let at = callers.start[fn]!; at < callers.start[fn + 1]!; at++) {
      const edge = callers.edges[at]!
      keys.write(edges.caller[edge]!)
      writeCaller(marshal, numbers, edge)
      if (marshal.isFull) yield marshal.take()
    }
    marshal.endDict()
    if (marshal.isFull) yield marshal.take()
  }
  if (numbers.marker) writeMarker(marshal)
  marshal.endDict()
  yield marshal.take()

  if (keys.renamed > 0) {
    context.note(
      `${counted(keys.renamed, 'function shares', 'functions share')} file, line and name with another; ` +
        'a column or number tells them apart',
    )
  }
  if (keys.escaped > 0) {
    const names = counted(keys.escaped, 'name is', 'names are')
    context.note(`${names} not UTF-8: the bytes are written as Python 3 writes those of such paths`)
  }
}

function writeCaller(marshal: MarshalWriter, numbers: StatsNumbers, edge: number): void {
  if (numbers.isCounted(edge)) {
    marshal.number(numbers.edgeCalls(edge))
    return
  }
  marshal.tuple(4)
  marshal.number(numbers.edgeCalls(edge))
  marshal.number(numbers.edgePrimitive(edge))
  marshal.float(numbers.edgeSelf(edge))
  marshal.float(numbers.edgeTotal(edge))
}

function writeMarker(marshal: MarshalWriter): void {
  marshal.tuple(1)
  marshal.text(encodeText('__sampled__'))
  marshal.true()
}

/** How many functions, the last ones, had no entry in the file that the profile was read from and get none again. */
function ghostsOf(
  { source }: Profile,
  { graph, calls, self, total }: StatsNumbers,
  callers: ReturnType<typeof callersOf>,
): number {
  const said = Number(source.details.get(DETAIL.ghosts) ?? 0)
  // After filters and merges the detail may speak of functions that have become others.
  const isGhost = (fn: FunctionIndex): boolean =>
    callers.start[fn] === callers.start[fn + 1] && Number(calls(fn)) === 0 && self(fn) === 0 && total(fn) === 0
  let ghosts = 0
  while (ghosts < said && ghosts < graph.length && isGhost(graph.length - 1 - ghosts)) ghosts++
  return ghosts
}
