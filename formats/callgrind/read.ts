import { type Lines, lineBlocks } from '../../src/bytes/lines.js'
import type { ByteSource } from '../../src/bytes/source.js'
import { FormatError, type Place, quote } from '../../src/errors.js'
import { scaleColumn } from '../../src/model/exact-sums.js'
import { FunctionTableBuilder } from '../../src/model/function-table.js'
import { GraphBuilder } from '../../src/model/graph-builder.js'
import { makeProfile } from '../../src/model/make-profile.js'
import type { ExactNumber, NumberColumn } from '../../src/model/numbers.js'
import type { DataNote, Language, Profile, ProfileSet, Source } from '../../src/model/profile.js'
import { type CallGraph, type FunctionIndex, type FunctionTable, NO_POSITION } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import { CallTree } from './call-tree.js'
import { GraphSums } from './graph-sums.js'
import { CallgrindParser, type CallgrindSink } from './parser.js'
import { SAMPLED, UNKNOWN_CALLS } from './remarks.js'
import { type EventType, eventType } from './value-types.js'

/**
 * Reads a callgrind file: functions with what they cost line by line, and after `calls=` what a call cost with all that
 * it caused. Parts of a file and appended runs are summed. Xdebug's files become exact stacks: see {@link CallTree}.
 */
export async function readCallgrind(source: ByteSource, context: ReadContext): Promise<ProfileSet> {
  const collector = new Collector(context)
  let last: Lines | null = null
  for await (const lines of lineBlocks(source, context.allocator)) {
    last = lines
    collector.parser.block(lines)
  }
  collector.parser.end(last)
  return { profiles: [collector.finish()], active: 0 }
}

/**
 * Four times as many as valgrind has. A line of a few bytes takes a cell of each, so that a file of 1 MB could ask for
 * gigabytes.
 */
const MOST_EVENTS = 100

class Collector implements CallgrindSink {
  readonly parser: CallgrindParser
  readonly #context: ReadContext
  readonly #functions: FunctionTableBuilder
  #names: readonly string[] | null = null
  #sums: GraphSums | null = null
  #tree: CallTree | null = null

