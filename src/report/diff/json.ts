import type { ChangeVerdict } from '../../analysis/assertions/judgement.js'
import type { CauseTerm } from '../../analysis/diff/blame/cause-term.js'
import type { Cause } from '../../analysis/diff/blame/causes.js'
import type { Diff } from '../../analysis/diff/diff.js'
import { growthOf } from '../../analysis/diff/growth.js'
import type { Pair } from '../../analysis/diff/side.js'
import { JsonWriter } from '../../encode/json.js'
import type { ExactNumber } from '../../model/numbers.js'
import { sourceName } from './row-name.js'
import { type ChangedRows, diffFunction } from './rows.js'

/** What the rules of --fail-on and --warn-on came to. */
export interface GateResults {
  readonly list: readonly ChangeVerdict[]
  readonly exitCode: number
}

type Ci = readonly [low: number, high: number] | null

/** 95 % of a normal distribution lie within so many standard errors. */
const NORMAL_95 = 1.96

/** The diff as `callcost/diff/1`: raw numbers in `unit`. */
export function* diffJson(
  diff: Diff,
  rows: ChangedRows,
  gates: GateResults,
  scale: number | null,
): Iterable<Uint8Array> {
  const json = new JsonWriter({ linesToDepth: 2 })
  json.beginObject().key('schema').text('callcost/diff/1')
  json.key('comparable').boolean(diff.comparable)
  json.key('preflight').beginArray()
  for (const { check, ok, severity, message } of diff.preflight) json.plain({ check, ok, severity, message })
  json.endArray()
  json.key('runs').plain(diff.runs).key('unit').text(diff.unit)
  writeTotal(json, diff)
  json.key('speedFactor').numberOrNull(diff.judgement.speedFactor)
  json.key('explained').numberOrNull(diff.causes.explained)
  json.key('causes').beginArray()
  for (const cause of diff.causes.list) for (const term of cause.terms) writeCause(json, diff, cause, term)
  json.endArray()
  json.key('shifts').beginArray()
  for (const { from, to, net, isNeutral } of diff.shifts) {
    const names = (list: Int32Array): string[] => Array.from(list, (row) => sourceName(diff, row))
    json.plain({ from: names(from), to: names(to), net, neutral: isNeutral })
  }
  json.endArray()
  json.key('functions').beginArray()
  for (let index = 0; index < rows.length; index++) {
    writeFunction(json, diff, rows.row(index))
    if (json.isFull) yield json.take()
  }
  json.endArray()
  if (scale !== null) writeGrowth(json, diff, scale)
  json.key('gates').beginArray()
  for (const { rule, value, ci, verdict, basis, functions } of gates.list) {
    json.plain({ rule: rule.text, value, ci, verdict, basis, functions })
  }
  json.endArray()
  json.key('verdict').text(diff.judgement.verdict)
  json.key('exitCode').number(gates.exitCode).endObject()
  yield json.take()
}

function writeGrowth(json: JsonWriter, diff: Diff, scale: number): void {
  json.key('growth').beginObject().key('scale').number(scale).key('functions').beginArray()
  for (const { row, callsExponent, selfExponent, caller } of growthOf(diff.graph, scale)) {
    const called = caller < 0 ? null : sourceName(diff, caller)
    json.plain({ function: sourceName(diff, row), callsExponent, selfExponent, caller: called })
  }
  json.endArray().endObject()
}

function writeTotal(json: JsonWriter, { total: { before, after, delta, ratio }, judgement: { program } }: Diff): void {
  json.key('total').beginObject()
  json.key('before').number(before).key('after').number(after)
  json.key('delta').number(delta).key('ratio').numberOrNull(ratio)
  writeCi(json, program.ci)
  json.key('verdict').textOrNull(program.verdict)
  json.key('runsNeeded').numberOrNull(program.runsNeeded).endObject()
}

function writeCause(json: JsonWriter, diff: Diff, { row }: Cause, term: CauseTerm): void {
  const { kind, callee, delta, error, share, calls, perCall } = term
  json.beginObject().key('kind').text(kind).key('function').text(sourceName(diff, row))
  json.key('callee').textOrNull(callee < 0 ? null : sourceName(diff, callee))
  json.key('delta').number(delta)
  writeCi(json, error === null ? null : [delta - NORMAL_95 * error, delta + NORMAL_95 * error])
  json.key('share').numberOrNull(share)
  writePair(json.key('calls'), calls)
  writePair(json.key('perCall'), perCall)
  json.key('match').text(diff.matches.level(row)).endObject()
}

function writeFunction(json: JsonWriter, diff: Diff, row: ReturnType<ChangedRows['row']>): void {
  const { name, file, module } = diffFunction(diff, row)
  json.beginObject().key('function').text(name).key('file').textOrNull(file).key('module').textOrNull(module)
  json.key('status').text(row.status).key('match').text(row.match)
  writePair(json.key('calls'), row.calls)
  writePair(json.key('self'), row.self)
  writePair(json.key('total'), row.total)
  writePair(json.key('selfPerCall'), row.selfPerCall)
  json.key('delta').number(row.delta).key('ratio').numberOrNull(row.ratio)
  json.key('byCalls').numberOrNull(row.split?.byCalls ?? null)
  json.key('byCost').numberOrNull(row.split?.byCost ?? null)
  writeCi(json, row.judgement.ci)
  json.key('q').numberOrNull(row.judgement.q)
  json.key('verdict').textOrNull(row.judgement.verdict)
  json.key('runsNeeded').numberOrNull(row.judgement.runsNeeded).endObject()
}

function writeCi(json: JsonWriter, ci: Ci): void {
  json.key('ci')
  if (ci === null) json.plain(null)
  else json.beginArray().numberOrNull(finite(ci[0])).numberOrNull(finite(ci[1])).endArray()
}

/** JSON has no infinity, and an end that is unknown is none. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

function writePair(json: JsonWriter, [before, after]: Pair<ExactNumber | null>): void {
  json.beginArray().numberOrNull(before).numberOrNull(after).endArray()
}
