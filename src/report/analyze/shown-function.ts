import { nameOfFunction, shownName } from '../../analysis/function-text.js'
import type { JsonWriter } from '../../encode/json.js'
import { escapeForTerminal, fitToWidth } from '../../encode/terminal.js'
import { describeFunction, placeOfFunction } from '../../model/modules/describe-function.js'
import type { Profile } from '../../model/profile.js'
import type { FunctionIndex } from '../../model/tables.js'

/** Longest name inside a sentence. */
const MAX_NAME = 60

/** `records.py:16`, as a cell; empty for built-ins. */
export function placeCell(profile: Profile, fn: FunctionIndex): string {
  const { file, line } = placeOfFunction(profile, fn)
  return file === null ? '' : `${file}${line === null ? '' : `:${line}`}`
}

/** The name of a function inside a sentence: on one line, and short. */
export function sentenceName(profile: Profile, fn: FunctionIndex): string {
  return sentenceText(shownName(profile, fn))
}

export function sentenceText(text: string): string {
  return fitToWidth(escapeForTerminal(text), MAX_NAME)
}

/** `function`, `file`, `line`, `column`, `module` of a function, as machines are told: the name is the source's own. */
export function functionCells(
  profile: Profile,
  fn: FunctionIndex,
): readonly [string, string | null, number | null, number | null, string | null] {
  const { file, line, column } = placeOfFunction(profile, fn)
  return [nameOfFunction(profile, fn), file, line, column, describeFunction(profile, fn).module]
}

/** The three keys by which edges name a function. */
export function writeFunction(json: JsonWriter, profile: Profile, fn: FunctionIndex): void {
  const [name, file, line] = functionCells(profile, fn)
  json.beginObject().key('function').text(name).key('file').textOrNull(file).key('line').numberOrNull(line).endObject()
}
