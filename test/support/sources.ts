/** The repository's own files, for the tests that keep the house straight. */
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Paths from the root; `node_modules` and what a run leaves behind are not ours. */
export function files(pattern: string): readonly string[] {
  return globSync(pattern, {
    cwd: ROOT,
    exclude: (path) => /(^|\/)(node_modules|\.git|\.story|\.work|coverage)$/.test(path),
  }).toSorted()
}

export function read(path: string): string {
  return readFileSync(`${ROOT}/${path}`, 'utf8')
}

export const isTest = (path: string) => path.endsWith('.test.ts')

export interface Import {
  readonly path: string
  readonly specifier: string
}

/** Static, type-only, side-effect and dynamic imports, and re-exports alike. */
const IMPORT = /(?:^|[\s;])(?:import|export)\b(?:[\w\s{},*$]*?\bfrom)?\s*\(?\s*['"]([^'"\n]+)['"]/g

export function importsOf(path: string): readonly Import[] {
  return [...withoutComments(read(path)).matchAll(IMPORT)].map(([, specifier = '']) => ({
    path,
    specifier,
  }))
}

/** Strings with `//` in them, such as addresses, are kept: only comments of whole lines go. */
export function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
}
