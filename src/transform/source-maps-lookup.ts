import {
  decodedMappings,
  FlattenMap,
  type SourceMapInput,
  type SourceMapSegment,
  type TraceMap,
  traceSegment,
} from '@jridgewell/trace-mapping'
import { CallcostError } from '../errors.js'
import { NO_POSITION } from '../model/tables.js'
import type { MappedScript, OriginalFunction, OriginalPlace } from './source-maps.js'
import { GeneratedText, LAST_IDENTIFIER, OWNED } from './source-maps-text.js'

/** Characters of mappings, after which a map is refused: each makes an array of up to 100 bytes. */
const MOST_MAPPINGS = 32 * 1024 * 1024

/** Lines and columns past this are nobody's. */
const LAST_POSITION = 2 ** 31 - 2

/** Line at which a section of an index map may begin: all lines before it are made, empty. */
const LAST_SECTION_LINE = 2 ** 22

/**
 * Reads a source map: JSON of version 3, index maps too. `url` is where the map lies, as the profile would name it, and
 * sources are relative to it. With the generated `script` names are told from the text, without it from positions alone.
 * Throws {@link CallcostError} when it is no source map.
 */
export function readSourceMap(json: string, url: string, script: string | null): MappedScript {
  let map: TraceMap
  try {
    // A first line `)]}'` keeps browsers from running the map as a script.
    const parsed: unknown = JSON.parse(json.replace(/^\ufeff?\)\]\}'[^\n]*\n|^\ufeff/, ''))
    const fault = faultOf(parsed)
    if (fault !== null) throw new CallcostError('data', fault)
    map = new FlattenMap(parsed as SourceMapInput, url)
    decodedMappings(map)
  } catch (error) {
    if (error instanceof CallcostError) throw error
    throw new CallcostError('data', 'expected a source map, got JSON that is none or is damaged', { cause: error })
  }
  return new SourceMapScript(map, script === null ? null : new GeneratedText(script))
}

/** Why this is no source map that can be worked with; null when it can. */
function faultOf(json: unknown): string | null {
  if (!isObject(json)) return 'expected a source map, got other JSON'
  if (json.version !== 3) return 'expected a source map of version 3'
  if (!('sections' in json)) return mapFault(json)
  const { sections } = json
  if (!Array.isArray(sections)) return 'expected sections of an index map'
  let size = 0
  for (const section of sections as readonly unknown[]) {
    if (!isObject(section) || !isObject(section.map) || !isObject(section.offset)) {
      return 'expected sections with an offset and a map'
    }
    const { line, column } = section.offset
    if (!isPosition(line) || !isPosition(column) || line > LAST_SECTION_LINE) {
      return 'expected sections that begin at a line and a column'
    }
    const fault =
      'sections' in section.map ? 'expected maps in an index map, got one more index map' : mapFault(section.map)
    if (fault !== null) return fault
    size += String(section.map.mappings).length
  }
  return size > MOST_MAPPINGS ? `more than ${MOST_MAPPINGS} bytes of mappings` : null
}

function mapFault({ mappings, sources, names, sourceRoot }: Readonly<Record<string, unknown>>): string | null {
  if (typeof mappings !== 'string') return 'expected mappings as text'
  if (mappings.length > MOST_MAPPINGS) return `more than ${MOST_MAPPINGS} bytes of mappings`
  if (!Array.isArray(sources) || !sources.every((source) => source === null || typeof source === 'string')) {
    return 'expected a list of sources'
  }
  if (names !== undefined && !Array.isArray(names)) return 'expected a list of names'
  return sourceRoot == null || typeof sourceRoot === 'string' ? null : 'expected the root of the sources as text'
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isPosition(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LAST_POSITION
}

class SourceMapScript implements MappedScript {
  readonly #map: TraceMap
  readonly #text: GeneratedText | null

  constructor(map: TraceMap, text: GeneratedText | null) {
    this.#map = map
    this.#text = text
  }

  functionAt(name: string, line: number, column: number): OriginalFunction | null {
    if (line === 1 && column === 1) return this.#script()
    const place = this.placeAt(line, column)
    if (place === null) return null
    return { ...place, name: column === NO_POSITION ? null : this.#nameOf(name, line - 1, column - 1) }
  }

  placeAt(line: number, column: number): OriginalPlace | null {
    if (line < 1) return null
    if (column < 1) return this.#placeOfLine(line - 1)
    return this.#placeOf(traceSegment(this.#map, line - 1, column - 1))
  }

  /** What runs when the script is loaded is a function of its source, unless the script is a bundle of several. */
  #script(): OriginalFunction | null {
    const file = this.#map.resolvedSources.length === 1 ? this.#fileOf(0) : null
    return file === null ? null : { name: null, file, line: 1, column: 1 }
  }

  /** The original of a whole line, if it has one. */
  #placeOfLine(line: number): OriginalPlace | null {
    const segments = decodedMappings(this.#map)[line] ?? []
    let found: Readonly<SourceMapSegment> | null = null
    for (const segment of segments) {
      if (segment.length === 1) continue
      if (found !== null && (found[1] !== segment[1] || found[2] !== segment[2])) return null
      found = segment
    }
    const place = this.#placeOf(found)
    return place === null ? null : { ...place, column: NO_POSITION }
  }

  #placeOf(segment: Readonly<SourceMapSegment> | null): OriginalPlace | null {
    if (segment === null || segment.length === 1) return null
    const file = this.#fileOf(segment[1])
    if (file === null || !isPosition(segment[2]) || !isPosition(segment[3])) return null
    return { file, line: segment[2] + 1, column: segment[3] + 1 }
  }

  /** A source that the map does not name resolves to the folder of the map. */
  #fileOf(source: number): string | null {
    const file = this.#map.resolvedSources[source] ?? ''
    return file === '' || file.endsWith('/') ? null : file
  }

  /**
   * The original name of a function. Maps name identifiers: the one that V8 took the name from stands before the
   * definition (`function e|(`, `e=|(t)=>`), and what stands at or behind it can be a parameter.
   */
  #nameOf(name: string, line: number, column: number): string | null {
    const short = LAST_IDENTIFIER.exec(name)?.[0]
    if (short === undefined) return null
    const before = name.slice(0, -short.length)
    if (this.#text !== null) {
      const at = this.#text.identifierOf(short, line, column)
      const original = at === null ? null : this.#nameAt(at.line, at.column)
      const owner = this.#ownerOf(name, line, column)
      if (owner !== null) return `${owner}.${original ?? short}`
      return original === null ? null : before + original
    }
    // Directly before, or with one `=` or `:` between, as minifiers write it.
    const original = this.#nameAt(line, column - short.length) ?? this.#nameAt(line, column - short.length - 1)
    return original === null ? null : before + original
  }

  /** The original of `e` in `e.add`, which is what V8 calls `e.prototype.add=function(…)`. */
  #ownerOf(name: string, line: number, column: number): string | null {
    const owner = OWNED.exec(name)?.[1]
    const at = owner === undefined ? null : this.#text!.ownerOf(owner, line, column)
    return at === null ? null : this.#nameAt(at.line, at.column)
  }

  /** The name that the map has for the identifier that begins here. */
  #nameAt(line: number, column: number): string | null {
    if (column < 0) return null
    const segment = traceSegment(this.#map, line, column)
    if (segment === null || segment.length !== 5 || segment[0] !== column) return null
    const name: unknown = this.#map.names[segment[4]]
    return typeof name === 'string' && name !== '' ? name : null
  }
}
