import type { StringIndex, StringTable } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'

/** The name of code of which nothing but an address is known: the binary that it lies in, as pprof prints it. */
export function placeholderName(strings: StringTable, mappingFile: StringIndex): string {
  if (mappingFile === NONE) return '<unknown>'
  const path = strings.text(mappingFile)
  return `[${path.slice(path.lastIndexOf('/') + 1)}]`
}
