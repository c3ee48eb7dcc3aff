import { Allocator } from '../../src/limits.js'
import { callGraph } from '../../src/model/call-graph.js'
import { GraphBuilder } from '../../src/model/graph-builder.js'
import { makeProfile, type ProfileParts } from '../../src/model/make-profile.js'
import { type ExactNumber, exactAt, type NumberColumn } from '../../src/model/numbers.js'
import type { Profile, ValueType } from '../../src/model/profile.js'
import { StackBuilder } from '../../src/model/stack-builder.js'
import { type FunctionIndex, NO_POSITION, NONE } from '../../src/model/tables.js'

/** What a drawing may say besides its lines. */
export type DrawOptions = Partial<Omit<ProfileParts, 'strings' | 'functions'>>

const COUNT: readonly ValueType[] = [{ name: 'samples', unit: 'count' }]
const TIME: readonly ValueType[] = [{ name: 'time', unit: 'seconds' }]

/**
 * Draws a profile with stacks, one sample a line: frames from the root, then one number a value type, then optionally
 * how often the last frame was entered. A frame is a name, or `name@file:line` with the line of the definition.
 *
 *     stacks(`
 *       main;parse;read 5
 *       main;parse 2 3x
 *     `)
 */
export function stacks(drawing: string, options: DrawOptions = {}): Profile {
  const valueTypes = options.valueTypes ?? COUNT
  const rows = lines(drawing)
  const spans = rows.some((row) => /\s\d+x$/.test(row))
  const builder = new StackBuilder(new Allocator(), { valueTypes, spans })
  for (const row of rows) {
    const [path = '', ...words] = row.split(/\s+/)
    const entries = words.at(-1)?.endsWith('x') ? Number(words.pop()?.slice(0, -1)) : 0
    let stack = NONE
    for (const frame of path === '-' ? [] : path.split(';')) {
      stack = builder.stack(stack, builder.frame(functionOf(builder.functions, frame)))
    }
    if (spans && stack !== NONE) builder.calls.add(stack, entries)
    builder.sample(stack, words.map(parseNumber))
  }
  const finished = builder.finish()
  const samples = { ...finished.samples, continued: null }
  return makeProfile({ strings: builder.functions.strings, ...finished, samples, valueTypes, ...options })
}

/**
 * Draws a call graph, one function or edge a line, in any order: `Nx` or `N/Px` are calls and primitive calls, `self`
 * and `total` take one number a value type, separated by commas. What is not said is 0 for functions, unknown for edges.
 *
 *     graph(`
 *       main 1x self=1 total=10
 *       main -> fib 1x total=9
 *       fib 5/1x self=9 total=9
 *       fib -> fib 4/2x self=8 total=8
 *     `)
 */
export function graph(drawing: string, options: DrawOptions = {}): Profile {
  const valueTypes = options.valueTypes ?? TIME
  const rows = lines(drawing)
  const counted = rows.some((row) => /\s-?\d+(\/-?\d+)?x(\s|$)/.test(row))
  const builder = new GraphBuilder(new Allocator(), {
    valueTypes,
    calls: counted,
    edgeCalls: counted,
    edgePrimitiveCalls: counted,
    edgeSelf: valueTypes.map(() => rows.some((row) => /->.*self=/.test(row))),
    edgeTotal: valueTypes.map(() => rows.some((row) => /->.*total=/.test(row))),
  })
  for (const row of rows) {
    const words = row.split(/\s+/)
    const own = functionOf(builder.functions, words.shift() ?? '')
    builder.cover(own)
    if (words[0] === '->') {
      const callee = functionOf(builder.functions, words[1] ?? '')
      builder.cover(callee)
      const at = builder.edge(own, callee)
      for (const word of words.slice(2)) {
        setCell(word, at, builder.edgeCalls, builder.edgePrimitiveCalls, builder.edgeSelf, builder.edgeTotal)
      }
    } else {
      for (const word of words) setCell(word, own, builder.calls, builder.primitiveCalls, builder.self, builder.total)
    }
  }
  return makeProfile({ strings: builder.functions.strings, ...builder.finish(), valueTypes, ...options })
}

