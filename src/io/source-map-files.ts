import { type FileHandle, open, opendir, realpath, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { CallcostError } from '../errors.js'
import { dataUrlText, pathNames, sourceMapReference, urlBeside } from '../transform/source-maps-url.js'
import { systemReason } from './system-error.js'

/** Bytes of a script or a source map; the largest bundles known have a tenth. */
const LARGEST_FILE = 256 * 1024 * 1024

/** Files and folders that are looked through at most. */
const MOST_ENTRIES = 500_000

/** Folders that hold no scripts of the profile, or whose scripts are looked up by their path. */
const SKIPPED = new Set(['node_modules', '.git'])

/** A script of a profile with its source map, both as text. */
export interface ScriptFiles {
  /** The source map's path below the folder, or the script's when the map is inside of it. */
  readonly path: string
  readonly map: string
  /** Where the map would be by the script's own URL: its sources are relative to this. */
  readonly url: string
  /** The generated script; null when the folder only has its map. */
  readonly script: string | null
}

/** A file that could not be used, and why. */
export interface FileProblem {
  readonly path: string
  readonly message: string
}

/** A folder of built scripts and source maps. Whatever a profile or a script names, nothing outside of it is opened. */
export class SourceMapFolder {
  readonly problems: FileProblem[] = []
  /** Without symbolic links. */
  readonly #root: string

  private constructor(root: string) {
    this.#root = root
  }

  /** Throws `no-input` when there is no such folder. */
  static async open(path: string): Promise<SourceMapFolder> {
    try {
      const root = await realpath(path)
      if ((await stat(root)).isDirectory()) return new SourceMapFolder(root)
    } catch (error) {
      throw noFolder(path, systemReason(error), error)
    }
    throw noFolder(path, 'is not a folder')
  }

  /**
   * Which scripts, given by the texts that a profile has for files, are in the folder, and where. A script is the file
   * that ends in the same names; of two scripts that could be one file, it is the one with more of them.
   */
  async match(scripts: Iterable<string>): Promise<ReadonlyMap<string, string>> {
    const wanted: WantedScript[] = []
    for (const script of scripts) {
      const names = pathNames(script)
      if (names !== null) wanted.push({ script, names })
    }
    if (wanted.length === 0) return new Map()
    const found = await this.#filesNamed(new Set(wanted.map(({ names }) => names.at(-1)!)))
    const matches: Match[] = []
    for (const { script, names } of wanted) {
      const candidates = [...(found.get(names.at(-1)!) ?? []), ...(await this.#inPackages(names))]
      const match = this.#best(names, candidates)
      if (match !== null) matches.push({ script, names, ...match })
    }
    return unambiguous(matches)
  }

  /** The source map of a script that {@link match} found at `path`; null when it has none that can be read. */
  async read(script: string, path: string): Promise<ScriptFiles | null> {
    const text = await this.#text(path)
    const reference = text === null ? null : sourceMapReference(text)
    if (reference !== null && /^data:/i.test(reference)) {
      try {
        return { path, map: dataUrlText(reference), url: script, script: text }
      } catch (error) {
        this.problems.push({ path, message: error instanceof Error ? error.message : String(error) })
        return null
      }
    }
    for (const mapPath of [...this.#referred(path, reference), `${path}.map`]) {
      const map = await this.#text(mapPath)
      if (map === null) continue
      const beside = relative(dirname(path), mapPath).replaceAll(sep, '/')
      return { path: mapPath, map, url: urlBeside(script, beside), script: text }
    }
    return null
  }

  /** The paths that a reference can mean: beside the script, never by network. */
  #referred(path: string, reference: string | null): string[] {
    if (reference === null) return []
    const hasOrigin = /^(?:[a-z][\w+.-]*:|\/)/i.test(reference)
    const clean = reference.replace(/[?#].*/s, '')
    let decoded = clean
    try {
      decoded = decodeURIComponent(clean)
    } catch {
      // A lone % stands for itself.
    }
    if (decoded.includes('\0')) return []
    return [join(dirname(path), hasOrigin ? decoded.slice(decoded.lastIndexOf('/') + 1) : decoded)]
  }

  /** name → paths below the folder of files with this name, or this name and `.map`. */
  async #filesNamed(names: ReadonlySet<string>): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>()
    const folders = ['']
    let entries = 0
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for await (const entry of await this.#listed(folder)) {
        if (++entries > MOST_ENTRIES) {
          throw new CallcostError('usage', `more than ${MOST_ENTRIES} files are in the folder of --source-maps`, {
            hint: 'name the folder of the built scripts',
          })
        }
        const path = join(folder, entry.name)
        if (entry.isDirectory()) {
          if (!SKIPPED.has(entry.name)) folders.push(path)
          continue
        }
        const isMap = !names.has(entry.name) && entry.name.endsWith('.map')
        const name = isMap ? entry.name.slice(0, -4) : entry.name
        if (!names.has(name)) continue
        const paths = found.get(name) ?? []
        const script = isMap ? path.slice(0, -4) : path
        if (!paths.includes(script)) paths.push(script)
        found.set(name, paths)
      }
    }
    return found
  }

  async #listed(folder: string) {
    try {
      return await opendir(join(this.#root, folder))
    } catch (error) {
      this.problems.push({ path: folder, message: systemReason(error) })
      return []
    }
  }

  /** Installed packages are many: theirs are looked up by path. */
  async #inPackages(names: readonly string[]): Promise<string[]> {
    const packages = names.indexOf('node_modules')
    if (packages < 0) return []
    const path = join(...names.slice(packages))
    const exists = (await this.#fileAt(path)) !== null || (await this.#fileAt(`${path}.map`)) !== null
    return exists ? [path] : []
  }

  /** The candidate whose path ends in most of the script's names; null when several do. */
  #best(names: readonly string[], candidates: readonly string[]): { path: string; common: number } | null {
    // What lies in a package is only found there: every second one has an index.js.
    const packages = names.lastIndexOf('node_modules')
    let best: { path: string; common: number } | null = null
    let isTied = false
    for (const path of candidates) {
      const common = commonEnd(names, join(this.#root, path).split(sep))
      if (packages >= 0 && common < names.length - packages) continue
      if (best !== null && common === best.common && path !== best.path) isTied = true
      if (best !== null && common <= best.common) continue
      best = { path, common }
      isTied = false
    }
    return isTied ? null : best
  }

  /** The text of a file; null when there is none, or none that may be read. */
  async #text(path: string): Promise<string | null> {
    const real = await this.#fileAt(path)
    if (real === null) return null
    let handle: FileHandle | null = null
    try {
      handle = await open(real)
      const { size } = await handle.stat()
      if (size > LARGEST_FILE) {
        this.problems.push({ path, message: `${size} bytes are too many for a script or a source map` })
        return null
      }
      return await handle.readFile('utf8')
    } catch (error) {
      this.problems.push({ path, message: systemReason(error) })
      return null
    } finally {
      await handle?.close()
    }
  }

  /** The real path of a regular file; null when there is none, or it leads out of the folder. */
  async #fileAt(path: string): Promise<string | null> {
    try {
      const real = await realpath(join(this.#root, path))
      const isInside = real.startsWith(this.#root.endsWith(sep) ? this.#root : this.#root + sep)
      return isInside && (await stat(real)).isFile() ? real : null
    } catch {
      return null
    }
  }
}

interface WantedScript {
  readonly script: string
  readonly names: readonly string[]
}

interface Match extends WantedScript {
  readonly path: string
  /** How many names the ends of script and path have in common. */
  readonly common: number
}

/** One file is one script: the one that has most in common with it. Of two that have as much, nobody knows which. */
function unambiguous(matches: readonly Match[]): ReadonlyMap<string, string> {
  const best = new Map<string, { common: number; script: string | null }>()
  for (const { path, common, names } of matches) {
    const known = best.get(path)
    const script = names.join('/')
    if (known === undefined || common > known.common) best.set(path, { common, script })
    else if (common === known.common && script !== known.script) known.script = null
  }
  const chosen = matches.filter(({ path, names }) => best.get(path)!.script === names.join('/'))
  return new Map(chosen.map(({ script, path }) => [script, path]))
}

function commonEnd(a: readonly string[], b: readonly string[]): number {
  let common = 0
  while (common < a.length && common < b.length && a[a.length - 1 - common] === b[b.length - 1 - common]) common++
  return common
}

function noFolder(path: string, message: string, cause?: unknown): CallcostError {
  const error = new CallcostError('no-input', message, { cause })
  error.source = path
  return error
}
