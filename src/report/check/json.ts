import type { CheckedAssertion } from '../../analysis/assertions/check.js'
import { JsonWriter } from '../../encode/json.js'
import { writeFunction } from '../analyze/shown-function.js'
import type { CheckReport } from './report.js'

/** A check as `callcost/check/1`: raw numbers, times and sizes in `unit`, shares from 0 to 1. */
export function* checkJson({ result, runs, base, exitCode }: CheckReport): Generator<Uint8Array> {
  const json = new JsonWriter({ linesToDepth: 2 })
  json.beginObject().key('schema').text('callcost/check/1')
  json.key('runs').beginArray()
  for (const run of runs) json.text(run)
  json.endArray().key('base').textOrNull(base).key('unit').text(result.unit)
  json.key('assertions').beginArray()
  for (const one of result.assertions) {
    writeAssertion(json, one)
    if (json.isFull) yield json.take()
  }
  json.endArray().key('verdict').text(result.verdict).key('exitCode').number(exitCode).endObject()
  yield json.take()
}

function writeAssertion(json: JsonWriter, checked: CheckedAssertion): void {
  const { assertion, level, note, comparison, value, limit, unit, verdict, profile, functions, matched } = checked
  json.beginObject().key('assert').text(assertion.text).key('level').text(level).key('note').textOrNull(note)
  json.key('comparison').textOrNull(comparison)
  json.key('value').numberOrNull(value).key('limit').numberOrNull(limit).key('unit').text(unit)
  json.key('run').textOrNull(checked.outcome.decisive?.run?.name ?? null)
  json.key('verdict').text(verdict).key('matched').number(matched)
  json.key('functions').beginArray()
  for (const fn of functions) writeFunction(json, profile, fn)
  json.endArray().key('callers').beginArray()
  for (const { caller, callee, calls, total } of checked.callers) {
    json.beginObject().key('caller')
    writeFunction(json, profile, caller)
    json.key('callee')
    writeFunction(json, profile, callee)
    json.key('calls').numberOrNull(calls).key('total').numberOrNull(total).endObject()
  }
  json.endArray().endObject()
}
