/**
 * The agent's TUF client behind the command line of the public TUF conformance suite
 * (theupdateframework/tuf-conformance, CLIENT-CLI.md): `init`, `refresh`, `download`. Started by
 * bin/fleetward-tuf-client. One process per call; what it trusts lives in --metadata-dir alone.
 */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { nodeDigests, nodeVerifier, writeFileDurably } from '@fleetward/platform'
import { codeOf, SBOM_LENGTH_MAX_BYTES, type TargetFile, TrustError } from '@fleetward/shared'
import { FileMetadataStore } from './file-metadata-store.ts'
import { fileNameOf } from './file-name.ts'
import { downloadTargetFile, requireTargetFile } from './target-file.ts'
import { TufClient } from './tuf-client.ts'
import { webSource } from './web-source.ts'

const USAGE = `fleetward-tuf-client --metadata-dir DIR init TRUSTED_ROOT
fleetward-tuf-client --metadata-dir DIR --metadata-url URL refresh
fleetward-tuf-client --metadata-dir DIR --metadata-url URL --target-name NAME [--target-name NAME …]
                     --target-dir DIR --target-base-url URL download
`

class UsageError extends Error {}

async function run(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args)
  if (values.help) {
    process.stdout.write(USAGE)
    return
  }
  const [command, ...operands] = positionals
  const metadataFolder = required(values['metadata-dir'], '--metadata-dir')
  await mkdir(metadataFolder, { recursive: true })
  const store = new FileMetadataStore(metadataFolder)

  if (command === 'init') {
    await store.save('root', await readFile(required(operands.shift(), 'TRUSTED_ROOT')))
  } else if (command === 'refresh' || command === 'download') {
    const source = webSource(required(values['metadata-url'], '--metadata-url'))
    const client = new TufClient({ store, source, verifier: nodeVerifier, now: Date.now })
    await client.refresh()
    if (command === 'download') await download(client, values)
  } else {
    throw new UsageError(`Unknown command ${command ?? '(none)'}`)
  }
  if (operands.length > 0) throw new UsageError(`Too many arguments: ${operands.join(' ')}`)
}

async function download(client: TufClient, values: Values): Promise<void> {
  const names = values['target-name'] ?? []
  if (names.length === 0) throw new UsageError('--target-name is missing')
  const folder = required(values['target-dir'], '--target-dir')
  const source = webSource(required(values['target-base-url'], '--target-base-url'))
  await mkdir(folder, { recursive: true })

  for (const name of names) {
    const file = await client.findTarget(name)
    if (file === undefined) throw new TrustError('TARGET_NOT_FOUND', { path: name })
    const path = join(folder, fileNameOf(name))
    if (await holds(path, file)) continue
    const bytes = await downloadTargetFile(source, file, {
      digests: nodeDigests,
      maxBytes: SBOM_LENGTH_MAX_BYTES,
      consistentSnapshot: client.consistentSnapshot,
    })
    await writeFileDurably(path, bytes)
  }
}

/** Whether this very file is here already, so that it need not be fetched again. */
async function holds(path: string, file: TargetFile): Promise<boolean> {
  try {
    requireTargetFile(await readFile(path), file, nodeDigests)
    return true
  } catch (error) {
    if (error instanceof TrustError || (error as NodeJS.ErrnoException).code === 'ENOENT') {
      return false
    }
    throw error
  }
}

type Values = ReturnType<typeof readArguments>['values']

/** As argparse reads them: options may stand before and after the command. */
function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        'metadata-dir': { type: 'string' },
        'metadata-url': { type: 'string' },
        'target-name': { type: 'string', multiple: true },
        'target-dir': { type: 'string' },
        'target-base-url': { type: 'string' },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function required(value: string | undefined, name: string): string {
  if (value === undefined) throw new UsageError(`${name} is missing`)
  return value
}

/** The suite compares with 1, so every failure is 1, a defect of ours included. */
run(process.argv.slice(2)).catch((error: unknown) => {
  const code = codeOf(error)
  if (error instanceof UsageError) process.stderr.write(`${error.message}\n\n${USAGE}`)
  else if (code !== undefined) process.stderr.write(`${code.code} ${JSON.stringify(code.facts)}\n`)
  else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`)
  process.exitCode = 1
})
