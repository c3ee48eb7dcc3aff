import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** A file imports from layers before its own, and from its own folder. */
const LAYERS: readonly (readonly string[])[] = [
  ['src/errors.ts', 'src/units.ts'],
  ['src/limits.ts'],
  ['src/bytes', 'src/encode'],
  ['src/model'],
  ['src/transform', 'src/analysis', 'src/render'],
  ['src/report', 'src/io'],
  ['formats/codec.ts', 'formats/index.ts'],
  ['src/pipeline'],
  ['src/index.ts', 'src/cli'],
]

/** What a format may use besides its own folder and those of families, `formats/_v8`. */
const FOR_FORMATS = [...LAYERS.slice(0, 4).flat(), 'formats/codec.ts']

/** What a command's file may load at start; everything else is imported when the command runs. */
const FOR_COMMANDS = [
  ...LAYERS.slice(0, 2).flat(),
  'src/cli/command.ts',
  'src/cli/options.ts',
  'src/analysis/sort-keys.ts',
  'formats/index.ts',
]

interface Source {
  readonly path: string
  readonly text: string
}

const SOURCES: readonly Source[] = ['src', 'formats'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[jt]s$/.test(name))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') })),
)

interface Import {
  /** Path below the root, or the name of a package. */
  readonly target: string
  /** `types` vanish when compiled, `later` is import(). */
  readonly kind: 'values' | 'types' | 'later'
}

