import { expect } from 'vitest'
import { matchFunctions } from '../../../src/analysis/diff/match.js'
import { sideOf } from '../../../src/analysis/diff/side.js'
import { Allocator } from '../../../src/limits.js'
import { GraphBuilder } from '../../../src/model/graph-builder.js'
import { makeProfile } from '../../../src/model/make-profile.js'
import type { Language, Profile } from '../../../src/model/profile.js'
import { NO_POSITION, NONE } from '../../../src/model/tables.js'

/** A function whose name may have spaces, and that may have a column. */
export interface Drawn {
  readonly name: string
  readonly file?: string
  readonly line?: number
  readonly column?: number
  readonly calls?: number
  readonly self?: number
  /** Numbers of functions. */
  readonly callees?: readonly number[]
}

/** A profile with these functions in this order. */
export function profileOf(functions: readonly Drawn[], language: Language = 'python'): Profile {
  const valueTypes = [{ name: 'time', unit: 'seconds' as const }]
  const builder = new GraphBuilder(new Allocator(), { valueTypes, edgeCalls: true })
  const { strings } = builder.functions
  for (const [own, { name, file, line, column, calls = 1, self = 1 }] of functions.entries()) {
    const at = file === undefined ? NONE : strings.internText(file)
    const fn = builder.functions.intern(strings.internText(name), at, line ?? NO_POSITION, column ?? NO_POSITION)
    expect(fn).toBe(own)
    builder.cover(fn)
    builder.calls.set(fn, calls)
    builder.self[0]!.set(fn, self)
    builder.total[0]!.set(fn, self)
  }
  for (const [caller, { callees = [] }] of functions.entries()) {
    for (const callee of callees) builder.edgeCalls.set(builder.edge(caller, callee), 1)
  }
  return makeProfile({ strings, ...builder.finish(), valueTypes, source: { language } })
}

/** `level before = after` in numbers of functions; what is on one side only is left out. */
export function pairs(before: Profile, after: Profile): string[] {
  const table = matchFunctions(sideOf([before], [0], 'seconds'), sideOf([after], [0], 'seconds'))
  return Array.from({ length: table.length }, (_, row) => row)
    .filter((row) => table.before[row] !== NONE && table.after[row] !== NONE)
    .map((row) => `${table.level(row)} ${table.before[row]} = ${table.after[row]}`)
}
