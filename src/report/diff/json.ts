import type { Diff } from '../../analysis/diff/diff.js'
import type { Pair } from '../../analysis/diff/side.js'
import { JsonWriter } from '../../encode/json.js'
import type { ExactNumber } from '../../model/numbers.js'
import { type ChangedRows, diffFunction } from './rows.js'

/** The diff as `callcost/diff/1`: raw numbers in `unit`. Keys of what is not computed yet are absent. */
export function* diffJson(diff: Diff, rows: ChangedRows): Iterable<Uint8Array> {
  const json = new JsonWriter({ linesToDepth: 2 })
  json.beginObject().key('schema').text('callcost/diff/1')
  json.key('comparable').boolean(diff.comparable)
  json.key('preflight').beginArray()
  for (const { check, ok, severity, message } of diff.preflight) json.plain({ check, ok, severity, message })
  json.endArray()
  json.key('runs').plain([1, 1]).key('unit').text(diff.unit)
  const { before, after, delta, ratio } = diff.total
  json.key('total').beginObject()
  json.key('before').number(before).key('after').number(after)
  json.key('delta').number(delta).key('ratio').numberOrNull(ratio).endObject()
  json.key('functions').beginArray()
  for (let index = 0; index < rows.length; index++) {
    const row = rows.row(index)
    const { name, file, module } = diffFunction(diff, row)
    json.beginObject().key('function').text(name).key('file').textOrNull(file).key('module').textOrNull(module)
    json.key('status').text(row.status).key('match').text(row.match)
    writePair(json.key('calls'), row.calls)
    writePair(json.key('self'), row.self)
    writePair(json.key('total'), row.total)
    writePair(json.key('selfPerCall'), row.selfPerCall)
    json.key('delta').number(row.delta).key('ratio').numberOrNull(row.ratio)
    json.key('byCalls').numberOrNull(row.split?.byCalls ?? null)
    json
      .key('byCost')
      .numberOrNull(row.split?.byCost ?? null)
      .endObject()
    if (json.isFull) yield json.take()
  }
  json.endArray().key('exitCode').number(0).endObject()
  yield json.take()
}

function writePair(json: JsonWriter, [before, after]: Pair<ExactNumber | null>): void {
  json.beginArray().numberOrNull(before).numberOrNull(after).endArray()
}
