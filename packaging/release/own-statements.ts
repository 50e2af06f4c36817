/**
 * What is known of the vulnerabilities of what Fleetward runs with, and what they mean here. A finding without a
 * statement stops a release; what is no longer true is taken out with the version that mends it.
 */
import { knownHoles } from '@fleetward/platform'
import { makeStatement, type Statement } from '@fleetward/vulnerability'
import type { Lock } from './lockfile.ts'

const PINNED_NODES = /^node-(linux|darwin|bin-darwin)-/

/** `at`: seconds since 1970, of the commit. */
export function ownStatements({ packages, version }: Lock, at: number): readonly Statement[] {
  const nodes = packages.filter(({ name }) => PINNED_NODES.test(name))
  const components = nodes.map((node) => `pkg:npm/${node.name}@${node.version}`)
  const holes = nodes[0] === undefined ? [] : knownHoles(nodes[0].version)
  return holes.map((vulnerability) =>
    makeStatement({
      ...{ id: `fleetward-${vulnerability}`, revision: 1, vulnerability, aliases: [] },
      ...{ products: [`pkg:generic/fleetward@${version}`], components },
      verdict: {
        status: 'affected',
        action:
          'Run server and agent on Node.js 26.12.1, 24.22.1, 22.23.4 or newer. In production mode both refuse to start on anything older unless the settings accept it word for word.',
      },
      by: { kind: 'person', name: 'The makers of Fleetward' },
      at,
      note: 'The Node.js of the lockfile serves development and tests: npm has no newer one for all of its platforms. Request bodies are never inflated, and the agent decodes nothing that the other side chose.',
    }),
  )
}
