import type { JsonWriter } from '../../src/encode/json.js'
import type { Profile } from '../../src/model/profile.js'
import { NO_POSITION, NONE } from '../../src/model/tables.js'
import { ANONYMOUS, EVAL_PREFIX } from './node-columns.js'

/** Writes where a function is, as the DevTools protocol has it: lines and columns from 0, -1 for none. */
export function writeCallFrame(json: JsonWriter, profile: Profile, func: number, scripts: Int32Array): void {
  const { functions, strings } = profile
  const name = strings.text(functions.name[func]!)
  const file = functions.file[func]!
  const url = file === NONE ? '' : strings.text(file)
  const isEval = url.startsWith(EVAL_PREFIX)
  json
    .beginObject()
    .key('functionName')
    .text(name === ANONYMOUS ? '' : name)
  json.key('scriptId').text(isEval ? url.slice(EVAL_PREFIX.length) : String(scripts[func]))
  json.key('url').text(isEval ? '' : url)
  json.key('lineNumber').number(zeroBased(functions.line[func]!))
  json.key('columnNumber').number(zeroBased(functions.column[func]!))
  json.endObject()
}

function zeroBased(position: number): number {
  return position === NO_POSITION ? -1 : position - 1
}

/** function → a number for its file; 0 for native code. The ids of the recording are not kept: they differ per run. */
export function scriptIds({ functions, strings }: Profile): Int32Array {
  const idOf = new Int32Array(strings.length)
  let next = 1
  return functions.file.map((file) => {
    if (file === NONE) return 0
    if (idOf[file] === 0) idOf[file] = next++
    return idOf[file]!
  })
}
