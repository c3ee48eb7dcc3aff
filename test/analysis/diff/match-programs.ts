import type { MatchTable } from '../../../src/analysis/diff/match.js'
import { type Side, sideOf } from '../../../src/analysis/diff/side.js'
import { Allocator } from '../../../src/limits.js'
import { GraphBuilder } from '../../../src/model/graph-builder.js'
import { makeProfile } from '../../../src/model/make-profile.js'
import { NONE } from '../../../src/model/tables.js'

/** A function of a made-up program. `id` stays what it is whatever it is called and wherever it lies. */
export interface Member {
  readonly id: number
  readonly name: string
  /** Null for built-ins. */
  readonly file: string | null
  readonly line: number
  readonly self: number
}

export interface Call {
  /** Ids. */
  readonly caller: number
  readonly callee: number
  /** Calls per call of the caller. */
  readonly per: number
}

/** Members in the order of their calls: callers come first. */
export interface Program {
  readonly members: readonly Member[]
  readonly calls: readonly Call[]
}

export type Random = () => number

/** Numbers from 0 to 1, the same for the same seed. */
export function seeded(seed: number): Random {
  let state = seed + 0x9e3779b9
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let hash = Math.imul(state ^ (state >>> 15), 1 | state)
    hash = (hash + Math.imul(hash ^ (hash >>> 7), 61 | hash)) ^ hash
    return ((hash ^ (hash >>> 14)) >>> 0) / 2 ** 32
  }
}

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!

const VERBS = ['parse', 'load', 'render', 'write', 'check', 'fetch', 'merge', 'build', 'find', 'apply', 'read', 'sort']
const NOUNS = ['node', 'row', 'page', 'user', 'item', 'table', 'query', 'cache', 'path', 'token', 'config', 'price']

export function newName(random: Random, id: number): string {
  return `${pick(random, VERBS)}_${pick(random, NOUNS)}${random() < 0.7 ? `_${pick(random, NOUNS)}` : ''}_${id}`
}

/** A program of `size` functions in files of about ten, a tenth of them in a package, with lambdas and built-ins. */
export function program(random: Random, size: number, fanOut = 3): Program {
  const members: Member[] = []
  const calls: Call[] = []
  const builtins = Math.max(3, Math.floor(size / 20))
  const own = size - builtins
  const lines = new Map<string, number>()
  for (let id = 0; id < size; id++) {
    const isBuiltin = id >= own
    const number = Math.floor(id / 10)
    const file = isBuiltin
      ? null
      : number % 10 === 9
        ? `/usr/lib/python3.11/site-packages/pkg${number % 3}/mod${number}.py`
        : `/srv/app/part${number % 4}/mod${number}.py`
    const line = file === null ? 0 : (lines.get(file) ?? 1) + 3 + Math.floor(random() * 30)
    if (file !== null) lines.set(file, line)
    const chance = random()
    const name = isBuiltin
      ? `<built-in method mod.f${id}>`
      : chance < 0.06
        ? '<lambda>'
        : chance < 0.12
          ? pick(random, ['__init__', 'run', 'close', 'main'])
          : newName(random, id)
    members.push({ id, name, file, line, self: random() * random() * 10 })
    if (id === 0) continue
    // What is defined near by calls it, or anything; a few functions are called by many.
    const callers = isBuiltin
      ? 1 + Math.floor(random() * random() * size * 0.2)
      : 1 + Math.floor(random() * (fanOut - 1) * 2)
    for (let call = 0; call < callers; call++) {
      const near = random() < 0.6 ? id - 1 - Math.floor(random() * Math.min(id, 30)) : Math.floor(random() * id)
      const caller = Math.min(near, own - 1)
      if (calls.some((other) => other.caller === caller && other.callee === id && call > 0)) continue
      calls.push({ caller, callee: id, per: pick(random, [1, 1, 1, 1, 2, 3, 8, 0.5]) })
    }
  }
  return { members, calls }
}

