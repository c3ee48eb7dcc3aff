import type { Bound, WhatIf } from '../../analysis/what-if/what-if.js'
import { JsonWriter } from '../../encode/json.js'
import { writeFunction } from '../analyze/shown-function.js'

/** Edits as `callcost/whatif/1`: raw numbers in `unit`. */
export function* whatIfJson({ model, total, edits }: WhatIf): Generator<Uint8Array> {
  const { profile, type } = model.measure
  const json = new JsonWriter({ linesToDepth: 2 })
  json.beginObject().key('schema').text('callcost/whatif/1')
  json.key('valueType').text(type.name).key('unit').text(type.unit)
  json.key('basis').text(model.basis)
  json.key('total').beginObject()
  json.key('before').number(total.before).key('after').number(total.after).key('saving').number(total.saving)
  writeBound(json, total.bound)
  json.endObject().key('edits').beginArray()
  for (const { edit, solo, joint, bound } of edits) {
    json.beginObject().key('edit').text(edit.text)
    for (const [key, functions] of [
      ['functions', edit.functions],
      ['callers', edit.callers],
    ] as const) {
      json.key(key)
      if (functions === null) {
        json.nothing()
        continue
      }
      json.beginArray()
      for (const fn of functions) {
        writeFunction(json, profile, fn)
        if (json.isFull) yield json.take()
      }
      json.endArray()
    }
    json.key('calls')
    if (edit.calls === null) json.nothing()
    else json.beginArray().number(edit.calls.before).number(edit.calls.after).endArray()
    json.key('solo').number(solo).key('share').numberOrNull(joint)
    writeBound(json, bound)
    json.endObject()
  }
  json.endArray().endObject()
  yield json.take()
}

function writeBound(json: JsonWriter, { saving, speedup }: Bound): void {
  json.key('bound').beginObject().key('saving').number(saving).key('speedup').numberOrNull(speedup).endObject()
}
