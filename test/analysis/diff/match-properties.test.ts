import { describe, expect, it } from 'vitest'
import { matchFunctions } from '../../../src/analysis/diff/match.js'
import { NONE } from '../../../src/model/tables.js'
import {
  changed,
  type Judged,
  judge,
  type Member,
  newName,
  type Program,
  program,
  type Random,
  replaced,
  seeded,
  sideOfProgram,
} from './match-programs.js'

const SEEDS = Array.from({ length: 6 }, (_, seed) => seed)

const elsewhere = (member: Member, of: (number: number) => string): Member => ({
  ...member,
  file: member.file?.replace(/mod(\d+)/, (_, number) => of(Number(number))) ?? null,
})

const renamed = (before: Program, random: Random): Program =>
  changed(before, random, 0.1, (member) => ({ ...member, name: newName(random, member.id + 10_000) }))

const moved = (before: Program, random: Random): Program =>
  changed(before, random, 0.1, (member) => elsewhere(member, () => `mod${Math.floor(random() * 20)}`))

function judged(before: Program, after: Program): Judged {
  const [a, b] = [sideOfProgram(before), sideOfProgram(after)]
  return judge(matchFunctions(a.side, b.side), a.ids, b.ids)
}

/** The rows of a match by ids, sorted: what must not depend on the order of tables. */
function rowsById(before: Program, after: Program, order?: Random): string[] {
  const [a, b] = [sideOfProgram(before, order), sideOfProgram(after, order)]
  const table = matchFunctions(a.side, b.side)
  return Array.from({ length: table.length }, (_, row) => {
    const [own, other] = [table.before[row]!, table.after[row]!]
    return `${own === NONE ? '-' : a.ids[own]} ${other === NONE ? '-' : b.ids[other]} ${table.level(row)}`
  }).sort()
}

/** Everything at once: replaced, renamed and moved functions, other lines. */
function reworked(before: Program, random: Random): Program {
  const next = moved(renamed(replaced(before, random, 0.05), random), random)
  return { ...next, members: next.members.map((member) => ({ ...member, line: member.line + (member.line >> 4) })) }
}

describe('matchFunctions', () => {
  it('finds every function again when all files have other names, or all lines are others', () => {
    for (const seed of SEEDS) {
      const random = seeded(seed)
      const before = program(random, 60 + seed * 10)
      const files = before.members.map((member) => elsewhere(member, (number) => `part_${(number * 7919) % 1009}`))
      const all = before.members.length
      expect(judged(before, { ...before, members: files })).toEqual({ all, pairs: all, wrong: 0 })
      const lines = before.members.map((member) => ({ ...member, line: member.line + 41 }))
      expect(judged(before, { ...before, members: lines })).toEqual({ all, pairs: all, wrong: 0 })
    }
  })

  it('does not depend on which side is which, nor on the order of functions and edges', () => {
    for (const seed of SEEDS) {
      const random = seeded(seed)
      const before = program(random, 150)
      const after = reworked(before, random)
      const rows = rowsById(before, after)
      const mirrored = rowsById(after, before).map((row) => row.replace(/^(\S+) (\S+)/, '$2 $1'))
      expect(mirrored.sort()).toEqual(rows)
      expect(rowsById(before, after, seeded(seed + 100))).toEqual(rows)
    }
  })

  it.each<[string, (before: Program, random: Random) => Program]>([
    ['renamed', renamed],
    ['moved', moved],
    ['replaced', (before: Program, random: Random) => replaced(before, random, 0.1)],
    ['renamed, moved and replaced', reworked],
  ])('pairs almost all rightly and 1 in 100 wrongly at most: functions %s', (_, change) => {
    const sum = { all: 0, pairs: 0, wrong: 0 }
    for (const seed of SEEDS) {
      const random = seeded(seed + 1000)
      const before = program(random, 200)
      const { all, pairs, wrong } = judged(before, change(before, random))
      sum.all += all
      sum.pairs += pairs
      sum.wrong += wrong
    }
    expect(sum.wrong / sum.pairs).toBeLessThanOrEqual(0.01)
    expect((sum.pairs - sum.wrong) / sum.all).toBeGreaterThanOrEqual(change === reworked ? 0.97 : 0.99)
  })

  it('does not pair what was rewritten with what it replaced', () => {
    // A tenth is gone, another tenth is new, and every count is 1 or 2: little that tells one from another.
    const sum = { all: 0, pairs: 0, wrong: 0 }
    for (const seed of SEEDS) {
      const random = seeded(seed + 2000)
      const drawn = program(random, 120)
      const before = { ...drawn, calls: drawn.calls.map((call) => ({ ...call, per: 1 })) }
      const { pairs, wrong } = judged(before, replaced(before, random, 0.1))
      sum.pairs += pairs
      sum.wrong += wrong
    }
    expect(sum.wrong / sum.pairs).toBeLessThanOrEqual(0.01)
  })

  it('guesses next to nothing where everything has another name', () => {
    const random = seeded(7)
    const size = 1500
    const members: Member[] = []
    const calls: { caller: number; callee: number; per: number }[] = []
    for (let id = 0; id < size; id++) {
      members.push({ id, name: `f${id}`, file: `/srv/app/m${id % 500}.py`, line: id, self: 1 })
      // Every function is called by the first hundred as well: hubs are no candidates' way to each other.
      if (id > 0) calls.push({ caller: Math.floor(random() * id), callee: id, per: 1 })
      if (id > 100) calls.push({ caller: id % 100, callee: id, per: 1 })
    }
    const other = members.map((member) => (member.id < 100 ? member : { ...member, name: `g${member.id}` }))
    const [a, b] = [sideOfProgram({ members, calls }), sideOfProgram({ members: other, calls })]
    const table = matchFunctions(a.side, b.side)
    expect(judge(table, a.ids, b.ids).wrong).toBeLessThanOrEqual(table.counts.renamed / 100)
  })
})
