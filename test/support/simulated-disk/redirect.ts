/**
 * Puts the simulated disk under the agent: its modules and those of platform get it for `node:fs`,
 * unchanged, everybody else the real one. Import this first and load the agent dynamically.
 */
import { registerHooks } from 'node:module'

const BESIDES: ReadonlyMap<string, string> = new Map([
  ['node:fs', './fs.ts'],
  ['node:fs/promises', './fs-promises.ts'],
  ['node:zlib', './zlib.ts'],
])

registerHooks({
  resolve(specifier, context, next) {
    const beside = BESIDES.get(specifier)
    const isAgents = /\/packages\/(agent|platform)\/src\//.test(context.parentURL ?? '')
    if (beside === undefined || !isAgents) return next(specifier, context)
    return { url: new URL(beside, import.meta.url).href, shortCircuit: true }
  },
})