/** The program as a side of a diff, and the id of each of its functions. `order` gives the order of the tables. */
export function sideOfProgram({ members, calls }: Program, shuffle?: Random): { side: Side; ids: Int32Array } {
  const count = new Map<number, number>()
  const edges = new Map<string, { caller: number; callee: number; calls: number }>()
  const byCaller = new Map<number, Call[]>()
  for (const call of calls) byCaller.set(call.caller, [...(byCaller.get(call.caller) ?? []), call])
  const sorted = [...members].sort((a, b) => a.id - b.id)
  for (const { id } of sorted) {
    const own = count.get(id) ?? 1
    for (const { callee, per } of byCaller.get(id) ?? []) {
      const made = Math.min(1e9, Math.ceil(own * per))
      count.set(callee, Math.min(1e12, (count.get(callee) ?? 0) + made))
      edges.set(`${id} ${callee}`, { caller: id, callee, calls: made })
    }
  }
  const rows = shuffle === undefined ? members : shuffled(shuffle, members)
  const builder = new GraphBuilder(new Allocator(), {
    valueTypes: [{ name: 'time', unit: 'seconds' }],
    edgeCalls: true,
  })
  const ids = new Int32Array(members.length)
  const fnOf = new Map<number, number>()
  for (const { id, name, file, line, self } of rows) {
    const { strings } = builder.functions
    const at = file === null ? NONE : strings.internText(file)
    const fn = builder.functions.intern(strings.internText(name), at, line)
    builder.cover(fn)
    ids[fn] = id
    fnOf.set(id, fn)
    builder.calls.set(fn, count.get(id) ?? 1)
    builder.primitiveCalls.set(fn, count.get(id) ?? 1)
    builder.self[0]!.set(fn, self)
    builder.total[0]!.set(fn, self)
  }
  const list = [...edges.values()]
  for (const { caller, callee, calls: made } of shuffle === undefined ? list : shuffled(shuffle, list)) {
    const edge = builder.edge(fnOf.get(caller)!, fnOf.get(callee)!)
    builder.edgeCalls.set(edge, made)
  }
  const profile = makeProfile({
    strings: builder.functions.strings,
    ...builder.finish(),
    valueTypes: [{ name: 'time', unit: 'seconds' }],
  })
  return { side: sideOf([profile], [0], 'seconds'), ids }
}

export function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const rows = [...list]
  for (let at = rows.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    ;[rows[at], rows[other]] = [rows[other]!, rows[at]!]
  }
  return rows
}

/** The program with a share of its own functions changed. */
export function changed(
  { members, calls }: Program,
  random: Random,
  share: number,
  change: (member: Member) => Member,
): Program {
  const isOwn = ({ file, name }: Member): boolean => file !== null && !name.startsWith('<')
  return { members: members.map((member) => (isOwn(member) && random() < share ? change(member) : member)), calls }
}

/** Takes a share of the functions that nothing depends on for its place away, and adds as many others. */
export function replaced({ members, calls }: Program, random: Random, share: number): Program {
  const gone = new Set(
    members.filter(({ id, file }) => id > 0 && file !== null && random() < share).map(({ id }) => id),
  )
  const kept = calls.filter(({ caller, callee }) => !gone.has(caller) && !gone.has(callee))
  const left = members.filter(({ id }) => !gone.has(id))
  const added: Member[] = []
  for (let at = 0; at < gone.size; at++) {
    const id = members.length + at
    const beside = pick(
      random,
      left.filter(({ file }) => file !== null),
    )
    added.push({ id, name: newName(random, id), file: beside.file, line: beside.line + 1, self: random() })
    kept.push({ caller: beside.id, callee: id, per: pick(random, [1, 1, 1, 2, 3]) })
    for (let call = random() < 0.5 ? 0 : 2; call > 0; call--) {
      const below = left.filter(({ id: other }) => other > beside.id)
      if (below.length > 0) kept.push({ caller: id, callee: pick(random, below).id, per: pick(random, [1, 2, 8]) })
    }
  }
  // Callees follow their callers: an added function takes the number behind its caller's.
  return { members: [...left, ...added], calls: kept }
}

export interface Judged {
  /** Functions that are on both sides. */
  readonly all: number
  /** Pairs made; of them, those of two different functions. */
  readonly pairs: number
  readonly wrong: number
}

export function judge(table: MatchTable, before: Int32Array, after: Int32Array): Judged {
  const ids = new Set(before)
  let all = 0
  for (const id of after) if (ids.has(id)) all++
  let pairs = 0
  let wrong = 0
  for (let row = 0; row < table.length; row++) {
    if (table.before[row] === NONE || table.after[row] === NONE) continue
    pairs++
    if (before[table.before[row]!] !== after[table.after[row]!]) wrong++
  }
  return { all, pairs, wrong }
}
