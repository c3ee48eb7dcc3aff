import { CallcostError } from '../errors.js'
import { SourceMapFolder } from '../io/source-map-files.js'
import type { Profile } from '../model/profile.js'
import { NONE } from '../model/tables.js'
import type { ReadResult } from '../pipeline/read.js'
import { applySourceMaps, type MappedScript } from '../transform/source-maps.js'
import { readSourceMap } from '../transform/source-maps-lookup.js'
import type { Context } from './command.js'

/** Bytes of a file's name or URL; longer ones hold the script itself. */
const LONGEST_URL = 4096

/** The profiles with functions named and placed by the source maps in a folder; tells how many, and what is wrong. */
export async function withSourceMaps(
  results: readonly ReadResult[],
  path: string,
  context: Context,
): Promise<ReadResult[]> {
  const folder = await SourceMapFolder.open(path)
  const matches = await folder.match(scriptsOf(results))
  const scripts = new Map<string, MappedScript>()
  for (const [script, file] of matches) {
    const files = await folder.read(script, file)
    if (files === null) continue
    try {
      scripts.set(script, readSourceMap(files.map, files.url, files.script))
    } catch (error) {
      if (!(error instanceof CallcostError)) throw error
      folder.problems.push({ path: files.path, message: error.message })
    }
  }
  for (const problem of folder.problems) context.warn(`${path}: ${problem.path}: ${problem.message}`)
  return results.map((result) => {
    let count = 0
    const profiles = result.set.profiles.map((profile) => {
      const mapped = applySourceMaps(profile, (file) => scripts.get(file) ?? null)
      count += mapped.count
      return mapped.profile
    })
    if (count === 0) context.warn(`${result.name}: no function has a source map in ${path}`)
    else context.note(`${result.name}: ${count} ${count === 1 ? 'function is' : 'functions are'} named by source maps`)
    return { ...result, set: { ...result.set, profiles } }
  })
}

/** The files of all functions, each text once. */
function scriptsOf(results: readonly ReadResult[]): Set<string> {
  const scripts = new Set<string>()
  for (const { set } of results) for (const profile of set.profiles) addScripts(profile, scripts)
  return scripts
}

function addScripts({ source, strings, functions }: Profile, scripts: Set<string>): void {
  if (source.language !== null && source.language !== 'javascript') return
  const seen = new Uint8Array(strings.length)
  for (let fn = 0; fn < functions.length; fn++) {
    const file = functions.file[fn]!
    if (file === NONE || seen[file] === 1) continue
    seen[file] = 1
    if (strings.bytes(file).length <= LONGEST_URL) scripts.add(strings.text(file))
  }
}
