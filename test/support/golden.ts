import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'

/** Holds `text` to the golden file; `UPDATE_GOLDENS=1` writes it instead, to be read in the diff. */
export function expectGolden(path: string, text: string): void {
  if (process.env.UPDATE_GOLDENS === '1') {
    writeFileSync(path, text)
    return
  }
  expect(existsSync(path), `${path} is missing: run with UPDATE_GOLDENS=1 and read it`).toBe(true)
  expect(text).toBe(readFileSync(path, 'utf8'))
}
