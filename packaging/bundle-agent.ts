/**
 * The agent as files that run without the repository: one script with everything it imports, and the owner's
 * page beside it. What a device loads decides its memory, and type stripping is for development.
 */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

export const REPOSITORY = fileURLToPath(new URL('..', import.meta.url))

/** MQTT.js is CommonJS and asks for `require`, which a module does not have. */
const REQUIRE =
  "import { createRequire as createRequireForBundle } from 'node:module';" +
  "const require = createRequireForBundle(import.meta.url.startsWith('file:') ? import.meta.url : 'file:///');"

export interface AgentBundle {
  readonly script: string
  readonly site: string
  /** Of everything in the script, relative to the repository. */
  readonly sources: readonly string[]
}

/** The same sources give the same bytes. */
export async function bundleAgent(folder: string): Promise<AgentBundle> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const script = join(folder, 'fleetward-agent.mjs')
  const { metafile } = await build({
    entryPoints: [join(REPOSITORY, 'packages/agent/src/main.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node26',
    // Names stay: a stack trace from a device is all there may ever be.
    keepNames: true,
    minifySyntax: true,
    minifyWhitespace: true,
    // licences.ts hands on all of them.
    legalComments: 'none',
    banner: { js: REQUIRE },
    logLevel: 'warning',
    metafile: true,
    absWorkingDir: REPOSITORY,
  })
  const site = join(folder, 'site')
  await cp(join(REPOSITORY, 'packages/agent/src/page/site'), site, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{"type":"module"}\n')
  return { script, site, sources: Object.keys(metafile.inputs) }
}
