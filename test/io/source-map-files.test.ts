import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CallcostError } from '../../src/errors.js'
import { SourceMapFolder } from '../../src/io/source-map-files.js'
import { scratchFolder, shell } from './child.js'

const scratch = scratchFolder()
const MAP = '{"version":3}'
let folders = 0

/** A new folder `built` with files; what begins with `../` lies outside of it. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const root = join(scratch, String(folders++), 'built')
  mkdirSync(root, { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

async function matched(root: string, ...scripts: string[]): Promise<Record<string, string>> {
  return Object.fromEntries(await (await SourceMapFolder.open(root)).match(scripts))
}

async function mapOf(root: string, path: string, script = `file:///srv/app/${path}`) {
  const folder = await SourceMapFolder.open(root)
  return { files: await folder.read(script, path), problems: folder.problems }
}

describe('the file of a script', () => {
  it('is the one whose path ends in the same names', async () => {
    const root = folderOf({ 'a/x.js': '', 'b/x.js': '', 'assets/deep/y.js': '', 'only.js.map': MAP })
    expect(await matched(root, 'file:///srv/b/x.js', 'https://shop.example/y.js?v=2', '/srv/only.js')).toEqual({
      'file:///srv/b/x.js': join('b', 'x.js'),
      'https://shop.example/y.js?v=2': join('assets', 'deep', 'y.js'),
      '/srv/only.js': 'only.js',
    })
  })

  it('counts the names of the folder itself', async () => {
    const root = folderOf({ 'index.js': '' })
    const scripts = ['/srv/app/other/index.js', '/srv/app/built/index.js']
    expect(await matched(root, ...scripts)).toEqual({ '/srv/app/built/index.js': 'index.js' })
  })

  it('is none where two files or two scripts could be meant', async () => {
    expect(await matched(folderOf({ 'a/x.js': '', 'b/x.js': '' }), '/srv/c/x.js')).toEqual({})
    expect(await matched(folderOf({ 'x.js': '' }), '/srv/c/x.js', '/srv/d/x.js')).toEqual({})
    // The same script, asked for in two ways.
    const both = ['https://a.example/x.js?1', 'https://a.example/x.js?2']
    expect(Object.keys(await matched(folderOf({ 'x.js': '' }), ...both))).toEqual(both)
  })

  it('of a package lies in that package', async () => {
    const root = folderOf({ 'index.js': '', 'node_modules/a/index.js': '' })
    expect(await matched(root, '/srv/node_modules/a/index.js')).toEqual({
      '/srv/node_modules/a/index.js': join('node_modules', 'a', 'index.js'),
    })
    expect(await matched(root, '/srv/node_modules/b/index.js')).toEqual({})
  })

  it('is never looked for outside, nor for what is no file', async () => {
    const root = folderOf({ '../secret.js': '', 'x.js': '' })
    const scripts = ['/srv/../secret.js', '../secret.js', 'node:x.js', 'data:text/javascript,x.js', '']
    expect(await matched(root, ...scripts)).toEqual({})
    expect(await matched(root, 'file:///srv/%2e%2e/secret.js', 'file:///srv/node_modules/..%2f../secret.js')).toEqual(
      {},
    )
  })
})

describe('the map of a script', () => {
  it('is the one it names, then the one beside it', async () => {
    const root = folderOf({
      'x.js': 'x()\n//# sourceMappingURL=maps/x.map\n',
      'maps/x.map': MAP,
      'x.js.map': '{"beside":1}',
      'y.js': 'y()\n//# sourceMappingURL=maps/gone.map\n',
      'y.js.map': MAP,
      'z.js': 'z()',
      'z.js.map': MAP,
      'cdn.js': '//# sourceMappingURL=https://cdn.example/maps/cdn-1.map?a',
      'cdn-1.map': MAP,
      'none.js': 'n()',
    })
    const url = async (path: string) => {
      const { files, problems } = await mapOf(root, path)
      return problems.length === 0 && files?.map === MAP ? files.url : null
    }
    expect(await url('x.js')).toBe('file:///srv/app/maps/x.map')
    expect(await url('y.js')).toBe('file:///srv/app/y.js.map')
    expect(await url('z.js')).toBe('file:///srv/app/z.js.map')
    expect(await url('cdn.js')).toBe('file:///srv/app/cdn-1.map')
    expect(await url('none.js')).toBeNull()
  })

  it('can be inside of it', async () => {
    const inline = `x()\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(MAP).toString('base64')}\n`
    const root = folderOf({ 'x.js': inline, 'y.js': '//# sourceMappingURL=data:application/json,%', 'y.js.map': MAP })
    expect((await mapOf(root, 'x.js')).files).toEqual({
      path: 'x.js',
      map: MAP,
      url: 'file:///srv/app/x.js',
      script: inline,
    })
    expect((await mapOf(root, 'y.js')).problems).toEqual([
      { path: 'y.js', message: 'expected a percent-encoded source map, got a wrong code' },
    ])
  })

  it.skipIf(process.platform === 'win32')('is not opened outside of the folder, however it is named', async () => {
    const root = folderOf({
      '../secret.map': MAP,
      'up.js': '//# sourceMappingURL=../secret.map',
      'coded.js': '//# sourceMappingURL=%2e%2e%2fsecret.map',
      'absolute.js': `//# sourceMappingURL=${join(scratch, 'secret.map')}`,
      'url.js': `//# sourceMappingURL=file://${join(scratch, 'secret.map')}`,
      'zero.js': '//# sourceMappingURL=a%00b',
      'linked.js': '//# sourceMappingURL=link.map',
      'in-folder.js': '//# sourceMappingURL=folder/secret.map',
      'pipe.js': '//# sourceMappingURL=pipe.map',
    })
    writeFileSync(join(scratch, 'secret.map'), MAP)
    symlinkSync('../secret.map', join(root, 'link.map'))
    symlinkSync('..', join(root, 'folder'))
    symlinkSync('../secret.map', join(root, 'script.js'))
    expect((await shell('mkfifo pipe.map', root)).code).toBe(0)
    const names = ['up', 'coded', 'absolute', 'url', 'zero', 'linked', 'in-folder', 'pipe', 'script']
    for (const name of names) expect([name, (await mapOf(root, `${name}.js`)).files]).toEqual([name, null])
    // A link that stays inside is a file like others.
    writeFileSync(join(root, 'inside.map'), MAP)
    symlinkSync('inside.map', join(root, 'up.js.map'))
    expect((await mapOf(root, 'up.js')).files?.map).toBe(MAP)
  })
})

describe('the folder', () => {
  it('must be one', async () => {
    const root = folderOf({ file: '' })
    await expect(SourceMapFolder.open(join(root, 'file'))).rejects.toThrow('is not a folder')
    await expect(SourceMapFolder.open(join(root, 'gone'))).rejects.toThrow(CallcostError)
  })

  it.skipIf(process.platform === 'win32')('can be a link, and may hold links in circles', async () => {
    const root = folderOf({ 'x.js': '', 'x.js.map': MAP })
    symlinkSync('.', join(root, 'circle'))
    symlinkSync(root, join(scratch, 'linked-folder'))
    expect(await matched(join(scratch, 'linked-folder'), '/srv/built/x.js')).toEqual({ '/srv/built/x.js': 'x.js' })
  })
})
