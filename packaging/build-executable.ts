/**
 * The agent as one file, for devices without Node.js (single executable application, node --build-sea).
 *
 *   npm run package:executable                      for trying it out, into packaging/.built
 *   npm run package:executable -- --release --node /opt/node-26.12.1/bin/node
 */
import { execFileSync } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { SITE_FILES } from '../packages/agent/src/page/site-file.ts'
import { bundleAgent, REPOSITORY } from './bundle-agent.ts'
import { describeBuilt, writeChecksum } from './checksums.ts'
import { licencesOf, packageFoldersOf } from './licences.ts'
import { archOf, requireReleasable, versionOf } from './release-guard.ts'
import { copyStripped } from './stripped-node.ts'

export interface ExecutableBuild {
  /** The Node.js that becomes the executable. */
  readonly node: string
  readonly folder: string
  readonly isRelease?: boolean
}

/** Returns the path of the executable. Beside it lie the licences, which have to go wherever it goes. */
export async function buildExecutable(build: ExecutableBuild): Promise<string> {
  const { node, folder, isRelease = false } = build
  if (isRelease) requireReleasable(versionOf(node))
  const output = join(folder, `fleetward-agent-linux-${archOf(node)}`)
  const work = join(folder, 'executable')
  await rm(work, { recursive: true, force: true })
  const { script, site, sources } = await bundleAgent(join(work, 'agent'))
  const stripped = join(work, 'node')
  copyStripped(node, stripped)
  await rm(output, { force: true })
  await writeFile(`${output}.licences.txt`, licencesOf(node, packageFoldersOf(sources)))
  const config = {
    ...{ main: script, mainFormat: 'module', executable: stripped, output },
    disableExperimentalSEAWarning: true,
    assets: Object.fromEntries(SITE_FILES.map((name) => [`page/${name}`, join(site, name)])),
  }
  await writeFile(join(work, 'sea.json'), JSON.stringify(config))
  execFileSync(node, ['--build-sea', join(work, 'sea.json')], { timeout: 300_000 })
  await rm(work, { recursive: true })
  return output
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      node: { type: 'string', default: process.execPath },
      folder: { type: 'string', default: join(REPOSITORY, 'packaging/.built') },
      release: { type: 'boolean', default: false },
    },
  })
  const folder = resolve(values.folder)
  await mkdir(folder, { recursive: true })
  process.stdout.write('Building the executable: a minute or so.\n')
  const file = await buildExecutable({ node: values.node, folder, isRelease: values.release })
  process.stdout.write(describeBuilt(file, await writeChecksum(file)))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  })
}
