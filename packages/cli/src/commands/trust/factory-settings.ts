/** `fleetward factory settings`: what a file of factory settings comes to, before anybody signs it. */
import { canonicalJson, type FactorySettings, type Json, SECURE_DEFAULTS } from '@fleetward/shared'
import type { Command } from 'commander'
import { requireFactorySettings } from '../../desk/factory-settings-file.ts'
import { readNamedFile, type Surroundings, withExamples } from '../command-line.ts'

export function addFactorySettings(factory: Command, { finish }: Surroundings): void {
  const settings = factory
    .command('settings')
    .description('check factory settings and show how they differ from the secure defaults')
    .argument('<file>', 'JSON; what it leaves out keeps its secure default')
    .action(async (path: string) => {
      const inForce = requireFactorySettings(await readNamedFile(path), path)
      const differences = differencesOf(inForce)
      finish({
        json: { file: path, settings: inForce as unknown as Json, differences },
        lines: [
          `${path} is valid.`,
          ...(differences.length === 0 ? ['Every setting has its secure default.'] : []),
          ...differences.map(
            ({ setting, secure, here }) =>
              `${setting}: ${JSON.stringify(here)} instead of ${JSON.stringify(secure)}`,
          ),
          'Sign it: fleetward repository renew --role targets --factory-settings <file>.',
        ],
      })
    })
  withExamples(settings, 'factory settings factory-settings.json')
}

interface Difference {
  readonly setting: string
  readonly secure: Json
  readonly here: Json
}

/** `page.localNetwork` for a part of a section, as the documentation names it. */
function differencesOf(settings: FactorySettings): Difference[] {
  const inForce = flatten(settings as unknown as Json)
  return [...flatten(SECURE_DEFAULTS as unknown as Json)].flatMap(([setting, secure]) => {
    const here = inForce.get(setting) ?? null
    return isSame(here, secure) ? [] : [{ setting, secure, here }]
  })
}

function flatten(json: Json, path = ''): Map<string, Json> {
  const isSection = typeof json === 'object' && json !== null && !Array.isArray(json)
  if (!isSection || path === 'window') return new Map([[path, json]])
  const parts = Object.entries(json).flatMap(([name, value]) => [
    ...flatten(value, path === '' ? name : `${path}.${name}`),
  ])
  return new Map(parts)
}

function isSame(one: Json, other: Json): boolean {
  return Buffer.from(canonicalJson(one)).equals(canonicalJson(other))
}
