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

  it('files say in their name what they hold, and are short enough to read', () => {
    const names = SOURCES.map(({ path }) => path.split('/').at(-1)!)
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*\.[jt]s$/.test(name))).toEqual([])
    expect(names.filter((name) => /^(utils?|helpers?|common|misc|manager)\b/.test(name))).toEqual([])
    const long = SOURCES.filter(({ text }) => text.split('\n').length > 401)
    expect(long.map(({ path }) => path)).toEqual([])
  })
})