  constructor(context: ReadContext) {
    this.#context = context
    this.#functions = new FunctionTableBuilder(context.allocator)
    this.parser = new CallgrindParser(context, this.#functions, this)
  }

  events(names: readonly string[], place: Place): void {
    if (names.length === 0 || names.length > MOST_EVENTS) {
      throw new FormatError(`expected the names of 1 to ${MOST_EVENTS} events, got ${names.length}`, place)
    }
    if (this.#names !== null) {
      if (this.#names.join(' ') === names.join(' ')) return
      const [first, later] = [this.#names, names].map((list) => quote(list.join(' ')))
      throw new FormatError(`expected the events ${first} in every part, got ${later}`, place)
    }
    this.#names = names
    const { allocator } = this.#context
    const valueTypes = names.map((name) => ({ name, unit: 'count' as const }))
    const shape = { valueTypes, edgePrimitiveCalls: false, edgeSelf: names.map(() => false) }
    this.#sums = new GraphSums(allocator, new GraphBuilder(allocator, shape, this.#functions.strings), names.length)
    if (this.#creator.startsWith('xdebug')) this.#tree = new CallTree(allocator, names.length)
  }

  block(): void {
    this.#tree?.endBlock()
  }

  cost(func: FunctionIndex, line: number, costs: ArrayLike<ExactNumber>): void {
    this.#sums!.cost(func, line, costs)
    this.#tree?.cost(func, costs)
  }

  call(caller: FunctionIndex, callee: FunctionIndex, count: ExactNumber, costs: ArrayLike<ExactNumber>): void {
    this.#sums!.call(caller, callee, count, costs)
    this.#tree?.call(callee, count)
  }

  run(): void {
    this.#tree?.endRun()
  }

  finish(): Profile {
    const sums = this.#sums
    if (sums === null || this.#names === null || this.#functions.length === 0) {
      throw new FormatError('expected functions with costs, got none', {}, { hint: 'the file may have been cut off' })
    }
    const events = this.#names.map((name) => eventType(name, this.#creator))
    const valueTypes = events.map((event) => event.valueType)
    this.#tree?.endRun()
    const tree = this.#tree?.isExact ? this.#tree.stacks(this.#functions, valueTypes) : null
    const { functions, graph } = sums.table(this.#functions.finish())
    const table = this.#withLines(functions, sums)
    const common = { valueTypes, strings: this.#functions.strings, functions: table, process: this.#process }
    if (tree !== null) {
      const values = tree.samples.values.map((column, value) => scaled(column!, events[value]!))
      return makeProfile({
        ...common,
        source: this.#source('deterministic', [SELF_FIRST]),
        frames: tree.frames,
        stacks: tree.stacks,
        samples: { ...tree.samples, values },
      })
    }
    const isSampled = this.#isSampled(sums)
    const hasCalls = !isSampled && !this.parser.descriptions.includes(UNKNOWN_CALLS)
    const finished = sums.finish(graph, hasCalls)
    return makeProfile({
      ...common,
      source: this.#source(isSampled ? 'sampled' : 'deterministic', this.#notes(finished.inCycles)),
      graph: scaledGraph(finished.graph, events),
    })
  }

  get #creator(): string {
    return this.parser.fields.get('creator') ?? ''
  }

  get #process(): string | null {
    return this.parser.fields.get('pid') || null
  }

  /** pprof has no counts of calls; it does not say who it is. */
  #isSampled(sums: GraphSums): boolean {
    if (this.parser.descriptions.includes(SAMPLED)) return true
    return this.#creator === '' && this.parser.hasInstructions && sums.countsMeanNothing
  }

  /** Valgrind and pprof give the lines of code; all others begin a function with the line of its definition. */
  #withLines(functions: FunctionTable, sums: GraphSums): FunctionTable {
    if (this.#creator.startsWith('callgrind') || this.parser.hasInstructions) return functions
    const first = sums.firstLines(functions.length)
    const line = functions.line.map((known, func) => {
      if (known !== NO_POSITION || functions.file[func]! < 0) return known
      return first[func]! || NO_POSITION
    })
    return { ...functions, line }
  }

  #notes(inCycles: number): DataNote[] {
    const notes: DataNote[] = []
    if (inCycles > 0) {
      notes.push({
        code: 'cycle-totals',
        count: inCycles,
        message: `${inCycles} functions call each other in cycles: their totals are upper bounds`,
      })
    }
    if (this.#tree !== null) {
      notes.push({ code: 'no-call-tree', count: 1, message: 'the calls do not make a tree, so only sums are known' })
    }
    return notes
  }

  #source(method: Source['method'], notes: readonly DataNote[]): Partial<Source> {
    const creator = this.#creator
    const language = LANGUAGES.find(([pattern]) => pattern.test(creator))?.[1] ?? null
    const isCut = !this.parser.hasTotals && /^(callgrind|xdebug)/.test(creator)
    return {
      format: 'callgrind',
      producer: creator === '' ? null : creator,
      command: this.parser.fields.get('cmd') || null,
      language,
      method,
      notes: isCut ? [...notes, CUT] : notes,
    }
  }
}

const LANGUAGES: readonly (readonly [RegExp, Language])[] = [
  [/^callgrind/, 'native'],
  [/^xdebug/, 'php'],
  [/^(yappi|pyprof2calltree)/, 'python'],
]

const SELF_FIRST: DataNote = {
  code: 'own-time-first',
  count: 1,
  message: 'when a function was running itself between its calls is not known: it stands before them',
}

const CUT: DataNote = {
  code: 'cut-off',
  count: 1,
  message: 'the sum at the end is missing: the file may have been cut off',
}

function scaled(column: NumberColumn, { factor }: EventType): NumberColumn {
  return scaleColumn(column, factor)
}

function scaledGraph(graph: CallGraph, events: readonly EventType[]): CallGraph {
  const all = (columns: readonly NumberColumn[]): NumberColumn[] =>
    columns.map((column, value) => scaled(column, events[value]!))
  const total = graph.edges.total.map((column, value) => (column === null ? null : scaled(column, events[value]!)))
  return { ...graph, self: all(graph.self), total: all(graph.total), edges: { ...graph.edges, total } }
}
