import { Allocator } from '../../limits.js'
import { NONE } from '../../model/tables.js'
import type { AlignedGraph } from './aligned.js'
import { bucketsOf } from './match/buckets.js'
import type { MatchTable } from './match.js'
import { sumOf } from './sum.js'

/** Self that went from some functions to others: code that was split off, inlined, or written anew under another name. */
export interface Shift {
  /** Rows of the diff, ascending: those of `from` and `to`, and functions whose self is what it was. */
  readonly rows: Int32Array
  /** Rows whose self fell, rose. */
  readonly from: Int32Array
  readonly to: Int32Array
  /** Σ of the changes of self, in the diff's unit. */
  readonly net: number
  /** Whether what went is what came: nothing but a change of places. */
  readonly isNeutral: boolean
}

/** Of what leaves a caller, itself and what it calls, how much must arrive there, or the other way. */
const MIN_BALANCE = 0.5
/** Of what moves at a caller, what a function must have to take part. */
const MIN_PART = 0.05
/** Net change of a neutral shift in parts of all changes, and in standard errors. */
const NEUTRAL_PART = 0.1
const NEUTRAL_ERRORS = 2
/** Times the usual cost of a call: readings on other machines differ by half. */
const CALL_COST_SLACK = 1.5
/** Functions of a shift; what takes more is a rewrite. */
const MAX_ROWS = 16

/**
 * Groups functions that are new or gone with the callers at which as much self came as went. A caller takes part where
 * the self of its new callees, and what its own rose by, is about what went with the callees that are gone, and what its
 * own fell by: a new function that costs much more or less than its caller saved is news.
 *
 * @param noise standard error of the change of one function's self, in the diff's unit; null when unknown
 * @param callCost what the profiler adds to a call, in callee and caller together, in the diff's unit: code that is split
 *   costs a call more under it, and nothing more without it
 */
export function findShifts(aligned: AlignedGraph, matches: MatchTable, noise: number | null, callCost = 0): Shift[] {
  const { length } = aligned
  const allocator = new Allocator()
  const delta = allocator.float64(length)
  for (let row = 0; row < length; row++) delta[row] = aligned.self[1][row]! - aligned.self[0][row]!
  const groups = new Groups(allocator, length)
  const isOneSided = (row: number): boolean => matches.before[row] === NONE || matches.after[row] === NONE
  const { caller, callee } = aligned.edges
  for (let edge = 0; edge < aligned.edges.length; edge++) {
    if (isOneSided(caller[edge]!) && isOneSided(callee[edge]!)) groups.join(caller[edge]!, callee[edge]!)
  }
  // row → what the profiler may have added to a new function, or taken with one that is gone: of the sign of the change.
  const profiler = allocator.float64(length)
  for (let row = 0; row < length && aligned.calls !== null; row++) {
    if (!isOneSided(row)) continue
    const calls = aligned.calls[1][row]! - aligned.calls[0][row]!
    if (Number.isFinite(calls)) profiler[row] = calls * callCost * CALL_COST_SLACK
  }
  joinAtCallers(aligned, isOneSided, delta, profiler, groups)
  return shiftsOf(groups.rows(), delta, profiler, noise)
}

