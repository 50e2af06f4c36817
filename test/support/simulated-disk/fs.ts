/** What the agent uses of `node:fs` itself. */
export { constants } from 'node:fs'

/** Loaded with what walks a reset, and never reached by it: only an import of data reads a stream. */
export function createReadStream(path: string): never {
  throw new Error(`the simulated disk has no streams: ${path}`)
}