/** The costs of one function or edge, as tests compare them. Unknown is null. */
export interface Costs {
  readonly calls: ExactNumber | null
  readonly primitiveCalls: ExactNumber | null
  readonly self: ExactNumber | null
  readonly total: ExactNumber | null
}

/** Every function of a profile's call graph, by name. */
export function functionCosts(profile: Profile, value = profile.defaultValue): Record<string, Costs> {
  const derived = callGraph(profile)
  const costs: Record<string, Costs> = {}
  for (let fn = 0; fn < derived.length; fn++) {
    costs[nameOf(profile, fn)] = {
      calls: cell(derived.calls, fn),
      primitiveCalls: cell(derived.primitiveCalls, fn),
      self: cell(derived.self[value] ?? null, fn),
      total: cell(derived.total[value] ?? null, fn),
    }
  }
  return costs
}

/** Every edge of a profile's call graph, under `caller -> callee`. */
export function edgeCosts(profile: Profile, value = profile.defaultValue): Record<string, Costs> {
  const { edges } = callGraph(profile)
  const costs: Record<string, Costs> = {}
  for (let edge = 0; edge < edges.length; edge++) {
    costs[`${nameOf(profile, edges.caller[edge]!)} -> ${nameOf(profile, edges.callee[edge]!)}`] = {
      calls: cell(edges.calls, edge),
      primitiveCalls: cell(edges.primitiveCalls, edge),
      self: cell(edges.self[value] ?? null, edge),
      total: cell(edges.total[value] ?? null, edge),
    }
  }
  return costs
}

/** The samples of a profile as `main;a;b 5`, in order. */
export function sampleLines(profile: Profile): string[] {
  const { samples, stacks: table, frames } = profile
  if (samples === null || table === null || frames === null) return []
  return Array.from({ length: samples.length }, (_, sample) => {
    const path: string[] = []
    for (let stack = samples.stack[sample]!; stack !== NONE; stack = table.parent[stack]!) {
      path.push(nameOf(profile, frames.function[table.frame[stack]!]!))
    }
    const values = samples.values.map((column) => String(column === null ? null : exactAt(column, sample)))
    return `${path.reverse().join(';')} ${values.join(' ')}`
  })
}

/** The name of a function, with its file and line where it has them, as in a drawing. */
export function nameOf({ strings, functions }: Profile, fn: FunctionIndex): string {
  const file = functions.file[fn]!
  const line = functions.line[fn]!
  const at = file === NONE ? '' : `@${strings.text(file)}${line === NO_POSITION ? '' : `:${line}`}`
  return `${strings.text(functions.name[fn]!)}${at}`
}

function lines(drawing: string): string[] {
  return drawing
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function functionOf(functions: StackBuilder['functions'], text: string): FunctionIndex {
  const match = /^(.*?)@(.*?)(?::(\d+))?$/.exec(text)
  if (match === null) return functions.internText(text)
  return functions.internText(match[1]!, match[2]!, match[3] === undefined ? NO_POSITION : Number(match[3]))
}

function setCell(
  word: string,
  row: number,
  calls: GraphBuilder['calls'],
  primitiveCalls: GraphBuilder['calls'],
  self: GraphBuilder['self'],
  total: GraphBuilder['total'],
): void {
  const count = /^(-?\d+)(?:\/(-?\d+))?x$/.exec(word)
  if (count !== null) {
    calls.set(row, parseNumber(count[1]!))
    primitiveCalls.set(row, parseNumber(count[2] ?? count[1]!))
    return
  }
  const [key, numbers = ''] = word.split('=')
  if (key !== 'self' && key !== 'total') throw new Error(`cannot draw ${word}`)
  const columns = key === 'self' ? self : total
  numbers.split(',').forEach((text, value) => {
    columns[value]!.set(row, parseNumber(text))
  })
}

function parseNumber(text: string): ExactNumber {
  const value = Number(text)
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(value) ? BigInt(text) : value
}

function cell(column: NumberColumn | null, row: number): ExactNumber | null {
  const value = column === null ? Number.NaN : exactAt(column, row)
  return Number.isNaN(value) ? null : value
}