/** Joins what is new or gone, by parts that call each other, with the callers that it came to or went from. */
function joinAtCallers(
  aligned: AlignedGraph,
  isOneSided: (row: number) => boolean,
  delta: Float64Array,
  profiler: Float64Array,
  groups: Groups,
): void {
  const { length, edges } = aligned
  const allocator = new Allocator()
  const partOf = allocator.int32(length)
  const cost = allocator.float64(length)
  const slack = allocator.float64(length)
  const weight = allocator.float64(length)
  for (let row = 0; row < length; row++) {
    partOf[row] = groups.find(row)
    const part = partOf[row]!
    cost[part] = cost[part]! + delta[row]!
    slack[part] = slack[part]! + profiler[row]!
  }
  const calls = allocator.int32(edges.length).fill(NONE)
  for (let edge = 0; edge < edges.length; edge++) {
    if (isOneSided(edges.caller[edge]!) || !isOneSided(edges.callee[edge]!)) continue
    calls[edge] = edges.caller[edge]!
    const part = partOf[edges.callee[edge]!]!
    weight[part] = weight[part]! + weightOf(aligned, edge)
  }
  /** The share that the caller of an edge has of something of the part that it calls. */
  const along = (edge: number, column: Float64Array): number => {
    const part = partOf[edges.callee[edge]!]!
    return weight[part]! > 0 ? (column[part]! * weightOf(aligned, edge)) / weight[part]! : 0
  }
  const { start, items } = bucketsOf(calls, length)
  for (let row = 0; row < length; row++) {
    const own = items.subarray(start[row], start[row + 1])
    let came = Math.max(delta[row]!, 0)
    let went = Math.max(-delta[row]!, 0)
    let slackCame = 0
    let slackWent = 0
    for (const edge of own) {
      const moved = along(edge, cost)
      const added = along(edge, slack)
      came += Math.max(moved, 0)
      went += Math.max(-moved, 0)
      slackCame += Math.max(added, 0)
      slackWent += Math.max(-added, 0)
    }
    const most = Math.max(came, went)
    // What the profiler added to calls came from nowhere; with them gone it went nowhere.
    const isBalanced = came >= MIN_BALANCE * (went - slackWent) && went >= MIN_BALANCE * (came - slackCame)
    if (!isBalanced || Math.min(came, went) < MIN_PART * most || most === 0) continue
    let joined: number = Math.abs(delta[row]!) >= MIN_PART * most ? row : NONE
    for (const edge of own) {
      if (Math.abs(along(edge, cost)) < MIN_PART * most) continue
      if (joined !== NONE) groups.join(joined, edges.callee[edge]!)
      joined = edges.callee[edge]!
    }
  }
}

/** By what the callers of a part share it: total, or calls, or each alike. An edge of a part is on one side only. */
function weightOf({ edges: { total, calls } }: AlignedGraph, edge: number): number {
  const column = total ?? calls
  if (column === null) return 1
  const sum = column[0][edge]! + column[1][edge]!
  return Number.isNaN(sum) ? 0 : Math.max(sum, 0)
}

function shiftsOf(
  groups: Iterable<Int32Array>,
  delta: Float64Array,
  profiler: Float64Array,
  noise: number | null,
): Shift[] {
  const shifts: { shift: Shift; moved: number }[] = []
  for (const rows of groups) {
    const from = rows.filter((row) => delta[row]! < 0)
    const to = rows.filter((row) => delta[row]! > 0)
    if (from.length === 0 || to.length === 0) continue
    const sum = (of: (row: number) => number): number => sumOf(Float64Array.from(rows, of))
    const net = sum((row) => delta[row]!)
    const moved = sum((row) => Math.abs(delta[row]!))
    const added = sum((row) => profiler[row]!)
    // Of the net change, anything from nothing to all that the profiler may have added is its own.
    const rest = net > 0 ? Math.max(0, net - Math.max(0, added)) : Math.max(0, -net - Math.max(0, -added))
    const error = (noise ?? 0) * Math.sqrt(rows.length)
    const isNeutral = rest <= Math.max(NEUTRAL_ERRORS * error, NEUTRAL_PART * moved)
    shifts.push({ shift: { rows, from, to, net, isNeutral }, moved })
  }
  return shifts.sort((a, b) => b.moved - a.moved).map(({ shift }) => shift)
}

/** Rows in disjoint groups. */
class Groups {
  readonly #parent: Int32Array

  constructor(allocator: Allocator, length: number) {
    this.#parent = allocator.int32(length)
    for (let row = 0; row < length; row++) this.#parent[row] = row
  }

  find(row: number): number {
    const parent = this.#parent
    let at = row
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!
      at = parent[at]!
    }
    return at
  }

  /** The smaller row stands for the group: which, does not depend on the order of the joins. */
  join(a: number, b: number): void {
    const [rootA, rootB] = [this.find(a), this.find(b)]
    this.#parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB)
  }

  /** The groups of at least two rows that are not too large. */
  *rows(): Iterable<Int32Array> {
    const { start, items } = bucketsOf(
      this.#parent.map((_, row) => this.find(row)),
      this.#parent.length,
    )
    for (let row = 0; row < this.#parent.length; row++) {
      const size = start[row + 1]! - start[row]!
      if (size >= 2 && size <= MAX_ROWS) yield items.subarray(start[row], start[row + 1])
    }
  }
}
