import type { ProjectRoot } from './description.js'

/**
 * The root of a project from its files. Relative paths take no part: a script started as `python app.py` beside modules
 * with full paths. A directory known to be a package (`isPackage`) is not the root, its parent is.
 */
export function projectRoot(files: Iterable<string>, isPackage: (directory: string) => boolean): ProjectRoot {
  let common: string[] | null = null
  for (const file of files) {
    if (!isAbsolute(file)) continue
    const directory = file.split('/').slice(0, -1)
    if (common === null) common = directory
    let shared = 0
    while (shared < common.length && shared < directory.length && common[shared] === directory[shared]) shared++
    if (shared < common.length) common = common.slice(0, shared)
  }
  let segments = common ?? []
  while (segments.length > 1 && isPackage(segments.join('/'))) segments = segments.slice(0, -1)
  const prefix = segments.length === 0 ? null : `${segments.join('/')}/`
  return {
    name: segments.at(-1) ?? '',
    relative(file) {
      if (prefix !== null && file.startsWith(prefix)) return file.slice(prefix.length)
      return file.replace(/^[A-Za-z]:/, '').replace(/^(\/|\.\.?\/)+/, '')
    },
  }
}

function isAbsolute(file: string): boolean {
  return /^(\/|[A-Za-z]:\/)/.test(file)
}