function importsOf({ path, text: commented }: Source): Import[] {
  const text = commented.replace(/\/\*.*?\*\//gs, '')
  const imports: Import[] = []
  const add = (specifier: string, kind: Import['kind']) => {
    const target = specifier.startsWith('.') ? posix.join(dirname(path), specifier.replace(/\.js$/, '.ts')) : specifier
    imports.push({ target, kind })
  }
  for (const [, type, specifier] of text.matchAll(/^(?:import|export)( type)?\b[^'"`;]*?\bfrom '([^']+)'/gm)) {
    add(specifier!, type === undefined ? 'values' : 'types')
  }
  for (const [, specifier] of text.matchAll(/\bimport\('([^']+)'\)/g)) add(specifier!, 'later')
  return imports
}

function isIn(path: string, places: readonly string[]): boolean {
  return places.some((place) => path === place || path.startsWith(`${place}/`))
}

/** `src/model`, `src/errors.ts`, `formats/pstats`. */
function placeOf(path: string): string {
  return path.split('/').slice(0, 2).join('/')
}

/** Lines that match, as `path:line`. Comments do not count. */
function linesWith(pattern: RegExp, sources: readonly Source[] = SOURCES): string[] {
  return sources.flatMap(({ path, text }) =>
    text
      .split('\n')
      .map((line, index) => ({ line, place: `${path}:${index + 1}: ${line.trim()}` }))
      .filter(({ line }) => pattern.test(line) && !/^\s*(\/\/|\/?\*)/.test(line))
      .map(({ place }) => place),
  )
}

describe('layers', () => {
  it('know every file', () => {
    const known = [...LAYERS.flat(), 'formats']
    expect(SOURCES.map(({ path }) => path).filter((path) => !isIn(path, known))).toEqual([])
  })

  it('are imported downwards only', () => {
    const wrong = SOURCES.flatMap((source) => {
      const layer = LAYERS.findIndex((places) => isIn(source.path, places))
      if (layer < 0) return []
      const allowed = [...LAYERS.slice(0, layer).flat(), placeOf(source.path)]
      // The registry is the one place that knows the formats.
      if (source.path === 'formats/index.ts') allowed.push('formats')
      return importsOf(source)
        .filter(({ target }) => /^(src|formats)\//.test(target) && !isIn(target, allowed))
        .map(({ target }) => `${source.path} imports ${target}`)
    })
    expect(wrong).toEqual([])
  })

  it('leave each format alone with the core', () => {
    const wrong = SOURCES.filter(({ path }) => path.split('/').length > 2 && path.startsWith('formats/')).flatMap(
      (source) =>
        importsOf(source)
          .filter(({ target }) => /^(src|formats)\//.test(target))
          .filter(({ target }) => !isIn(target, [...FOR_FORMATS, placeOf(source.path)]) && !/^formats\/_/.test(target))
          .map(({ target }) => `${source.path} imports ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it('are loaded when they are needed: commands and descriptors of formats are cheap', () => {
    const cheap = (source: Source, allowed: readonly string[]) =>
      importsOf(source)
        .filter(({ target, kind }) => kind === 'values' && !isIn(target, allowed))
        .map(({ target }) => `${source.path} loads ${target} at start`)
    const commands = SOURCES.filter(({ path }) => /^src\/cli\/commands\/(?!index)/.test(path))
    expect(commands.flatMap((source) => cheap(source, FOR_COMMANDS))).toEqual([])
    const packages = SOURCES.filter(({ path }) => path.endsWith('/codec.ts')).flatMap((source) =>
      importsOf(source).filter(({ target, kind }) => kind === 'values' && !/^(src|formats)\//.test(target)),
    )
    expect(packages).toEqual([])
  })
})

describe('laws', () => {
  it('files and streams are touched in src/io only', () => {
    const elsewhere = SOURCES.filter(({ path }) => !path.startsWith('src/io/') && path !== 'src/cli/launcher.js')
    expect(
      linesWith(/from '(node:)?(fs|fs\/promises|child_process|net|http|https|worker_threads)'/, elsewhere),
    ).toEqual([])
    expect(linesWith(/\bfetch\(/)).toEqual([])
  })

  it('only the command line speaks, and nothing ends the process in the middle of it', () => {
    expect(linesWith(/\bconsole\./)).toEqual([])
    expect(linesWith(/process\.exit\(/)).toEqual([])
    const silent = SOURCES.filter(({ path }) => !path.startsWith('src/cli/') && !path.startsWith('src/io/'))
    expect(linesWith(/\bprocess\.(stdout|stderr|stdin|argv|env|on)\b/, silent)).toEqual([])
  })

  it('nothing is spread into arguments: a large profile would overflow the stack', () => {
    expect(linesWith(/\.(push|unshift)\(\s*\.\.\./)).toEqual([])
    expect(linesWith(/Math\.(max|min|hypot)\(\s*\.\.\./)).toEqual([])
    expect(linesWith(/\.apply\(/)).toEqual([])
  })

  it('modules export names, and pass on those of others in src/index.ts only', () => {
    expect(linesWith(/^export default\b/)).toEqual([])
    expect(linesWith(/^export \* from/).filter((line) => !line.startsWith('src/index.ts'))).toEqual([])
  })

  it('text is compiled to code nowhere', () => {
    expect(linesWith(/\beval\(|new Function\(/)).toEqual([])
  })

  it('what is printed does not depend on where it is printed', () => {
    expect(linesWith(/\.localeCompare\(|\bIntl\.|\.toLocale\w*\((?!'en)/)).toEqual([])
    // Python's text report has local time, as Python prints it.
    const local = linesWith(/\.get(Hours|Minutes|Day|Date|Month|FullYear|TimezoneOffset)\(/)
    expect(placesOf(local)).toEqual(['src/report/pstats-text/python-text.ts'])
    // Chance decides where in a table something lies, never what comes out.
    const chance = placesOf(linesWith(/Math\.random\(/))
    expect(chance).toEqual(['src/bytes/text-cache.ts', 'src/model/sort-stacks.ts', 'src/model/strings.ts'])
  })

  it('files say in their name what they hold, and are short enough to read', () => {
    const names = SOURCES.map(({ path }) => path.split('/').at(-1)!)
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*\.[jt]s$/.test(name))).toEqual([])
    expect(names.filter((name) => /^(utils?|helpers?|common|misc|manager)\b/.test(name))).toEqual([])
    const long = SOURCES.filter(({ text }) => text.split('\n').length > 401)
    expect(long.map(({ path }) => path)).toEqual([])
  })
})

/** Code of a format that only its writer loads: what it has room for was read through the gate, or made by the model. */
const WRITERS =
  /\/(write|write-[a-z]+|call-frame|tree-of-stacks|spans|text-table|integer-values|marshal-writer|weights)\.ts$/

/** Arrays that no count of a file sizes: why, and where. */
const SMALL_ARRAYS: Readonly<Record<string, readonly string[]>> = {
  'the gate itself': ['src/limits.ts'],
  'the first 64 KiB of an input': ['src/bytes/head.ts', 'src/bytes/json-keys.ts'],
  'keys that a reader declares': ['src/bytes/json-program.ts'],
  'one cell a value type, of which there are 1,000 at most': [
    'formats/callgrind/cost-line.ts',
    'formats/firefox/read.ts',
  ],
  'as long as a table that came through the gate': [
    'formats/_v8/assemble.ts',
    'formats/perf-script/assemble.ts',
    'formats/pprof/frames.ts',
    'formats/speedscope/read.ts',
  ],
}

/** The launcher only says that there is no build yet, and has no modules to say it with. */
const BUT_LAUNCHER = SOURCES.filter(({ path }) => path !== 'src/cli/launcher.js')

describe('gates', () => {
  it('readers take memory through the allocator, or in arrays that no input sizes', () => {
    const readers = SOURCES.filter(
      ({ path }) => /^(formats|src\/bytes|src\/pipeline)\/|^src\/limits/.test(path) && !WRITERS.test(path),
    )
    // A number, a constant, or a view of memory that is there.
    const sized = /new (Big)?(Uint|Int|Float)\d+(Clamped)?Array\((?!\)|\d|[A-Z_]+\)|\w+\.buffer)/
    expect(placesOf(linesWith(sized, readers))).toEqual(Object.values(SMALL_ARRAYS).flat().sort())
    expect(placesOf(linesWith(/\bBuffer\.alloc|new ArrayBuffer\((?!0\))|new Array\(/))).toEqual([
      'src/io/file-source.ts',
    ])
  })

  it('one scanner reads JSON, and one file decodes text', () => {
    // Source maps are no profiles, and hold trees anyway.
    expect(placesOf(linesWith(/JSON\.parse\(/, BUT_LAUNCHER))).toEqual(['src/transform/source-maps-lookup.ts'])
    expect(placesOf(linesWith(/new TextDecoder\(/))).toEqual(['src/bytes/text.ts'])
    const readers = SOURCES.filter(({ path }) => path.startsWith('formats/'))
    expect(linesWith(/\.toString\('(utf-?8|ascii)'|structuredClone\(/, readers)).toEqual([])
  })

  it('one file each writes to the terminal, and only src/encode knows what is safe there', () => {
    expect(placesOf(linesWith(/process\.(stdout|stderr)\.write\(/, BUT_LAUNCHER))).toEqual([
      'src/cli/messages.ts',
      'src/io/stdout.ts',
    ])
    // The third is Python's repr().
    expect(placesOf(linesWith(/&(lt|gt|amp|quot|#\d+);|\\\\x\$\{/))).toEqual([
      'src/encode/dot.ts',
      'src/encode/terminal.ts',
      'src/report/pstats-text/python-text.ts',
    ])
    // Bold heads of tables, and the line of progress.
    expect(placesOf(linesWith(/\\x1b|\\u001b|\\033/))).toEqual(['src/cli/progress.ts', 'src/render/text.ts'])
    const renderers = SOURCES.filter(({ path }) =>
      /^(src\/render\/(text|csv|markdown)|formats\/(csv|dot)\/write)\.ts$/.test(path),
    )
    expect(renderers).toHaveLength(5)
    for (const source of renderers) {
      expect(
        importsOf(source).some(({ target }) => target.startsWith('src/encode/')),
        source.path,
      ).toBe(true)
    }
  })
})

function placesOf(lines: readonly string[]): string[] {
  return [...new Set(lines.map((line) => line.slice(0, line.indexOf(':'))))].sort()
}
